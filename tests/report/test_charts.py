"""Charts as SVG files: text stays text, and nobody is dropped."""

from xml.etree import ElementTree as ET

import pytest

from answerable.record.measurement import Measurement
from answerable.report.charts import Plot, PlotRow, svg
from answerable.report.html import chart_svg
from tests.report.situations import (
    ARABIC,
    SCRIPT,
    a_flag_that_burdens_one_group,
    names_that_mean_harm,
    nearly_nothing,
)

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - made by the code under test


def texts(root: ET.Element) -> list[str]:
    return [found.text or "" for found in root.iter(f"{SVG}text")]


def test_a_chart_stands_alone_with_title_description_and_role() -> None:
    root = drawn(
        chart_svg(a_flag_that_burdens_one_group(), measure="wrongful_burden", by=("race",))
    )
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Wrongful burden by race"
    assert "Highest: (missing), 50.0\u00a0%" in (description.text or "")


def test_its_labels_and_figures_are_text() -> None:
    written = texts(
        drawn(chart_svg(a_flag_that_burdens_one_group(), measure="wrongful_burden", by=("race",)))
    )
    assert {"A", "B", "C", "D", "(missing)"} <= set(written)
    assert "40.0\u00a0% (37.0 to 43.1\u00a0%)" in written


def test_the_verdicts_differ_in_shape() -> None:
    def shapes(mark: str) -> list[str]:
        share = Measurement(value=0.5, low=0.4, high=0.6, numerator=5, denominator=10)
        row = PlotRow(label="A", name="A", share=share, low=0.4, high=0.5, mark=mark)
        root = drawn(svg(Plot(id="c", title="t", description="d", axis="%", note="", rows=(row,))))
        return [element.tag.removeprefix(SVG) for element in root.iter() if element.tag != SVG]

    counts = {
        mark: tuple(shapes(mark).count(shape) for shape in ("rect", "circle", "path"))
        for mark in ("met", "not_met", "cannot_say", "reference")
    }
    assert len({counts["met"], counts["not_met"], counts["cannot_say"]}) == 3


def test_a_group_that_cannot_be_measured_is_drawn_as_words() -> None:
    root = drawn(chart_svg(nearly_nothing(labelled=True), measure="wrongful_burden", by=("race",)))
    assert "cannot say" in texts(root)
    assert len(list(root.iter(f"{SVG}line"))) < 20


def test_hostile_names_are_text_in_a_chart() -> None:
    report = names_that_mean_harm()
    text = chart_svg(report, measure="selection_rate", by=report.audited.question.columns.by)
    root = drawn(text)
    assert "<script" not in text
    assert SCRIPT in texts(root)
    assert any(ARABIC in label for label in texts(root))
    assert all(len(label) <= 40 for label in texts(root))


def test_a_chart_that_the_audit_does_not_hold_is_refused() -> None:
    with pytest.raises(KeyError):
        chart_svg(a_flag_that_burdens_one_group(), measure="wrongful_burden", by=("age",))
    with pytest.raises(KeyError):
        chart_svg(a_flag_that_burdens_one_group(), measure="charm", by=("race",))
