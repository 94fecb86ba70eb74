"""Decisions are measured by group, kept as signed evidence, and measured again."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from answerable.gate import verdicts
from answerable.gate.facts import facts_of
from answerable.gate.in_force import RowsInForce, of_profile
from answerable.gate.rules import row_states
from answerable.gate.terms import Finding
from answerable.gate.verdicts import WaiverRefused
from answerable.inventory.figures import latest_figures
from answerable.inventory.queries import use_named
from answerable.law.profiles import profile
from answerable.ledger.models import EntryRow
from answerable.people.actors import NotPermitted
from answerable.people.roles import Role
from answerable.practices.assessment.actions import (
    data,
    measuring,
    risks,
)
from answerable.practices.assessment.actions.doors import AssessmentClosed
from answerable.record import envelopes
from answerable.record.statements import statement_in
from tests.inventory.situations import (
    APPROVER,
    DAY,
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    VERSION_B,
    an_actor,
)
from tests.practices.assessment.situations import (
    EVIDENCE_KEY,
    FIRST,
    LATER,
    a_machine,
    a_scored_use,
    an_assessment,
    decided,
    finding_of,
    measured,
    submitted,
    unequal_decisions,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def every_row_built(_agency: str, *, on: date) -> RowsInForce:
    """The law as it is, as if every row were built."""
    found = of_profile(profile("statement"), on=on)
    return replace(
        found, rows=tuple(replace(row, served_by=row.served_by or "tests") for row in found.rows)
    )


def test_a_gap_proven_beyond_the_norm_is_not_met_at_once_and_never_waived(tmp_path: Path) -> None:
    use = a_scored_use()
    unequal_decisions()
    an_assessment()
    kept = measured(tmp_path)
    assert (kept.decisions, kept.verdict, finding_of("P2.5b")) == (400, "not_met", Finding.NOT_MET)
    gap = next(one for one in latest_figures(use) if one.name == "largest_selection_gap")
    # 120/200 against 50/200 is 0.60 / 0.25.
    assert (gap.about, gap.unit, round(gap.value, 6)) == (
        "race=A against everyone else, outcome high",
        "ratio",
        2.4,
    )
    assert gap.low < 2.4 < gap.high
    assert (gap.n, gap.evidence, gap.data) == (200, kept.evidence, kept.data)
    with pytest.raises(WaiverRefused, match="not met"):
        verdicts.give_waiver(
            use=USE,
            version=VERSION_A,
            row="P2.5b",
            reason="It is needed.",
            until=LATER + 30 * DAY,
            by=APPROVER,
            at=LATER + MINUTE,
            law=every_row_built,
        )


def test_the_evidence_is_signed_and_says_that_nobody_knows_the_error_rates(tmp_path: Path) -> None:
    use = a_scored_use()
    unequal_decisions()
    an_assessment()
    kept = measured(tmp_path)
    evidence = use.evidence.get()
    envelope = envelopes.read_own(bytes(evidence.envelope))
    assert envelopes.verify(envelope, key=EVIDENCE_KEY.verifier).key == EVIDENCE_KEY.verifier
    predicate = statement_in(envelope).predicate
    result = predicate["result"]
    assert isinstance(result, dict)
    told: dict[str, Any] = {one["measure"]: one["verdict"] for one in result["verdicts"]}
    assert told["selection_rate"] == "not_met"
    assert {told[name] for name in told if name != "selection_rate"} == {"cannot_say"}
    assert {one.name for one in latest_figures(use)} == {"selection_rate", "largest_selection_gap"}
    assert kept.address in latest_figures(use)[0].command


def test_with_outcomes_the_error_rates_are_measured_too(tmp_path: Path) -> None:
    use = a_scored_use()
    decided("high", "A", 30, start=0, labels="1")
    decided("high", "A", 20, start=100, labels="0")
    decided("low", "A", 10, start=200, labels="1")
    decided("low", "A", 40, start=300, labels="0")
    an_assessment()
    measured(tmp_path)
    rates = {one.name: one.value for one in latest_figures(use)}
    # 30 + 40 of 100 are right; 20 of 60 without a new charge were called high, 10 of 40 missed.
    assert rates["accuracy"] == 0.7
    assert round(rates["false_positive_rate"], 6) == 0.333333
    assert rates["false_negative_rate"] == 0.25


def test_what_was_handed_to_review_is_measured_by_its_reviewer_and_not_by_its_owner(
    tmp_path: Path,
) -> None:
    a_scored_use()
    unequal_decisions()
    an_assessment()
    submitted()
    with pytest.raises(AssessmentClosed):
        measured(tmp_path, at=LATER + 2 * MINUTE)
    assert measured(tmp_path, at=LATER + 2 * MINUTE, by=REVIEWER).decisions == 400


@pytest.mark.parametrize("until_on", [FIRST, FIRST - DAY])
def test_a_period_without_a_day_is_refused(tmp_path: Path, until_on: date) -> None:
    a_scored_use()
    an_assessment()
    with pytest.raises(measuring.PeriodEmpty):
        measured(tmp_path, until_on=until_on)


def test_decisions_of_another_version_are_not_measured_with_it(tmp_path: Path) -> None:
    a_scored_use()
    decided("high", "A", 5, start=0)
    decided("low", "A", 5, start=10)
    decided("low", "A", 3, start=20, version=VERSION_B)
    an_assessment()
    with pytest.raises(measuring.OtherVersions, match="3"):
        measured(tmp_path)
    assert not EntryRow.objects.filter(kind="inventory.evidence.attached").exists()


def test_a_reviewer_computes_the_evidence_again_and_a_changed_log_shows(tmp_path: Path) -> None:
    a_scored_use()
    unequal_decisions()
    an_assessment()
    kept = measured(tmp_path)
    submitted()
    again: dict[str, Any] = {
        "use": USE,
        "assessment": 1,
        "evidence": kept.evidence,
        "machine": a_machine(tmp_path),
        "at": LATER + 5 * MINUTE,
    }
    with pytest.raises(NotPermitted):
        measuring.rerun_evidence(**again, by=OWNER)
    assert measuring.rerun_evidence(**again, by=REVIEWER).matches
    decided("low", "A", 1, start=900)
    changed = measuring.rerun_evidence(**again, by=REVIEWER)
    assert (changed.matches, changed.differing > 0) == (False, True)
    with pytest.raises(measuring.UnknownMeasuring):
        measuring.rerun_evidence(**{**again, "evidence": "0" * 64}, by=REVIEWER)


def test_a_limit_counts_only_before_anything_is_measured_and_is_not_the_owners(
    tmp_path: Path,
) -> None:
    a_scored_use()
    unequal_decisions()
    an_assessment()
    told: dict[str, Any] = {
        "use": USE,
        "assessment": 1,
        "measure": "accuracy",
        "low": 0.7,
        "high": 1.0,
        "reason": "Judges alone are right in 7 of 10 cases.",
        "at": NINE + 5 * MINUTE,
    }
    with pytest.raises(risks.OwnResidue):
        data.set_limit(**told, by=an_actor("owner", Role.APPROVER))
    with pytest.raises(data.LimitRefused):
        data.set_limit(**{**told, "low": 0.0}, by=APPROVER)
    with pytest.raises(data.LimitRefused):
        data.set_limit(**{**told, "measure": "selection_rate"}, by=APPROVER)
    data.set_limit(**told, by=APPROVER)
    measured(tmp_path)
    with pytest.raises(data.LimitRefused):
        data.set_limit(**{**told, "measure": "precision"}, by=APPROVER)


def test_the_gate_reads_the_findings_as_they_are_told(tmp_path: Path) -> None:
    a_scored_use()
    unequal_decisions()
    an_assessment()
    measured(tmp_path)
    facts = facts_of(use_named(USE), at=LATER, ledger_fits=True)
    told = row_states(facts, version=VERSION_A, pilot=False, at=LATER)
    assert {one.finding for one in facts.verdicts} == {Finding.NOT_MET}
    assert next(one for one in told if one.id == "P2.5b").blocks
