"""Every group, every figure, every verdict: as computed, and none left out."""

from answerable.report.findings import Findings
from answerable.report.tables import attribute_sections, conflict_lines, verdict_lines
from answerable.report.view import view_of
from answerable.report.words import CROSS
from tests.report.reading import plain
from tests.report.situations import (
    a_benefit_denied_to_one_group,
    a_flag_that_burdens_one_group,
    decisions_without_outcomes,
    many_groups,
    two_attributes,
)


def test_a_row_holds_share_interval_counts_reference_difference_ratio_and_verdict() -> None:
    report = a_flag_that_burdens_one_group()
    table = attribute_sections(Findings(report.audited.audit))[0].tables[0]
    row = table.rows[0]
    assert (row.group, plain(row.share.value), row.share.counts) == ("A", "40.0 %", "400 of 1,000")
    assert plain(row.share.interval) == "37.0 to 43.1 %"
    assert (plain(row.reference_share.value), row.reference_share.counts) == (
        "20.1 %",
        "1,006 of 5,013",
    )
    # 0.4 - 1,006 / 5,013 = 0.1993, and 0.4 / (1,006 / 5,013) = 1.993.
    assert (row.difference.value, row.ratio.value) == ("+19.9", "1.99")
    assert [(verdict.name, verdict.word) for verdict in row.verdicts] == [("not_met", "Not met")]
    assert row.verdicts[0].detail.startswith("p at most 0.0001, adjusted")


def test_a_group_too_small_to_judge_stays_and_says_what_it_needs() -> None:
    report = a_flag_that_burdens_one_group()
    for table in attribute_sections(Findings(report.audited.audit))[0].tables:
        row = next(row for row in table.rows if row.group == "D")
        assert row.worst == "cannot_say"
        assert row.verdicts[0].detail.startswith(("needs about", "no limit", "needs no number"))


def test_missing_values_make_a_row() -> None:
    report = a_flag_that_burdens_one_group()
    section = attribute_sections(Findings(report.audited.audit))[0]
    assert [row.group for row in section.groups] == ["A", "B", "C", "D", "(missing)"]
    assert all([row.group for row in table.rows][-1] == "(missing)" for table in section.tables)
    last = section.groups[-1]
    assert (last.n, last.without_decision, last.without_label) == ("25", "3", "2")


def test_the_error_rate_that_the_burden_is_shares_its_table_under_the_same_limit() -> None:
    flag, benefit = (
        [table.title for table in view_of(report).sections[0].tables]
        for report in (a_flag_that_burdens_one_group(), a_benefit_denied_to_one_group())
    )
    assert flag == [
        "Wrongful burden, false-positive rate by race",
        "Selection rate by race",
        "False-negative rate by race",
        "Precision by race",
        "Accuracy by race",
    ]
    assert benefit[0] == "Wrongful burden, false-negative rate by race"


def test_under_another_limit_it_has_a_table_of_its_own() -> None:
    report = a_flag_that_burdens_one_group(norms=("wrongful_burden.ratio=0.9,1.1",))
    titles = [table.title for table in view_of(report).sections[0].tables]
    assert titles[:3] == [
        "Wrongful burden by race",
        "Selection rate by race",
        "False-positive rate by race",
    ]


def test_without_outcomes_only_the_selection_rate_is_there() -> None:
    view = view_of(decisions_without_outcomes())
    assert [table.title for table in view.sections[0].tables] == ["Selection rate by race"]
    assert "no outcome was given" in view.method.not_examined[0]


def test_every_combination_has_a_section() -> None:
    view = view_of(two_attributes())
    assert [section.title for section in view.sections] == [
        "By race",
        "By sex",
        f"By race{CROSS}sex",
    ]
    assert [row.group for row in view.sections[2].groups] == [
        f"A{CROSS}F",
        f"A{CROSS}M",
        f"B{CROSS}F",
        f"B{CROSS}M",
    ]


def test_a_named_reference_is_a_row_without_a_verdict() -> None:
    view = view_of(two_attributes(reference={"race": "B"}))
    assert view.sections[0].compared_with == (
        "Each group is compared with the group in which race is B."
    )
    assert view.sections[2].compared_with == (
        "Each group is compared with the group in which race is B, and which is otherwise like it."
    )
    rows = {row.group: row for row in view.sections[2].tables[0].rows}
    assert rows[f"B{CROSS}F"].verdicts == ()
    assert rows[f"A{CROSS}F"].reference == f"B{CROSS}F"


def test_two_limits_on_one_measure_give_two_verdicts_in_a_row() -> None:
    report = two_attributes(norms=("selection_rate.difference=-0.1,0.1",))
    table = next(t for t in view_of(report).sections[0].tables if t.title.startswith("Selection"))
    assert [verdict.limit for verdict in table.rows[0].verdicts] == [
        "ratio 0.8 to 1.25",
        "difference \u221210.0 to +10.0 points",
    ]


def test_each_limit_counts_its_verdicts() -> None:
    report = a_flag_that_burdens_one_group()
    lines = verdict_lines(report.audited.audit)
    assert [line.measure for line in lines] == [
        "Wrongful burden",
        "Selection rate",
        "False-positive rate",
        "False-negative rate",
    ]
    for line in lines:
        assert sum(int(number) for number in (line.met, line.not_met, line.cannot_say)) == 5


def test_a_conflict_shows_both_measures_and_both_base_rates() -> None:
    report = a_flag_that_burdens_one_group()
    line = conflict_lines(Findings(report.audited.audit))[0]
    # A: 800 of 1,800 with the outcome 1. Everyone: 800 + 500 + 2,400 + 3 + 10 of 9,726... less A.
    assert (line.group, line.outcome.counts) == ("race: A", "800 of 1,800")
    assert line.reference_outcome.counts == "2,913 of 7,926"
    assert line.unequal.value == "1.99"
    assert 0.8 <= float(line.equal.value) <= 1.25
    assert "Chouldechova (2017)" in " ".join(view_of(report).conflict_text)


def test_without_a_conflict_nothing_is_said_of_one() -> None:
    assert view_of(decisions_without_outcomes()).conflict_text == ()


def test_a_chart_of_many_groups_shows_those_not_met_and_says_where_the_rest_is() -> None:
    section = view_of(many_groups(60)).sections[0]
    chart = section.tables[0].chart
    assert chart is not None
    assert len(chart.rows) == 40
    assert "Region 0007" in [row.name for row in chart.rows]
    assert "40 groups of 60" in chart.note
    assert len(section.tables[0].rows) == 60
