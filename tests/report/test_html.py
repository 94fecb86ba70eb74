"""One file, no scripts, nothing fetched; people's text is never markup."""

import re
from pathlib import Path

import pytest

from answerable.measure.tables import Columns, Limits
from answerable.report.facts import AuditReport
from answerable.report.html import html_report
from answerable.report.words import shown
from answerable.verdict.run import Question, audit_files
from tests.report.reading import elements_of, plain, rows_of, words_of
from tests.report.situations import (
    HOSTILE,
    LONG,
    a_benefit_denied_to_one_group,
    a_flag_that_burdens_one_group,
    decisions_without_outcomes,
    groups_that_fare_alike,
    many_groups,
    names_that_mean_harm,
    nearly_nothing,
)

EVERY = [
    a_flag_that_burdens_one_group(),
    a_benefit_denied_to_one_group(),
    decisions_without_outcomes(),
    groups_that_fare_alike(),
    nearly_nothing(),
    names_that_mean_harm(),
]


@pytest.mark.parametrize("report", EVERY)
def test_no_script_no_handler_no_inline_style_and_nothing_to_load(report: AuditReport) -> None:
    html = html_report(report)
    assert "<script" not in html
    assert "url(" not in html
    assert "@import" not in html
    for tag, attributes in elements_of(html):
        assert tag not in {"script", "iframe", "object", "embed", "img", "link", "form", "base"}
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in {"style", "src", "srcset", "srcdoc", "action", "xlink:href"}
            if name == "href":
                assert (value or "").startswith("#"), (tag, value)


@pytest.mark.parametrize("report", EVERY)
def test_every_link_leads_somewhere_and_every_id_is_there_once(report: AuditReport) -> None:
    elements = elements_of(html_report(report))
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    targets = {
        (attributes["href"] or "").removeprefix("#")
        for _, attributes in elements
        if "href" in attributes
    }
    assert len(ids) == len(set(ids))
    assert targets <= set(ids)


def test_the_three_things_come_first_and_in_order() -> None:
    words = words_of(html_report(a_flag_that_burdens_one_group()))
    places = [
        words.index(text)
        for text in (
            "1. The verdict: not met",
            "2. Hit hardest is the group race: A",
            "3. What cannot be said, and what to do next",
            "not a finding of lawfulness",
            "In this report:",
            "Verdicts by measure and limit",
        )
    ]
    assert places == sorted(places)


def test_every_group_is_in_the_table_of_every_measure() -> None:
    rows = rows_of(html_report(many_groups(60)))
    # Six measures, and the table of records.
    assert sum(row[0] == "Region 0059" for row in rows) == 7


def test_hostile_text_is_shown_and_stays_text() -> None:
    report = names_that_mean_harm()
    html = html_report(report)
    words = words_of(html)
    for name in HOSTILE:
        assert plain(shown(name)) in words
    assert plain(report.audited.source.name) in words
    assert "onclick" not in {name for _, attributes in elements_of(html) for name in attributes}
    assert "\u202e" not in html
    assert "49}" not in words
    assert words.count(LONG) == 1  # The command is shown whole; a name is cut.


def test_the_same_report_gives_the_same_bytes() -> None:
    assert html_report(names_that_mean_harm()) == html_report(names_that_mean_harm())


def test_how_we_know_names_data_command_evidence_and_software() -> None:
    words = words_of(html_report(a_flag_that_burdens_one_group()))
    assert "ab" * 32 in words
    assert "answerable audit decisions.csv" in words
    assert "The evidence file evidence.json holds" in words
    assert "23 November 2026, 14:05 UTC, by Answerable 0.1.0" in words
    assert "15 distinct questions, adjusted together by Holm's method" in words


def test_without_an_evidence_file_it_says_how_to_get_one() -> None:
    words = words_of(html_report(a_flag_that_burdens_one_group(evidence=None)))
    assert "No evidence file was written" in words
    assert "--evidence FILE" in words


def test_it_never_promises() -> None:
    promising = re.compile(r"\b(lawful|fair|unfair|unbiased|safe|compliant)\b", re.IGNORECASE)
    for report in EVERY[:-1]:
        assert promising.findall(words_of(html_report(report))) == []


def test_a_file_is_read_audited_and_reported(tmp_path: Path) -> None:
    data = tmp_path / "flags.csv"
    lines = ["sex,flag,fraud", *["F,1,0"] * 30, *["F,0,0"] * 70, *["M,1,0"] * 10, *["M,0,0"] * 90]
    data.write_text("\n".join([*lines, ",1,1"]) + "\n", encoding="utf-8")
    like = a_flag_that_burdens_one_group()
    question = Question(
        columns=Columns(decision="flag", label="fraud", by=("sex",)),
        positive="1",
        favourable="0",
        norms=(),
        profile="statement",
        on=like.audited.question.on,
    )
    report = AuditReport(
        title="Flags",
        audited=audit_files(str(data), question, limits=Limits()),
        version="0.1.0",
        measured_at=like.measured_at,
        command="answerable audit flags.csv",
        evidence=None,
    )
    rows = rows_of(html_report(report))
    burden = [row for row in rows if row[0] == "F" and len(row) == 6]
    # 30 of 100 women against 10 of 100 men: +20 points, 3 times as often.
    assert burden[0][1].startswith("30.0 % 21.9 to 39.6 % 30 of 100")
    assert burden[0][2] == "10.0 % 10 of 100"
    assert burden[0][3].startswith("+20.0")
    assert burden[0][4].startswith("3.00")
    assert any(row[0] == "(missing)" for row in rows)
