"""The three things a decision-maker must know, in each situation."""

import re
from dataclasses import replace

import pytest

from answerable.report.facts import AuditReport
from answerable.report.findings import Findings
from answerable.report.opening import NOT_LAWFULNESS, Opening, opening
from tests.report.reading import plain
from tests.report.situations import (
    a_benefit_denied_to_one_group,
    a_flag_that_burdens_one_group,
    a_report,
    decisions_without_outcomes,
    groups_that_fare_alike,
    nearly_nothing,
    outcomes,
    two_attributes,
)


def the_opening(report: AuditReport) -> Opening:
    return opening(report, Findings(report.audited.audit))


def spoken(report: AuditReport) -> str:
    found = the_opening(report)
    points = [f"{point.what} {point.next}" for point in found.open_points]
    texts = [*found.verdict_text, found.hardest_title, *found.hardest_text, *points]
    return plain(" ".join([*texts, *found.next_steps]))


def test_a_flag_says_who_among_the_cleared_was_burdened_and_how_much_more_often() -> None:
    text = spoken(a_flag_that_burdens_one_group())
    # A: 400 / 1,000. Everyone else: (200 + 800 + 1 + 5) / (1,000 + 4,000 + 3 + 10).
    assert (
        "Of 1,000 people in the group race: A whom the outcome cleared, 400 (40.0 %, 37.0 to "
        "43.1 %) got the unfavourable decision; of everyone else 20.1 % (1,006 of 5,013, 19.0 to "
        "21.2 %): 2.0 times as often, 1.8 to 2.2."
    ) in text
    # 1,000 x 1,006 / 5,013 = 200.7, and 400 - 200.7 = 199.3.
    assert "about 201 of these 1,000 people: about 199 fewer" in text
    assert "Hit hardest is the group race: A" in text


def test_a_benefit_says_who_among_the_entitled_was_refused() -> None:
    text = spoken(a_benefit_denied_to_one_group())
    assert (
        "Of 500 people in the group race: A whom the outcome shows to be entitled, 300 (60.0 %, "
        "55.6 to 64.2 %) got the unfavourable decision; of everyone else 20.0 % (100 of 500"
    ) in text
    assert "3.0 times as often" in text


def test_without_outcomes_it_speaks_of_decisions_and_says_what_is_unknown() -> None:
    text = spoken(decisions_without_outcomes())
    assert "Of 1,000 people in the group race: A with a decision, 600 (60.0 %" in text
    assert "No outcome is known, so no error rate was measured" in text
    assert "wrongly burdened, tell them" not in text


def test_a_benefit_without_outcomes_is_worse_for_those_who_get_it_less() -> None:
    report = decisions_without_outcomes(flag=False, decision="granted")
    text = spoken(report)
    assert "Hit hardest is the group race: B" in text
    assert (
        "300 (30.0 %, 27.2 to 32.9 %) got the favourable decision; of everyone else 60.0 %" in text
    )
    assert "0.50 times as often" in text
    assert "about 600 of these 1,000 people: about 300 more" in text


def test_met_says_so_and_that_it_is_about_these_records() -> None:
    found = the_opening(groups_that_fare_alike())
    assert found.verdict == "met"
    assert found.hardest_title == "No group is hit harder than the limit allows"
    assert "about the records named here and no others" in found.next_steps[0]


def test_cannot_say_is_never_a_pass() -> None:
    found = the_opening(nearly_nothing())
    assert found.verdict == "cannot_say"
    assert "That is not a pass" in found.verdict_text[0]
    assert "Do not read this as a pass" in found.next_steps[0]


def test_without_a_limit_there_is_nothing_to_judge_by() -> None:
    text = spoken(a_flag_that_burdens_one_group(profile="none"))
    assert "There is nothing to judge by." in text
    assert "No limit was set for wrongful burden, selection rate" in text
    assert "2.0 times as often" in text


def test_the_limit_is_named_with_whoever_set_it() -> None:
    text = spoken(a_flag_that_burdens_one_group(norms=("selection_rate.difference=-0.1,0.1",)))
    assert "must lie between 0.8 and 1.25" in text
    assert "the profile statement as it stood on 23 November 2026" in text
    assert "must lie between \u221210.0 and +10.0 percentage points" in text
    assert "Those who ran this audit declared the limit for selection rate themselves." in text


def test_groups_too_small_to_judge_are_counted_and_not_cleared() -> None:
    text = spoken(a_flag_that_burdens_one_group())
    assert re.search(r"11 of 20 comparisons rest on too few records to say; 3 groups of 5", text)
    assert "they are not cleared" in text


def test_missing_values_are_counted() -> None:
    text = spoken(a_flag_that_burdens_one_group())
    # Group (missing): 4 + 5 + 6 + 5 records, and 3 without a decision and 2 without an outcome.
    assert "3 records without a decision, 2 records without an outcome" in text
    assert "25 records without a value of race" in text


def test_a_named_reference_is_named_in_the_sentence() -> None:
    text = spoken(two_attributes(reference={"race": "B"}))
    # Race A: (60 + 50) / 310 = 35.5 %; race B: 40 / 400 = 10.0 %.
    assert "110 (35.5 %" in text
    assert "of the group race: B 10.0 % (40 of 400" in text


def test_a_reference_without_any_event_gives_a_difference_and_no_ratio() -> None:
    report = a_report(
        {
            ("A",): outcomes(tp=10, fp=50, fn=10, tn=50),
            ("B",): outcomes(tp=10, fp=0, fn=10, tn=100),
        },
        norms=("wrongful_burden.difference=-0.1,0.1",),
    )
    text = spoken(report)
    assert "of everyone else 0 % (0 of 100" in text
    assert "a difference of +50.0 percentage points" in text


@pytest.mark.parametrize(
    "report",
    [
        a_flag_that_burdens_one_group(),
        a_benefit_denied_to_one_group(),
        decisions_without_outcomes(),
        groups_that_fare_alike(),
        nearly_nothing(),
    ],
)
def test_no_opening_promises_anything(report: AuditReport) -> None:
    promising = re.compile(r"\b(law|lawful|legal|fair|unbiased|safe|compliant)\b", re.IGNORECASE)
    assert promising.findall(spoken(report)) == []
    assert the_opening(report).not_lawfulness == NOT_LAWFULNESS
    assert "not a finding of lawfulness" in NOT_LAWFULNESS


def test_what_is_known_to_be_wrong_with_the_data_comes_first_of_what_cannot_be_said() -> None:
    known = "half the outcomes were typed in twice."
    report = a_flag_that_burdens_one_group()
    assert known not in spoken(report)
    first = the_opening(replace(report, caution=known)).open_points[0]
    assert f"Known of these data: {known}" == first.what


def test_questions_that_are_put_twice_are_said_to_be_one() -> None:
    same = "count the same people under the same limit here, so these are"
    assert same in spoken(a_flag_that_burdens_one_group())
    assert same not in spoken(decisions_without_outcomes())
