"""Rules are asked for as of a day, and say what they rest on."""

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.law.citations import Mark
from answerable.law.files import DataMalformed
from answerable.law.rules import (
    Band,
    NotInForce,
    OtherKindOfValue,
    Unit,
    UnknownJurisdiction,
    UnknownRule,
    UnknownUnit,
    jurisdictions,
    rule,
    rule_names,
    value,
)

from .situations import TODAY, a_rule, a_rule_of, rule_text

EVERY_RULE = [(place, name) for place in jurisdictions() for name in rule_names(place)]

# LAW.md F5 and the limits that REQUIREMENTS.md and DESIGN.md fix, copied by hand.
STATEMENT = {
    "challenge_window": (6, Unit.WEEKS),
    "smallest_published_group": (10, Unit.COUNT),
    "competence_cases": (10, Unit.COUNT),
    "competence_pass_share": (0.8, Unit.SHARE),
    "competence_retry": (7, Unit.DAYS),
    "challenge_acknowledgement": (2, Unit.WORKING_DAYS),
    "human_consideration": (10, Unit.WORKING_DAYS),
    "urgent_human_consideration": (72, Unit.HOURS),
    "full_redress": (30, Unit.DAYS),
    "adverse_notice_lead": (10, Unit.DAYS),
    "consultation_answer": (60, Unit.DAYS),
    "reassessment": (12, Unit.MONTHS),
    "training_refresh": (12, Unit.MONTHS),
    "breach_to_pause": (24, Unit.HOURS),
    "breach_to_stop": (72, Unit.HOURS),
    "incident_summary": (30, Unit.DAYS),
    "weakness_acknowledgement": (3, Unit.WORKING_DAYS),
    "weakness_critical_fix": (7, Unit.DAYS),
    "waiver_length": (90, Unit.DAYS),
    "waiver_renewals": (1, Unit.COUNT),
    "waiver_cap": (180, Unit.DAYS),
    "selection_rate_ratio": (Band(low=0.8, high=1.25), Unit.RATIO),
    "false_positive_rate_ratio": (Band(low=0.8, high=1.25), Unit.RATIO),
    "false_negative_rate_ratio": (Band(low=0.8, high=1.25), Unit.RATIO),
    "wrongful_burden_ratio": (Band(low=0.8, high=1.25), Unit.RATIO),
    "strict_rate_ratio": (0.9, Unit.RATIO),
    "familywise_error": (0.05, Unit.SHARE),
    "observe_state": (90, Unit.DAYS),
    "gate_field_age": (12, Unit.MONTHS),
    "permit_length": (12, Unit.MONTHS),
    "lease_length": (60, Unit.SECONDS),
    "log_sample": (59, Unit.COUNT),
    "lease_cap": (15, Unit.MINUTES),
    "rebuttal_length": (12, Unit.MONTHS),
    "supplier_review": (1, Unit.YEARS),
    "evaluation_rerun": (1, Unit.YEARS),
    "self_report": (3, Unit.MONTHS),
}

# LAW.md F1 to F4, copied by hand: value, unit, mark.
FOREIGN = {
    ("eu", "serious_incident_report"): (15, Unit.DAYS, Mark.V2),
    ("eu", "serious_incident_report_death"): (10, Unit.DAYS, Mark.V2),
    ("eu", "serious_incident_report_widespread"): (2, Unit.DAYS, Mark.V2),
    ("eu", "deployer_logs_kept"): (6, Unit.MONTHS, Mark.V2),
    ("eu", "remote_biometric_authorisation"): (48, Unit.HOURS, Mark.V2),
    ("eu", "provider_documents_kept"): (10, Unit.YEARS, Mark.U),
    ("eu", "annex_iii_duties_start"): (date(2027, 12, 2), Unit.DATE, Mark.V2),
    ("eu", "annex_i_duties_start"): (date(2028, 8, 2), Unit.DATE, Mark.V2),
    ("eu", "omnibus_in_force"): (date(2026, 7, 27), Unit.DATE, Mark.V2),
    ("eu", "transparency_duties_start"): (date(2026, 8, 2), Unit.DATE, Mark.V2),
    ("eu", "data_request_answer"): (1, Unit.MONTHS, Mark.U),
    ("eu", "data_request_extension"): (2, Unit.MONTHS, Mark.U),
    ("eu", "data_breach_report"): (72, Unit.HOURS, Mark.U),
    ("eu", "prior_consultation_answer"): (8, Unit.WEEKS, Mark.U),
    ("eu", "prior_consultation_extension"): (6, Unit.WEEKS, Mark.U),
    ("us", "minimum_practices_due"): (date(2026, 4, 3), Unit.DATE, Mark.V1),
    ("us", "waiver_report"): (30, Unit.DAYS, Mark.V1),
    ("us", "waiver_summaries_public_due"): (date(2026, 4, 3), Unit.DATE, Mark.V1),
    ("us", "inventory_cycle"): (1, Unit.YEARS, Mark.V1),
    ("us", "inventory_to_omb_due"): (date(2025, 12, 22), Unit.DATE, Mark.V1),
    ("us", "inventory_public_due"): (date(2026, 1, 28), Unit.DATE, Mark.V1),
    ("us", "acquisition_rules_start"): (date(2025, 10, 1), Unit.DATE, Mark.U),
    ("us", "medicaid_advance_notice"): (10, Unit.DAYS, Mark.U),
    ("us", "medicaid_hearing_request"): (90, Unit.DAYS, Mark.U),
    ("us", "medicaid_final_action"): (90, Unit.DAYS, Mark.U),
    ("us", "snap_hearing_request"): (90, Unit.DAYS, Mark.U),
    ("us", "snap_hearing_decision"): (60, Unit.DAYS, Mark.U),
    ("us", "credit_adverse_action_notice"): (30, Unit.DAYS, Mark.U),
    ("us", "nyc_hiring_audit_age"): (1, Unit.YEARS, Mark.V2),
    ("us", "nyc_hiring_notice"): (10, Unit.WORKING_DAYS, Mark.V2),
    ("us", "michigan_unemployment_appeal"): (30, Unit.DAYS, Mark.V2),
    ("us", "arkansas_rule_making_notice"): (30, Unit.DAYS, Mark.V2),
    ("ca", "peer_review_experts_level_1"): (0, Unit.COUNT, Mark.V1),
    ("ca", "peer_review_experts_level_2"): (1, Unit.COUNT, Mark.V1),
    ("ca", "peer_review_experts_level_3"): (1, Unit.COUNT, Mark.V1),
    ("ca", "peer_review_experts_level_4"): (2, Unit.COUNT, Mark.V1),
    ("ca", "mitigation_reference"): (0.5, Unit.SHARE, Mark.V1),
    ("ca", "mitigation_threshold"): (0.8, Unit.SHARE, Mark.V1),
    ("ca", "mitigation_factor"): (0.85, Unit.RATIO, Mark.V1),
    ("ca", "impact_level_2_from"): (0.25, Unit.SHARE, Mark.V1),
    ("ca", "impact_level_3_from"): (0.5, Unit.SHARE, Mark.V1),
    ("ca", "impact_level_4_from"): (0.75, Unit.SHARE, Mark.V1),
    ("ca", "directive_amended"): (date(2025, 6, 24), Unit.DATE, Mark.U),
    ("ca", "older_systems_due"): (date(2026, 6, 24), Unit.DATE, Mark.U),
    ("nl", "appeal_window"): (6, Unit.WEEKS, Mark.U),
    ("nl", "objection_decision"): (6, Unit.WEEKS, Mark.V2),
    ("nl", "objection_decision_with_committee"): (12, Unit.WEEKS, Mark.V2),
    ("nl", "objection_decision_extension"): (6, Unit.WEEKS, Mark.U),
    ("nl", "late_decision_grace"): (2, Unit.WEEKS, Mark.V2),
    ("uk", "mandatory_reconsideration_request"): (1, Unit.MONTHS, Mark.V1),
    ("uk", "tribunal_appeal"): (1, Unit.MONTHS, Mark.V1),
    ("uk", "tribunal_late_appeal"): (12, Unit.MONTHS, Mark.V1),
    ("uk", "data_request_answer"): (1, Unit.MONTHS, Mark.U),
}
# What ended before the day on which everything else is asked for.
ENDED = {
    ("us", "earlier_minimum_practices_due"): (date(2024, 12, 1), Unit.DATE, Mark.V2),
    ("us", "earlier_minimum_practices_extension"): (1, Unit.YEARS, Mark.U),
    ("us", "earlier_waiver_recertification"): (1, Unit.YEARS, Mark.U),
}


def test_the_statement_profile_says_what_we_decided() -> None:
    found = {
        name: (rule.value, rule.unit)
        for name in rule_names("statement")
        for rule in [value(name, jurisdiction="statement", on=TODAY)]
    }
    assert found == STATEMENT


def test_foreign_rules_say_what_was_read_with_its_mark() -> None:
    # Late enough for the duties of December 2027 too.
    on = date(2028, 1, 1)
    found = {
        (place, name): (rule.value, rule.unit, rule.mark)
        for place, name in EVERY_RULE
        if place != "statement" and (place, name) not in ENDED
        for rule in [value(name, jurisdiction=place, on=on)]
    }
    assert found == FOREIGN


@pytest.mark.parametrize(("place", "name"), ENDED)
def test_a_replaced_rule_holds_until_the_day_it_ended_and_not_on_it(place: str, name: str) -> None:
    ended = date(2025, 4, 3)
    last = value(name, jurisdiction=place, on=ended - timedelta(days=1))
    assert ENDED[place, name] == (last.value, last.unit, last.mark)
    with pytest.raises(NotInForce, match="from 2024-03-28 until 2025-04-03"):
        value(name, jurisdiction=place, on=ended)


@pytest.mark.parametrize(
    ("on", "starts"),
    [
        (date(2024, 8, 1), date(2026, 8, 2)),
        (date(2026, 7, 26), date(2026, 8, 2)),
        (date(2026, 7, 27), date(2027, 12, 2)),
        (date(2026, 7, 28), date(2027, 12, 2)),
    ],
)
def test_a_value_changes_on_the_day_its_amendment_comes_into_force(on: date, starts: date) -> None:
    assert starts == value("annex_iii_duties_start", jurisdiction="eu", on=on).day


def test_the_day_before_the_first_value_is_refused_and_the_day_itself_is_not() -> None:
    first = date(1994, 1, 1)
    assert value("appeal_window", jurisdiction="nl", on=first).since == first
    with pytest.raises(NotInForce) as refused:
        value("appeal_window", jurisdiction="nl", on=date(1993, 12, 31))
    assert str(refused.value) == (
        "The rule appeal_window of nl was not in force on 1993-12-31. It holds from 1994-01-01."
    )
    assert refused.value.code == "law.not_in_force"


def test_an_unknown_jurisdiction_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownJurisdiction, match="statement, eu, us, ca, nl, uk") as refused:
        value("appeal_window", jurisdiction="atlantis", on=TODAY)
    assert refused.value.code == "law.unknown_jurisdiction"


@pytest.mark.parametrize(
    "name", ["no_such_rule", "../profiles/statement", "appeal_window.yaml", ""]
)
def test_an_unknown_rule_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UnknownRule, match="It has appeal_window, late_decision_grace") as refused:
        value(name, jurisdiction="nl", on=TODAY)
    assert refused.value.code == "law.unknown_rule"


@pytest.mark.parametrize("unit", ["percent", "fortnights", "Days"])
def test_an_unknown_unit_is_refused_with_those_there_are(unit: str) -> None:
    with pytest.raises(UnknownUnit, match=re.escape("seconds, minutes, hours, days")) as refused:
        a_rule(rule_text(unit=unit))
    assert refused.value.code == "law.unknown_unit"


def test_a_value_is_read_as_the_kind_it_is_and_as_no_other() -> None:
    length = value("breach_to_stop", jurisdiction="statement", on=TODAY)
    band = value("selection_rate_ratio", jurisdiction="statement", on=TODAY)
    level = value("familywise_error", jurisdiction="statement", on=TODAY)
    day = value("annex_iii_duties_start", jurisdiction="eu", on=TODAY)
    assert (length.whole, length.number) == (72, 72)
    assert (band.band.low, band.band.high) == (0.8, 1.25)
    assert level.number == 0.05
    assert day.day == date(2027, 12, 2)
    for found, others in [
        (length, ("band", "day")),
        (band, ("whole", "number", "day")),
        (level, ("whole", "band", "day")),
        (day, ("whole", "number", "band")),
    ]:
        for other in others:
            with pytest.raises(OtherKindOfValue):
                getattr(found, other)


@pytest.mark.parametrize(
    ("unit", "found", "accepted"),
    [
        ("days", "1", True),
        ("days", "0", False),
        ("days", "1.5", False),
        ("days", "true", False),
        ("days", "[1, 2]", False),
        ("days", "'6'", False),
        ("count", "0", True),
        ("count", "-1", False),
        ("share", "0.05", True),
        ("share", "5", False),
        ("share", "-0.01", False),
        ("share", "[-0.05, 0.05]", True),
        ("share", "[-0.05, 1.05]", False),
        ("share", ".nan", False),
        ("ratio", "[0.8, 1.25]", True),
        ("ratio", "[1.25, 0.8]", False),
        ("ratio", "[0.8]", False),
        ("ratio", "[0.8, 1, 1.25]", False),
        ("ratio", "[0.8, high]", False),
        ("ratio", "0", False),
        ("ratio", ".inf", False),
        ("date", "2026-08-02", True),
        ("date", "2026-08-02T00:00:00Z", False),
        ("date", "7", False),
    ],
)
def test_a_value_fits_its_unit_or_is_refused(unit: str, found: str, *, accepted: bool) -> None:
    text = rule_text(values=f"{{2024-09-01: {found}}}", unit=unit)
    if accepted:
        assert unit == a_rule(text).on(TODAY).unit
    else:
        with pytest.raises(DataMalformed, match="from 2024-09-01, found"):
            a_rule(text)


@pytest.mark.parametrize(
    "text",
    [
        rule_text() + "units: weeks\n",
        rule_text(values="{}"),
        rule_text(values="{2024-09-01: null}"),
        rule_text(values="{soon: 2}"),
        rule_text(values="{2024-09-01: 2, 2024-09-01: 3}"),
        rule_text(values="{2024-02-30: 2}"),
        rule_text(marks="mark: V3\nchecked_on: 2026-11-23"),
        rule_text(marks="mark: V1"),
        rule_text(marks="mark: U\nchecked_on: 2026-11-23"),
        rule_text(marks="mark: own\nchecked_on: today"),
        rule_text() + "start_event: When it arrives\n",
        rule_text().replace("{title: Test law}", '{title: Test law, href: "http://example.org"}'),
        rule_text().replace("description: A time limit for a test.", "description: ' '"),
        rule_text().replace("citation: {title: Test law}\n", ""),
    ],
)
def test_a_rule_file_that_says_too_much_too_little_or_nonsense_is_refused(text: str) -> None:
    with pytest.raises(DataMalformed, match=r"test\.yaml"):
        a_rule(text)


@pytest.mark.parametrize(("place", "name"), EVERY_RULE)
def test_every_rule_file_says_what_it_is_and_where_it_is_from(place: str, name: str) -> None:
    found = rule(name, jurisdiction=place)
    clock = found.unit not in (Unit.RATIO, Unit.SHARE, Unit.COUNT, Unit.DATE)
    assert found.description.endswith(".")
    assert found.citation.title
    assert (found.checked_on is None) == (found.mark is Mark.U)
    assert (place == "statement") == (found.mark is Mark.OWN)
    # A length of time without the event that starts it could not be counted.
    assert (found.start_event is not None) == clock
    for since, _ in found.values:
        assert date(1979, 1, 1) <= since <= date(2028, 1, 1)


def test_the_days_of_our_own_choices_are_those_of_the_statement() -> None:
    found = {value(name, jurisdiction="statement", on=TODAY).since for name in STATEMENT}
    assert found == {date(2024, 9, 1)}


def test_a_value_whose_day_is_uncertain_is_not_settled_though_the_value_was_read() -> None:
    read = value("tribunal_appeal", jurisdiction="uk", on=TODAY)
    assert (read.mark, read.date_mark, read.settled) == (Mark.V1, Mark.U, False)
    both = value("waiver_report", jurisdiction="us", on=TODAY)
    assert (both.mark, both.date_mark, both.settled) == (Mark.V1, Mark.V1, True)


DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))


@given(
    first=st.tuples(DAYS, st.integers(1, 999)),
    later=st.dictionaries(DAYS, st.none() | st.integers(1, 999), max_size=6),
    on=DAYS,
)
def test_on_any_day_the_value_is_the_one_with_the_latest_day_not_after_it(
    first: tuple[date, int], later: Mapping[date, int | None], on: date
) -> None:
    values = {day: found for day, found in later.items() if day > first[0]} | dict([first])
    rule = a_rule_of(values)
    started = [day for day in values if day <= on]
    expected = values[max(started)] if started else None
    if expected is None:
        assert not rule.in_force(on)
        with pytest.raises(NotInForce):
            rule.on(on)
    else:
        assert rule.in_force(on)
        assert (expected, max(started)) == (rule.on(on).value, rule.on(on).since)
