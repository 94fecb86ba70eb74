"""A profile says which rows are in force and whose rules fill in the numbers."""

from datetime import date

import pytest

from answerable.law import files, rows, rules
from answerable.law.profiles import (
    RowLeftOut,
    UnknownProfile,
    profile,
    profile_from,
    profile_names,
    rows_in_force,
)

from .situations import TODAY, a_profile_of, a_rule, only_these_rules, rule_text

TEXT = """\
title: A test
jurisdictions: [statement]
rows: {rows}
norms: {norms}
familywise: {familywise}
urgent: [food]
conditions: []
"""
RIGHT = {
    "rows": "all",
    "norms": "{selection_rate.ratio: selection_rate_ratio}",
    "familywise": "familywise_error",
}


def a_file(**changes: str) -> files.Fields:
    """Write a profile file with some lines changed."""
    return files.parse(TEXT.format(**(RIGHT | changes)), file="profiles/test.yaml")


def test_the_statement_profile_puts_every_row_in_force() -> None:
    assert rows_in_force(profile("statement")) == rows.rows()


def test_the_statement_profile_rests_on_our_own_choices_and_nothing_unverified() -> None:
    statement = profile("statement")
    assert statement.jurisdictions == ("statement",)
    assert statement.unsettled == ()
    assert statement.urgent == ("food", "home", "health", "liberty", "child")


def test_a_profile_that_holds_unverified_values_names_them() -> None:
    found = a_profile_of("statement", "nl").unsettled
    assert found == (
        "nl/appeal_window",
        "nl/late_decision_grace",
        "nl/objection_decision",
        "nl/objection_decision_extension",
        "nl/objection_decision_with_committee",
    )


def test_every_shipped_profile_loads_and_every_jurisdiction_is_usable() -> None:
    assert profile_names() == ("replay", "statement")
    for name in profile_names():
        assert profile(name).name == name
    assert len(a_profile_of(*rules.jurisdictions()).every_rule) == len(
        [name for place in rules.jurisdictions() for name in rules.rule_names(place)]
    )


@pytest.mark.parametrize("name", ["atlantis", "../eu/data_breach_report", ""])
def test_an_unknown_profile_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownProfile, match="Known profiles: replay, statement") as refused:
        profile(name)
    assert refused.value.code == "law.unknown_profile"


def test_a_rule_comes_from_the_first_jurisdiction_that_has_it() -> None:
    both = a_profile_of("nl", "statement")
    assert both.value("appeal_window", on=TODAY).jurisdiction == "nl"
    assert both.value("full_redress", on=TODAY).jurisdiction == "statement"
    assert a_profile_of("uk", "eu").value("data_request_answer", on=TODAY).jurisdiction == "uk"
    assert a_profile_of("eu", "uk").value("data_request_answer", on=TODAY).jurisdiction == "eu"


def test_a_rule_not_yet_in_force_gives_way_to_the_next_jurisdiction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only_these_rules(
        monkeypatch,
        a_rule(rule_text(values="{2027-01-01: 5}"), jurisdiction="new"),
        a_rule(rule_text(values="{2024-01-01: 9}"), jurisdiction="old"),
    )
    both = a_profile_of("new", "old")
    assert both.value("limit", on=date(2026, 12, 31)).whole == 9
    assert both.value("limit", on=date(2027, 1, 1)).whole == 5
    with pytest.raises(rules.NotInForce):
        both.value("limit", on=date(2023, 12, 31))


def test_a_rule_that_no_jurisdiction_of_the_profile_has_is_refused() -> None:
    with pytest.raises(rules.UnknownRule, match="adverse_notice_lead"):
        profile("statement").value("appeal_window", on=TODAY)


def test_a_profile_may_list_every_row_but_not_leave_one_out() -> None:
    every = [row.id for row in rows.rows()]
    listed = profile_from(a_file(rows=f"[{', '.join(every)}]"), name="test")
    assert list(listed.row_ids) == every
    short = [row_id for row_id in every if row_id not in {"P6a", "X3"}]
    with pytest.raises(RowLeftOut, match="leaves out P6a, X3") as refused:
        profile_from(a_file(rows=f"[{', '.join(short)}]"), name="test")
    assert refused.value.code == "law.row_left_out"


def test_a_profile_that_names_an_unknown_row_rule_or_measure_is_refused() -> None:
    assert profile_from(a_file(), name="test").familywise == "familywise_error"
    with pytest.raises(rows.UnknownRow):
        profile_from(a_file(rows="[S9]"), name="test")
    with pytest.raises(rules.UnknownRule):
        profile_from(a_file(familywise="no_such_rule"), name="test")
    with pytest.raises(rules.UnknownRule):
        profile_from(a_file(norms="{selection_rate.ratio: no_such_rule}"), name="test")
    for key in ("selection_rates.ratio", "selection_rate.quotient", "selection_rate"):
        with pytest.raises(files.DataMalformed, match=r"selection_rate\.ratio"):
            profile_from(a_file(norms=f"{{{key}: selection_rate_ratio}}"), name="test")


def test_a_replay_reads_the_statements_values_on_days_before_it() -> None:
    statement, replay = profile("statement"), profile("replay")
    for rule in statement.every_rule:
        first, _ = rule.values[0]
        then = replay.value(rule.name, on=date(2013, 1, 1))
        assert then == statement.value(rule.name, on=first)
    with pytest.raises(rules.NotInForce):
        statement.value("lease_length", on=date(2013, 1, 1))
    with pytest.raises(rules.NotInForce):
        replay.value("lease_length", on=date(2012, 12, 31))
    assert replay.row_ids == statement.row_ids
    assert replay.value("lease_length", on=TODAY) == statement.value("lease_length", on=TODAY)
