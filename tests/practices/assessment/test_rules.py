"""What an assessment comes to, from facts alone."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from answerable.gate.terms import Finding
from answerable.practices.assessment import rules
from answerable.practices.assessment.rules import (
    Dimension,
    Dossier,
    Ground,
    How,
    LimitFacts,
    MeasuredFacts,
    MitigationFacts,
    Part,
    RiskFacts,
    State,
)
from answerable.record.measurement import Measurement

TODAY = date(2026, 12, 24)
MET, NOT_MET, CANNOT_SAY = Finding.MET, Finding.NOT_MET, Finding.CANNOT_SAY
WORKS = MitigationFacts(due_on=date(2027, 1, 1), works=MET, rests_on=("entry 5",))


def a_number(value: float, low: float, high: float) -> Measurement:
    return Measurement(value=value, low=low, high=high, numerator=1, denominator=2)


def a_risk(number: int, dimension: Dimension) -> RiskFacts:
    return RiskFacts(
        number=number,
        dimension=dimension,
        entry=number,
        scored_entry=10 + number,
        mitigations=(WORKS,),
        accepted_entry=20 + number,
    )


NORMED = ("selection_rate", "false_positive_rate", "false_negative_rate", "wrongful_burden")
MEASURED = MeasuredFacts(
    evidence="e" * 64,
    attributes=("race",),
    verdicts=dict.fromkeys(NORMED, "met"),
    rates={"accuracy": a_number(0.8, 0.78, 0.82)},
    needs=("more records",),
    rerun_matches=True,
)
LIMIT = LimitFacts(measure="accuracy", low=0.7, high=1, entry=40, beforehand=True)
WHOLE = Dossier(
    state=State.SIGNED,
    opened_entry=1,
    decided_entry=50,
    same_context=True,
    untouched=True,
    live_before=0,
    risks=tuple(a_risk(n, one) for n, one in enumerate(Dimension, start=1)),
    data=dict.fromkeys(Part, (30, True)),
    grounds={
        one: (31, How.MEASURED if one is Ground.RACE else How.QUALITATIVE, "race") for one in Ground
    },
    limits=(LIMIT,),
    measured=MEASURED,
)


def found(dossier: Dossier, row: str) -> Finding:
    return next(one.finding for one in rules.findings(dossier, on=TODAY) if one.row == row)


def test_everything_shown_meets_every_row_and_each_rests_on_something() -> None:
    told = rules.findings(WHOLE, on=TODAY)
    assert [(one.row, one.finding) for one in told] == [(row, MET) for row in rules.ROWS]
    assert all(one.rests_on and not one.needs for one in told)


def test_nothing_recorded_says_nothing_about_any_row() -> None:
    assert {(one.row, one.finding) for one in rules.nothing()} == {
        (row, CANNOT_SAY) for row in rules.ROWS
    }


@pytest.mark.parametrize(
    ("row", "changed", "finding"),
    [
        ("P2.0a", {"same_context": False}, CANNOT_SAY),
        ("P2.0b", {"live_before": 3}, NOT_MET),
        ("P2.0b", {"state": State.SUBMITTED, "live_before": None}, CANNOT_SAY),
        ("P2.0c", {"risks": WHOLE.risks[1:]}, CANNOT_SAY),
        ("P2.0c", {"risks": (replace(WHOLE.risks[0], scored_entry=None),)}, CANNOT_SAY),
        ("P2.0d", {"risks": (replace(WHOLE.risks[0], mitigations=()),)}, CANNOT_SAY),
        ("P2.0d", {"risks": (replace(WHOLE.risks[0], accepted_entry=None),)}, CANNOT_SAY),
        ("P2.0d", {"risks": ()}, CANNOT_SAY),
        ("P2.0e", {"state": State.REFUSED}, NOT_MET),
        ("P2.0e", {"state": State.OPEN}, CANNOT_SAY),
        ("P2.3a", {"data": {Part.TRAINING: (30, True)}}, CANNOT_SAY),
        ("P2.3a", {"data": {**WHOLE.data, Part.TRAINING: (30, False)}}, CANNOT_SAY),
        ("P2.5a", {"limits": ()}, CANNOT_SAY),
        ("P2.5a", {"limits": (replace(LIMIT, beforehand=False),)}, CANNOT_SAY),
        ("P2.5a", {"limits": (replace(LIMIT, low=0.79),)}, CANNOT_SAY),
        ("P2.5a", {"limits": (replace(LIMIT, low=0.83),)}, NOT_MET),
        ("P2.5a", {"measured": replace(MEASURED, rates={})}, CANNOT_SAY),
        ("P2.5a", {"measured": replace(MEASURED, rerun_matches=False)}, CANNOT_SAY),
        ("P2.5a", {"measured": None}, CANNOT_SAY),
        ("P2.5b", {"measured": None}, CANNOT_SAY),
        ("P2.5b", {"measured": replace(MEASURED, verdicts={})}, CANNOT_SAY),
        ("P2.5b", {"measured": replace(MEASURED, rerun_matches=None)}, CANNOT_SAY),
        ("P2.5c", {"grounds": {Ground.RACE: (31, How.MEASURED, "race")}}, CANNOT_SAY),
        ("P2.5c", {"measured": replace(MEASURED, attributes=("sex",))}, CANNOT_SAY),
    ],
)
def test_what_is_missing_says_so_and_what_is_wrong_is_not_met(
    row: str, changed: dict[str, Any], finding: Finding
) -> None:
    without = replace(WHOLE, **changed)
    told = next(one for one in rules.findings(without, on=TODAY) if one.row == row)
    assert (told.finding, bool(told.needs)) == (finding, True)


@pytest.mark.parametrize("verdict", ["not_met", "cannot_say"])
def test_one_measure_that_passes_is_not_enough(verdict: str) -> None:
    verdicts = {**MEASURED.verdicts, "false_positive_rate": verdict}
    told = replace(WHOLE, measured=replace(MEASURED, verdicts=verdicts))
    assert found(told, "P2.5b") == verdict


def test_a_mitigation_that_is_late_or_did_harm_leaves_its_risk_not_managed() -> None:
    def managed(*mitigations: MitigationFacts) -> Finding:
        risk = replace(WHOLE.risks[0], mitigations=mitigations)
        return found(replace(WHOLE, risks=(risk,)), "P2.0d")

    untested = replace(WORKS, works=None)
    assert managed(untested) is CANNOT_SAY
    assert managed(replace(untested, due_on=date(2026, 12, 24))) is CANNOT_SAY
    assert managed(replace(untested, due_on=date(2026, 12, 23))) is NOT_MET
    assert managed(replace(WORKS, works=NOT_MET)) is NOT_MET
    # One that works is enough, whatever became of the others.
    assert managed(replace(WORKS, works=NOT_MET), WORKS) is MET


def test_rows_that_were_changed_after_the_signature_show_nothing() -> None:
    told = rules.findings(replace(WHOLE, untouched=False), on=TODAY)
    assert {one.finding for one in told} == {CANNOT_SAY}


def test_a_refusal_is_reversed_by_another_reviewer_on_new_data_only() -> None:
    def bar(reviewer: str, shown: set[str]) -> str | None:
        return rules.bar_to_reversal(
            reviewer, refusers={"account/1"}, refused_on={"old"}, shown=shown
        )

    assert bar("account/2", {"old", "new"}) is None
    assert bar("account/1", {"old", "new"})
    assert bar("account/2", {"old"})
    assert rules.bar_to_reversal("account/1", refusers=(), refused_on=(), shown=()) is None


def test_an_error_rate_improves_downwards_and_a_ratio_towards_one() -> None:
    assert rules.improved(a_number(0.3, 0.2, 0.4), a_number(0.1, 0.05, 0.19), best=0) is MET
    assert rules.improved(a_number(0.3, 0.2, 0.4), a_number(0.1, 0.05, 0.21), best=0) is CANNOT_SAY
    # Half as often and twice as often are equally far from equally often.
    half, twice = a_number(0.5, 0.45, 0.55), a_number(2, 1.82, 2.22)
    assert rules.improved(half, twice, best=1) is CANNOT_SAY
    # A gap that changed its sign and grew is not better.
    assert rules.improved(a_number(0.8, 0.75, 0.85), twice, best=1) is NOT_MET


def test_nobody_reviews_or_accepts_what_is_their_own() -> None:
    assert rules.may_review("r", authors={"o"}, accepted={"a"})
    assert not rules.may_review("o", authors={"o"}, accepted=())
    assert not rules.may_review("a", authors=(), accepted={"a"})
    assert rules.may_accept("a", authors={"o"}, reviewers={"r"})
    assert not rules.may_accept("o", authors={"o"}, reviewers=())
    assert not rules.may_accept("r", authors=(), reviewers={"r"})
