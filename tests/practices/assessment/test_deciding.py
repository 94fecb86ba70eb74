"""A reviewer signs or refuses; nothing is changed behind the signature, nor a refusal undone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from answerable.gate.models import RowVerdict
from answerable.gate.terms import Finding
from answerable.inventory.figures import latest_figures
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.assessment import queries, rules
from answerable.practices.assessment.actions import (
    clocks,
    data,
    deciding,
    measuring,
    mitigations,
    opening,
    risks,
)
from answerable.practices.assessment.actions.doors import AssessmentClosed, OwnReview
from answerable.practices.assessment.models import Assessment, Risk
from answerable.practices.assessment.rules import Dimension, Ground, How, State
from tests.inventory.situations import (
    APPROVER,
    DAY,
    MINUTE,
    OWNER,
    REVIEWER,
    USE,
    VERSION_A,
    an_actor,
)
from tests.practices.assessment.situations import (
    FIRST,
    HARM,
    LAST,
    LATER,
    MILD,
    OTHER_REVIEWER,
    SIGNING,
    a_machine,
    a_scored_use,
    an_assessment,
    covered,
    decided,
    described,
    finding_of,
    measured,
    scored,
    signed,
    submitted,
    unequal_decisions,
)

OPERATOR = Actor.operator("answerable/assessment")

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_signature_records_every_row_as_it_is_and_makes_none_better(tmp_path: Path) -> None:
    use = a_scored_use()
    unequal_decisions(shadow=True)
    an_assessment()
    described()
    measuring.measure_decisions(
        use=USE,
        assessment=1,
        since_on=FIRST,
        until_on=LAST,
        shadow=True,
        machine=a_machine(tmp_path),
        by=OWNER,
        at=LATER,
    )
    submitted()
    scored()
    covered()
    found = signed(tmp_path)
    assert (found.state, found.live_before) == (State.SIGNED, 0)
    assert {row: finding_of(row).value for row in rules.ROWS} == {
        "P2.0a": "met",
        "P2.0b": "met",
        "P2.0c": "met",
        "P2.0d": "cannot_say",
        "P2.0e": "met",
        "P2.3a": "met",
        "P2.5a": "cannot_say",
        "P2.5b": "not_met",
        "P2.5c": "met",
    }
    assert set(RowVerdict.objects.filter(at=SIGNING).values_list("by", flat=True)) == {REVIEWER.ref}
    # Owner 2 3 2 2 against reviewer 4 3 2 4: two of four are equal, four times.
    agreed = next(one for one in latest_figures(use) if one.name == "equal_scores")
    assert (agreed.value, agreed.n) == (0.5, 16)
    assert agreed.low < 0.5 < agreed.high


def test_decisions_that_took_effect_before_the_signature_break_the_row(tmp_path: Path) -> None:
    use = a_scored_use()
    unequal_decisions()
    an_assessment()
    submitted()
    scored()
    assert signed(tmp_path).live_before == 400
    assert finding_of("P2.0b") is Finding.NOT_MET
    counted = next(one for one in latest_figures(use) if one.name == "decisions_before_signature")
    assert (counted.value, counted.first_on) == (400, date(2026, 11, 23))


def test_nobody_signs_unscored_own_or_twice(tmp_path: Path) -> None:
    a_scored_use()
    an_assessment()
    with pytest.raises(AssessmentClosed):
        signed(tmp_path)
    submitted()
    with pytest.raises(deciding.NotReviewed, match="1, 2, 3, 4"):
        signed(tmp_path)
    scored()
    for actor in (OWNER, APPROVER):
        with pytest.raises(NotPermitted):
            signed(tmp_path, by=actor)
    with pytest.raises(OwnReview):
        signed(tmp_path, by=an_actor("owner", Role.REVIEWER))
    signed(tmp_path)
    with pytest.raises(AssessmentClosed):
        signed(tmp_path)


def test_nothing_is_edited_after_the_signature(tmp_path: Path) -> None:
    a_scored_use()
    unequal_decisions()
    an_assessment()
    submitted()
    scored()
    signed(tmp_path)
    about: dict[str, Any] = {"use": USE, "assessment": 1, "by": OWNER, "at": SIGNING + MINUTE}
    for edit in (
        lambda: risks.describe_risk(
            **about, dimension=Dimension.SAFETY, harm=HARM, group="All", scores=MILD
        ),
        lambda: measured(tmp_path, at=SIGNING + MINUTE),
        lambda: opening.submit(**about),
        lambda: mitigations.plan_mitigation(
            **about, risk=1, action="A", responsible=OWNER, due_on=LAST
        ),
        lambda: opening.hand_back(**{**about, "by": REVIEWER}, reason="Again."),
        lambda: data.cover_ground(
            **{**about, "by": REVIEWER}, ground=Ground.RACE, how=How.MEASURED, attribute="race"
        ),
    ):
        with pytest.raises(AssessmentClosed):
            edit()
    assert opening.open_assessment(use=USE, version=VERSION_A, by=OWNER, at=SIGNING).number == 2


def test_a_row_changed_behind_the_signature_shows_in_every_finding(tmp_path: Path) -> None:
    use = a_scored_use()
    an_assessment()
    submitted()
    scored()
    signed(tmp_path)
    before = queries.findings(use, version=VERSION_A, at=SIGNING)
    assert Finding.MET in {one.finding for one in before}
    Risk.objects.filter(number=1).update(harm="Nothing happens.")
    after = queries.findings(use, version=VERSION_A, at=SIGNING)
    assert {one.finding for one in after} == {Finding.CANNOT_SAY}
    # The verdicts fall with it, once, and none that was not met rises.
    met = [one.row for one in before if one.finding is Finding.MET]
    assert {finding_of(row) for row in met} == {Finding.MET}
    assert clocks.take_back(by=OPERATOR, at=SIGNING + DAY) == len(met)
    assert {finding_of(row) for row in met} == {Finding.CANNOT_SAY}
    assert clocks.take_back(by=OPERATOR, at=SIGNING + DAY) == 0


@pytest.mark.parametrize("changed", [{"live_before": 0}, {"reason": "It was never live."}])
def test_what_the_signature_says_is_what_its_entry_tells(
    tmp_path: Path, changed: dict[str, Any]
) -> None:
    use = a_scored_use()
    unequal_decisions()
    an_assessment()
    submitted()
    scored()
    assert signed(tmp_path).live_before == 400
    Assessment.objects.update(**changed)
    told = queries.findings(use, version=VERSION_A, at=SIGNING)
    assert {one.finding for one in told} == {Finding.CANNOT_SAY}


def test_a_decision_that_the_ledger_does_not_tell_of_shows_nothing() -> None:
    use = a_scored_use()
    found = an_assessment()
    Assessment.objects.filter(pk=found.pk).update(
        state="signed",
        content=queries.content_of(found),
        decided_at=LATER,
        decided_by=REVIEWER.ref,
        decided_entry=found.entry,
        live_before=0,
    )
    told = queries.findings(use, version=VERSION_A, at=LATER)
    assert {one.finding for one in told} == {Finding.CANNOT_SAY}


def test_a_refusal_stands_until_another_reviewer_signs_on_new_data(tmp_path: Path) -> None:
    use = a_scored_use()
    unequal_decisions()
    an_assessment()
    measured(tmp_path)
    submitted()
    scored()
    deciding.refuse(
        use=USE, assessment=1, reason="People of group A are jailed more.", by=REVIEWER, at=LATER
    )
    assert finding_of("P2.0e") is Finding.NOT_MET
    later = SIGNING + DAY
    an_assessment(at=later)
    measured(tmp_path, number=2, at=later + MINUTE)
    submitted(number=2, at=later + 2 * MINUTE)
    scored(number=2, at=later + 3 * MINUTE)
    sign: dict[str, Any] = {
        "use": USE,
        "assessment": 2,
        "reason": "It is fit.",
        "machine": a_machine(tmp_path),
        "at": later + 4 * MINUTE,
    }
    with pytest.raises(deciding.RefusalStands):
        deciding.sign_off(**sign, by=REVIEWER)
    with pytest.raises(deciding.RefusalStands):
        deciding.sign_off(**sign, by=OTHER_REVIEWER)
    # While the second is pending the refusal speaks for the version.
    found = queries.latest_assessment(use, version=VERSION_A)
    assert found is not None
    assert found.state == State.REFUSED
    opening.hand_back(use=USE, assessment=2, reason="New data.", by=OTHER_REVIEWER, at=later + DAY)
    decided("low", "A", 200, start=1000)
    measured(tmp_path, number=2, at=later + DAY)
    submitted(number=2, at=later + DAY)
    deciding.sign_off(**{**sign, "at": later + DAY + MINUTE}, by=OTHER_REVIEWER)
    assert finding_of("P2.0e") is Finding.MET
    assert Assessment.objects.filter(state=State.REFUSED).count() == 1
