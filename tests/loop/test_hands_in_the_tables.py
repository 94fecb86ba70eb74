"""A row typed in or changed, as by an administrator of the database or a restored copy."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from answerable.errors import AnswerableError
from answerable.flow import schedule
from answerable.gate import permits, verdicts
from answerable.gate.effect import Held
from answerable.gate.models import Approval, Hold, Lift, RowVerdict, Waiver
from answerable.gate.terms import Finding
from answerable.inventory.models import Ownership, UseContext
from answerable.inventory.queries import context_of
from answerable.ledger.models import EntryRow
from answerable.practices.assessment import queries as assessment
from answerable.practices.assessment.models import Assessment, ReviewScore, Risk
from answerable.practices.monitoring.models import Incident, Plan
from answerable.practices.monitoring.queries import findings as monitoring_findings
from answerable.practices.obligations.models import BlindAnswers
from answerable.practices.remedy.actions import reviewing
from answerable.practices.remedy.actions.delivery import let_take_effect
from answerable.practices.remedy.actions.reviewing import Answer, ReviewerTookTheDecision
from answerable.practices.remedy.models import Challenge, LookBack, Notice
from answerable.practices.remedy.queries.findings import findings as remedy_findings
from answerable.project.practice_jobs import PracticeJobs
from tests.gate.situations import small_law
from tests.inventory.situations import DAY, HOUR, MINUTE, USE, VERSION_A
from tests.loop import situations as here
from tests.loop.shortcuts import (
    EDIT_AFTER_SIGN_OFF,
    EFFECT,
    OWN_APPROVAL,
    OWN_DECISION,
    WAIVER,
    World,
)
from tests.loop.situations import NOW, TOLD
from tests.practices.monitoring.situations import a_watched_use
from tests.practices.obligations.situations import a_reviewed_dossier
from tests.practices.remedy.situations import PSEUDONYMS, a_delivered_letter, a_machine
from tests.practices.remedy.test_look_backs import a_look_back

pytestmark = pytest.mark.django_db(databases="__all__")

UNTIL = NOW + 90 * DAY


def an_entry() -> int:
    """The entry of something else, which a forger names."""
    return EntryRow.objects.order_by("-index").values_list("index", flat=True)[0]


# -- own approval --------------------------------------------------------------------


def type_an_approval(world: World) -> None:
    Approval.objects.create(
        use=world.use,
        version=VERSION_A,
        context=context_of(world.use).digest,
        at=NOW - HOUR,
        by=world.people.owner.ref,
        until=UNTIL,
        conditions=[],
        entry=an_entry(),
    )


def type_it_in_sql(world: World) -> None:
    type_an_approval(world)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE gate_approval SET entry = 0, version = %s", [VERSION_A])


def hide_the_owner_and_approve(world: World) -> None:
    """Take the owner's row away, approve as that owner, and put the row back."""
    mine = Ownership.objects.get(owner=world.people.owner.ref)
    Ownership.objects.filter(pk=mine.pk).delete()
    me = world.people.actor("owner")
    permits.approve(use=USE, version=VERSION_A, until=UNTIL, by=me, at=NOW - HOUR, law=small_law)
    assert not OWN_APPROVAL.taken(world)
    mine.save(force_insert=True)


OWN_APPROVALS = (type_an_approval, type_it_in_sql, hide_the_owner_and_approve)


# -- edit after sign-off -------------------------------------------------------------


def make_a_risk_smaller(_world: World) -> None:
    Risk.objects.filter(number=1).update(likelihood=1, severity=1)


def make_the_reviewers_score_smaller(_world: World) -> None:
    ReviewScore.objects.update(severity=1)


def add_a_risk(_world: World) -> None:
    risk = Risk.objects.get(number=1)
    risk.pk, risk.number = None, 9
    risk.save(force_insert=True)


def sign_what_was_not_submitted(world: World) -> None:
    make_a_risk_smaller(world)
    shown = assessment.latest_assessment(world.use, version=VERSION_A)
    assert shown is not None
    Assessment.objects.update(content="ab" * 32, decided_entry=an_entry())


EDITS = (
    make_a_risk_smaller,
    make_the_reviewers_score_smaller,
    add_a_risk,
    sign_what_was_not_submitted,
)


# -- waiver over not met -------------------------------------------------------------


def type_a_waiver(world: World) -> None:
    Waiver.objects.create(
        use=world.use,
        version=VERSION_A,
        context=context_of(world.use).digest,
        row="P2.5b",
        reason="Because.",
        at=NOW - HOUR,
        by=world.people.approver.ref,
        until=UNTIL,
        entry=an_entry(),
    )


def say_that_nobody_can_say_and_waive(world: World) -> None:
    """Make *not met* a *cannot say*, have that waived in all form, and put it back."""
    RowVerdict.objects.filter(finding="not_met").update(finding="cannot_say")
    verdicts.give_waiver(
        use=USE,
        version=VERSION_A,
        row="P2.5b",
        reason="In a hurry.",
        until=NOW + DAY,
        by=world.people.actor("approver"),
        at=NOW,
        law=small_law,
    )
    assert not WAIVER.taken(world)
    RowVerdict.objects.filter(finding="cannot_say").update(finding="not_met")


def take_the_verdict_away(_world: World) -> None:
    RowVerdict.objects.filter(finding="not_met").delete()


WAIVERS = (type_a_waiver, say_that_nobody_can_say_and_waive, take_the_verdict_away)


# -- effect before delivery ----------------------------------------------------------


def type_a_delivery(_world: World) -> None:
    Notice.objects.update(
        state="delivered",
        delivered_at=TOLD,
        how="proof of the post",
        effect_from=TOLD + MINUTE,
    )
    assert let_take_effect(at=NOW) == 0


def type_a_delivery_with_an_entry(_world: World) -> None:
    Notice.objects.update(
        state="delivered", delivered_at=TOLD, effect_from=TOLD + MINUTE, entry=an_entry()
    )
    assert let_take_effect(at=NOW) == 0


def type_a_lift(world: World) -> None:
    hold = Hold.objects.get(pk=world.hold)
    Lift.objects.create(hold=hold, rests_on=["x"], at=TOLD, by="account/1", entry=an_entry())


def take_the_hold_away(world: World) -> None:
    number = world.hold
    Notice.objects.update(hold=None)
    Hold.objects.filter(pk=number).delete()


def call_the_hold_another(world: World) -> None:
    Hold.objects.filter(pk=world.hold).update(ground="hardship")


def call_nothing_adverse(_world: World) -> None:
    row = UseContext.objects.get()
    row.content = row.content | {"adverse": []}
    row.save()


EFFECTS = (
    type_a_delivery,
    type_a_delivery_with_an_entry,
    type_a_lift,
    take_the_hold_away,
    call_the_hold_another,
    call_nothing_adverse,
)


def by_name(*some: Callable[[World], None]) -> Mapping[str, Callable[[World], None]]:
    return {one.__name__.replace("_", " "): one for one in some}


@pytest.mark.parametrize(("name", "hand"), by_name(*OWN_APPROVALS).items())
def test_an_own_approval_opens_nothing(
    name: str, hand: Callable[[World], None], tmp_path: Path
) -> None:
    world = OWN_APPROVAL.build(tmp_path)
    hand(world)
    assert not OWN_APPROVAL.taken(world), name


@pytest.mark.parametrize(("name", "hand"), by_name(*EDITS).items())
def test_an_edited_assessment_shows_nothing(
    name: str, hand: Callable[[World], None], tmp_path: Path
) -> None:
    world = EDIT_AFTER_SIGN_OFF.build(tmp_path)
    signed = found_in(world)
    assert Finding.MET in signed
    hand(world)
    assert found_in(world) == {Finding.CANNOT_SAY}, name


def found_in(world: World) -> set[Finding]:
    return {one.finding for one in assessment.findings(world.use, version=VERSION_A, at=NOW)}


def behind_the_assessment(folder: Path) -> Callable[[], object]:
    world = EDIT_AFTER_SIGN_OFF.build(folder)
    return lambda: make_a_risk_smaller(world)


def behind_the_dossier(_folder: Path) -> Callable[[], object]:
    a_reviewed_dossier()
    return lambda: BlindAnswers.objects.update(answers={})


@pytest.mark.parametrize("signed", [behind_the_assessment, behind_the_dossier])
def test_within_an_hour_of_an_edit_behind_a_signature_what_was_met_has_fallen_once(
    signed: Callable[[Path], Callable[[], object]], tmp_path: Path
) -> None:
    edit = signed(tmp_path)

    def verdicts_compared(*, hours: int) -> Mapping[str, str]:
        jobs = PracticeJobs(machine=a_machine(tmp_path)).others
        [job] = [one for one in jobs if one.name == "verdicts compared"]
        [ran] = schedule.tick([job], at=NOW + hours * HOUR)
        assert not ran.failure
        return dict(RowVerdict.objects.order_by("pk").values_list("row", "finding"))

    before = verdicts_compared(hours=1)
    edit()
    after = verdicts_compared(hours=2)
    fallen = {row for row, finding in before.items() if finding == "met" != after[row]}
    assert fallen
    assert {"cannot_say"} == {after[row] for row in fallen}
    count = RowVerdict.objects.count()
    assert after == verdicts_compared(hours=3)
    assert count == RowVerdict.objects.count()


@pytest.mark.parametrize(("name", "hand"), by_name(*WAIVERS).items())
def test_no_waiver_covers_what_is_not_met(
    name: str, hand: Callable[[World], None], tmp_path: Path
) -> None:
    world = WAIVER.build(tmp_path)
    hand(world)
    assert not WAIVER.taken(world), name


@pytest.mark.parametrize(("name", "hand"), by_name(*EFFECTS).items())
def test_nothing_takes_effect_before_its_letter_is_there(
    name: str, hand: Callable[[World], None], tmp_path: Path
) -> None:
    world = EFFECT.build(tmp_path)
    hand(world)
    assert isinstance(here.effect(), Held), name


def test_a_challenge_typed_into_the_hands_of_whoever_decided_is_not_theirs(tmp_path: Path) -> None:
    world = OWN_DECISION.build(tmp_path)
    me = world.people.actor("decider")
    case: dict[str, Any] = {
        "challenge": world.challenge.reference,
        "pseudonyms": PSEUDONYMS,
        "by": me,
        "at": NOW,
    }
    Challenge.objects.update(state="assigned", reviewer=me.ref, assigned_at=TOLD)
    with pytest.raises(ReviewerTookTheDecision):
        reviewing.record_blind_finding(finding="refused", words="Fine.", minutes=1, **case)
    Challenge.objects.update(state="found", finding="refused", found_at=TOLD + MINUTE)
    answers = [Answer(accepted=False, words="It is as it is.")]
    with pytest.raises(ReviewerTookTheDecision):
        reviewing.decide_challenge(outcome="refused", answers=answers, minutes=1, **case)
    assert world.challenge.decided_at is None
    # Who neither decided nor saw it may.
    other: dict[str, Any] = {**case, "by": world.people.actor("reviewer")}
    Challenge.objects.update(state="assigned", reviewer=world.people.reviewer.ref)
    reviewing.record_blind_finding(finding="paid", words="It is there.", minutes=1, **other)


def test_whoever_came_to_own_the_use_meanwhile_decides_no_challenge(tmp_path: Path) -> None:
    world = OWN_DECISION.build(tmp_path)
    rita = world.people.actor("reviewer")
    case: dict[str, Any] = {
        "challenge": world.challenge.reference,
        "pseudonyms": PSEUDONYMS,
        "at": NOW,
    }
    reviewing.assign_reviewer(reviewer=rita, by=rita, **case)
    Ownership.objects.create(use=world.use, owner=rita.ref, since=TOLD, entry=an_entry())
    with pytest.raises(ReviewerTookTheDecision) as refused:
        reviewing.record_blind_finding(finding="paid", words="Why.", minutes=1, by=rita, **case)
    assert "own the use" in refused.value.sentence


def test_a_challenge_typed_as_decided_shows_nothing_and_frees_nothing(tmp_path: Path) -> None:
    world = OWN_DECISION.build(tmp_path)
    Challenge.objects.update(
        state="upheld",
        reviewer=world.people.decider.ref,
        finding="refused",
        found_at=TOLD + MINUTE,
        outcome="refused",
        overturned=False,
        decided_at=NOW - MINUTE,
        decided_entry=an_entry(),
    )
    shown = {one.row: one.finding for one in remedy_findings(world.use, version=VERSION_A, at=NOW)}
    assert (shown["P6a"], shown["P6f"]) == (Finding.CANNOT_SAY, Finding.CANNOT_SAY)
    assert "held_challenge" in str(here.effect())


def test_a_delivery_is_a_finding_only_with_its_entry(tmp_path: Path) -> None:
    notice = a_delivered_letter(tmp_path)

    def told() -> Finding:
        rows = remedy_findings(notice.use, version=VERSION_A, at=NOW)
        return next(one.finding for one in rows if one.row == "P6g")

    assert told() is Finding.MET
    with transaction.atomic():
        Notice.objects.update(delivered_at=TOLD)
        assert told() is Finding.CANNOT_SAY
        transaction.set_rollback(True)
    assert told() is Finding.MET
    Notice.objects.update(entry=an_entry() - 1)
    assert told() is Finding.CANNOT_SAY


def test_a_look_back_typed_as_closed_shows_nothing(tmp_path: Path) -> None:
    notice = a_delivered_letter(tmp_path)
    a_look_back()
    LookBack.objects.update(state="closed", found=0, closed_at=NOW, searched_at=NOW)
    rows = remedy_findings(notice.use, version=VERSION_A, at=NOW)
    assert next(one.finding for one in rows if one.row == "P6j") is Finding.CANNOT_SAY


def test_limits_loosened_by_hand_after_they_were_agreed_show_nothing() -> None:
    use = a_watched_use()

    def limits() -> Finding:
        rows = monitoring_findings(use, version=VERSION_A, at=NOW + 2 * DAY, law=small_law)
        return next(one.finding for one in rows if one.row == "P3h")

    assert limits() is Finding.MET
    plan = Plan.objects.get()
    for change in (
        {"content": {**plan.content, "blind_days": 300}},
        {"agreed_entry": an_entry() - 1},
        {"begins_on": plan.begins_on - 9 * DAY},
    ):
        with transaction.atomic():
            Plan.objects.update(**change)
            assert limits() is Finding.CANNOT_SAY
            transaction.set_rollback(True)
    assert limits() is Finding.MET
    assert not Incident.objects.exists()


def test_the_database_itself_refuses_some_of_it(tmp_path: Path) -> None:
    world = EDIT_AFTER_SIGN_OFF.build(tmp_path)
    opened_by = Assessment.objects.get().opened_by
    for change in ({"decided_by": opened_by}, {"content": ""}, {"state": "open"}):
        with pytest.raises(Exception, match="decided_by_another"), transaction.atomic():
            Assessment.objects.update(**change)
    with pytest.raises(Exception, match=r"."), transaction.atomic():
        EntryRow.objects.filter(index=an_entry()).update(kind="gate.approval.given")
    assert world.use.ref == USE


def test_a_use_that_an_owner_approved_is_refused_with_its_reason(tmp_path: Path) -> None:
    world = OWN_APPROVAL.build(tmp_path)
    with pytest.raises(AnswerableError) as refused:
        OWN_APPROVAL.action(world)
    assert refused.value.code == "gate.own_use"
