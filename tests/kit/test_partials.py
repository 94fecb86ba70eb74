"""One partial for each thing, the same everywhere."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.template import engines

import answerable
from answerable.kit.numbers import shown, written
from answerable.law.citations import Citation
from answerable.law.rights import right
from answerable.law.rows import row
from tests.kit.addresses import rendered

SOURCE = Path(answerable.__file__).parent


@dataclass(frozen=True, kw_only=True)
class AFigure:
    name: str = "selection_gap"
    about: str = "B against A"
    unit: str = "difference"
    value: float = -0.2
    low: float = -0.33
    high: float = -0.06
    level: float = 0.95
    n: int = 1200
    first_on: date = date(2026, 1, 1)
    last_on: date = date(2026, 3, 31)
    data: str = "ab" * 32
    command: str = "answerable reproduce x"
    evidence: str = "cd" * 32
    entry: int = 7


def test_a_figure_comes_with_unit_interval_n_days_and_how_we_know() -> None:
    shown = rendered("{% measurement figure %}", figure=AFigure())
    for part in (
        "Selection gap, B against A:",
        "−20.0",  # noqa: RUF001 - a minus, as it is read aloud
        "percentage points",
        "95 % interval −33.0 to −6.0",  # noqa: RUF001
        "n = 1,200",
        "2026-01-01",
        "2026-03-31",
        "How we know",
        'href="/entries/7/"',
        "ab" * 32,
        "answerable reproduce x",
        f'href="/evidence/{"cd" * 32}/"',
    ):
        assert part in shown, part


def test_a_frozen_figure_is_one_for_the_type_checker_too() -> None:
    # `IsFigure` asks for nothing that can be written to: no cast is needed here or anywhere.
    assert "1,200" == shown(AFigure())["n"]


def test_a_count_of_what_happened_has_no_interval() -> None:
    exact = AFigure(unit="count", value=12, low=12, high=12)
    assert "interval" not in rendered("{% measurement figure %}", figure=exact)


@pytest.mark.parametrize(
    ("number", "unit", "words"),
    [
        (0.5, "share", "50.0 %"),
        (1.0, "ratio", "1.00"),
        (0.05, "difference", "5.0"),
        (12345, "count", "12,345"),
        (3.5, "days", "3.5"),
    ],
)
def test_a_number_is_written_in_its_unit(number: float, unit: str, words: str) -> None:
    assert words == written(number, unit)


def test_a_ratio_says_times_as_often_and_a_share_needs_no_more_words() -> None:
    ratio = rendered("{% measurement f %}", f=AFigure(unit="ratio", value=0.5, low=0.4, high=0.6))
    assert '0.50</strong> <span class="kit-figure__unit">times as often</span>' in ratio
    share = rendered("{% measurement f %}", f=AFigure(unit="share", value=0.5, low=0.4, high=0.6))
    assert "kit-figure__unit" not in share


def test_a_code_of_a_row_or_a_right_stands_beside_its_words() -> None:
    assert rendered("{{ 'P2.5b'|row_words }}") == row("P2.5b").requirement
    assert rendered("{{ 'R07'|right_words }}") == right("R07").right


def test_the_three_verdicts_differ_in_words_and_shape() -> None:
    shown = {
        finding: rendered("{% verdict finding %}", finding=finding)
        for finding in ("met", "not_met", "cannot_say")
    }
    assert ">not met<" not in shown["met"]
    for finding, (words, shape) in {
        "met": ("met", "✓"),
        "not_met": ("not met", "✕"),
        "cannot_say": ("cannot say", "?"),
    }.items():
        assert f"</span> {words}</strong>" in shown[finding]
        assert f'aria-hidden="true">{shape}<' in shown[finding]


@dataclass(frozen=True, kw_only=True)
class AFinding:
    row: str = "P2.5b"
    finding: str = "cannot_say"
    rests_on: tuple[str, ...] = ("entry 7", "ab" * 32)
    needs: tuple[str, ...] = ("A limit.", "a test with readers")


def test_what_is_found_of_rows_stands_with_what_each_asks_for_and_what_is_missing() -> None:
    found = [AFinding(), AFinding(row="P1c", finding="met", needs=(), rests_on=())]
    page = rendered("{% findings found version=version %}", found=found, version="cd" * 32)
    for part in (
        "What follows from the records for version",
        "cd" * 6,
        row("P2.5b").requirement,
        row("P1c").requirement,
        "</span> cannot say</strong>",
        "</span> met</strong>",
        '<span class="kit-hash">entry 7</span>, ',
        "A limit.<br>a test with readers",
    ):
        assert part in page, part
    assert "cd" * 7 not in page
    # Without a version nothing is said of one, and what is not there is said to be nothing.
    assert "version" not in rendered("{% findings found %}", found=found)
    assert 2 == rendered("{% findings found %}", found=found[1:]).count(">nothing<")


def test_no_practice_keeps_a_table_of_findings_of_its_own() -> None:
    own = [
        template.name
        for template in (SOURCE / "practices").rglob("*.html")
        if re.search(r"{% for [^%]+ in ([a-z]+\.)?findings %}", template.read_text())
    ]
    assert [] == own


def test_a_citation_links_to_its_source_where_there_is_one() -> None:
    linked = Citation(title="Awb 6:7", href="https://wetten.example/")
    assert 'href="https://wetten.example/"' in rendered("{% citation c %}", c=linked)
    assert "href" not in rendered("{% citation c %}", c=Citation(title="House rules"))


def test_a_page_can_be_written_from_right_to_left() -> None:
    page = "{% extends 'kit/base.html' %}"
    template = engines["django"].from_string(page)
    mirrored = template.render({"page_language": "ar", "page_direction": "rtl"})
    assert '<html lang="ar" dir="rtl"' in mirrored
    assert "kit/built/frontend-rtl.css" in mirrored
    plain = template.render({})
    assert '<html lang="en" dir="ltr"' in plain
    assert "frontend-rtl" not in plain


def test_no_template_of_ours_holds_a_style_or_a_script() -> None:
    for template in SOURCE.rglob("templates/**/*.html"):
        if "report" in template.relative_to(SOURCE).parts[:1]:
            continue  # documents that are saved and mailed, with a policy of their own
        text = template.read_text(encoding="utf-8")
        for inline in (" style=", "<style", "onclick", "<script", "javascript:", "|safe"):
            assert inline not in text, (template, inline)
