"""Risks: scored apart, made smaller by what is proven, and what remains, accepted by name."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from answerable.gate.terms import Finding
from answerable.inventory.actions import change_context
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.assessment import queries
from answerable.practices.assessment.actions import (
    clocks,
    deciding,
    mitigations,
    risks,
)
from answerable.practices.assessment.actions.doors import AssessmentClosed, OwnReview, UnknownRisk
from answerable.practices.assessment.models import Assessment
from answerable.practices.assessment.rules import Scores
from tests.inventory.situations import (
    APPROVER,
    DAY,
    MINUTE,
    NINE,
    OWNER,
    REVIEWER,
    USE,
    an_actor,
)
from tests.practices.assessment.situations import (
    CONTEXT,
    GRAVE,
    LAST,
    LATER,
    MILD,
    OTHER_REVIEWER,
    SIGNING,
    a_scored_use,
    an_assessment,
    decided,
    finding_of,
    measured,
    scored,
    signed,
    submitted,
    unequal_decisions,
)

pytestmark = pytest.mark.django_db(databases="__all__")

OPERATOR = Actor.operator("answerable/assessment")


def test_the_owners_score_stays_sealed_until_the_reviewer_has_scored() -> None:
    a_scored_use()
    found = an_assessment()
    submitted()
    shown = queries.risks_seen_by(REVIEWER, found)
    assert [one.owner for one in shown] == [None] * 4
    assert [one.owner for one in queries.risks_seen_by(OWNER, found)] == [MILD] * 4
    told = WrittenEntry.read(bytes(EntryRow.objects.get(index=shown[0].risk.entry).payload))
    assert not {"likelihood", "severity", "scale", "reversibility"} & told.fields.keys()
    scored()
    seen = queries.risks_seen_by(REVIEWER, found)
    assert [(one.owner, one.reviewer) for one in seen] == [(MILD, GRAVE)] * 4


def test_the_seal_in_the_ledger_opens_with_the_salt_that_is_told_later() -> None:
    a_scored_use()
    an_assessment()
    submitted()
    scored()
    entries = [WrittenEntry.read(bytes(row.payload)) for row in EntryRow.objects.order_by("index")]
    sealed = next(one for one in entries if one.kind == "assessment.risk.described")
    opened = next(one for one in entries if one.kind == "assessment.risk.scored")
    assert sealed.fields["sealed"] == MILD.sealed(str(opened.fields["salt"]))
    assert sealed.fields["sealed"] != GRAVE.sealed(str(opened.fields["salt"]))


def test_a_risk_is_scored_once_on_the_scale_and_never_by_its_owner() -> None:
    a_scored_use()
    an_assessment()
    both = an_actor("owner", Role.OWNER, Role.REVIEWER)
    told: dict[str, Any] = {"use": USE, "assessment": 1, "risk": 1, "at": LATER}
    with pytest.raises(AssessmentClosed):
        risks.score_risk(**told, scores=GRAVE, by=REVIEWER)
    submitted()
    with pytest.raises(OwnReview):
        risks.score_risk(**told, scores=GRAVE, by=both)
    with pytest.raises(risks.ScoreRefused):
        risks.score_risk(
            **told,
            scores=Scores(likelihood=6, severity=1, scale=1, reversibility=1),
            by=REVIEWER,
        )
    with pytest.raises(UnknownRisk):
        risks.score_risk(**{**told, "risk": 9}, scores=GRAVE, by=REVIEWER)
    scored()
    with pytest.raises(risks.ScoredAlready):
        risks.score_risk(**told, scores=MILD, by=OTHER_REVIEWER)


def test_what_remains_is_accepted_after_review_by_an_official_who_did_neither() -> None:
    a_scored_use()
    an_assessment()
    submitted()
    told: dict[str, Any] = {
        "use": USE,
        "assessment": 1,
        "risk": 1,
        "remains": MILD,
        "reason": "A judge hears everyone within a day.",
        "at": LATER + 5 * MINUTE,
    }
    with pytest.raises(risks.NotScoredYet):
        risks.accept_residue(**told, by=APPROVER)
    scored()
    with pytest.raises(NotPermitted):
        risks.accept_residue(**told, by=OWNER)
    for own in ("owner", "reviewer"):
        with pytest.raises(risks.OwnResidue):
            risks.accept_residue(**told, by=an_actor(own, Role.APPROVER))
    risks.accept_residue(**told, by=APPROVER)
    with pytest.raises(risks.ScoredAlready):
        risks.accept_residue(**told, by=APPROVER)
    # Whoever accepted a risk is no reviewer of the assessment any more, nor offered its steps.
    both = an_actor("approver", Role.APPROVER, Role.REVIEWER)
    assert not {"sign", "refuse", "score"} & queries.steps_of(both, Assessment.objects.get())
    assert {"sign", "refuse", "score"} < queries.steps_of(REVIEWER, Assessment.objects.get())
    with pytest.raises(OwnReview):
        deciding.refuse(
            use=USE, assessment=1, reason="No.", by=an_actor("approver", Role.REVIEWER), at=SIGNING
        )


def test_a_mitigation_falls_overdue_once_and_breaks_its_row(tmp_path: Path) -> None:
    a_scored_use()
    an_assessment()
    mitigations.plan_mitigation(
        use=USE,
        assessment=1,
        risk=1,
        action="A judge decides without the score on every tenth case.",
        responsible=OWNER,
        due_on=date(2026, 12, 31),
        by=OWNER,
        at=NINE + 3 * MINUTE,
    )
    submitted()
    scored()
    signed(tmp_path)
    assert finding_of("P2.0d") is Finding.CANNOT_SAY
    assert clocks.tell_overdue(by=OPERATOR, at=NINE + 38 * DAY) == 0
    assert clocks.tell_overdue(by=OPERATOR, at=NINE + 39 * DAY) == 1
    assert clocks.tell_overdue(by=OPERATOR, at=NINE + 40 * DAY) == 0
    assert finding_of("P2.0d") is Finding.NOT_MET
    found = Assessment.objects.get()
    assert found.content == queries.content_of(found)


def test_two_measurements_of_other_outcomes_prove_nothing(tmp_path: Path) -> None:
    a_scored_use()
    unequal_decisions()
    an_assessment()
    mitigations.plan_mitigation(
        use=USE,
        assessment=1,
        risk=1,
        action="The score is read the other way round.",
        responsible=REVIEWER,
        due_on=LAST,
        by=OWNER,
        at=NINE + 3 * MINUTE,
    )
    before = measured(tmp_path).evidence
    change_context(use=USE, context=replace(CONTEXT, adverse=("low",)), by=OWNER, at=LATER + MINUTE)
    # Now low is what is counted: 80/200 against 150/200 is 0.53, nearer to 1 than 2.4.
    after = measured(tmp_path, at=LATER + 2 * MINUTE).evidence
    with pytest.raises(mitigations.ProvesNothing, match="other decisions"):
        mitigations.prove_mitigation(
            use=USE,
            assessment=1,
            risk=1,
            mitigation=1,
            before=before,
            after=after,
            measure="selection_rate",
            group={"race": "A"},
            by=OWNER,
            at=LATER + 3 * MINUTE,
        )


def test_a_mitigation_is_proven_by_two_measurements_of_the_same_number(tmp_path: Path) -> None:
    a_scored_use()
    unequal_decisions()
    an_assessment()
    mitigations.plan_mitigation(
        use=USE,
        assessment=1,
        risk=1,
        action="The score leaves out the neighbourhood.",
        responsible=REVIEWER,
        due_on=LAST,
        by=OWNER,
        at=NINE + 3 * MINUTE,
    )
    before = measured(tmp_path).evidence
    # 600 more of A, none of them high: 120/800 against 50/200 is 0.6.
    decided("low", "A", 600, start=2000)
    after = measured(tmp_path, at=LATER + MINUTE).evidence
    told: dict[str, Any] = {
        "use": USE,
        "assessment": 1,
        "risk": 1,
        "mitigation": 1,
        "measure": "selection_rate",
        "group": {"race": "A"},
        "by": OWNER,
        "at": LATER + 2 * MINUTE,
    }
    with pytest.raises(mitigations.ProvesNothing):
        mitigations.prove_mitigation(**told, before=after, after=before)
    with pytest.raises(mitigations.ProvesNothing):
        mitigations.prove_mitigation(
            **{**told, "measure": "accuracy", "group": {}},
            before=before,
            after=after,
        )
    # How often everybody is selected is neither better nor worse by itself.
    with pytest.raises(mitigations.ProvesNothing, match="a group"):
        mitigations.prove_mitigation(**{**told, "group": {}}, before=before, after=after)
    shown = mitigations.prove_mitigation(**told, before=before, after=after)
    # From 2.4 times as often, at least 1.8, to 0.6 times, at least 0.45: surely nearer? No.
    assert shown.values[0].startswith("2.4 [")
    assert shown.values[1].startswith("0.6 [")
    assert shown.finding == Finding.CANNOT_SAY
