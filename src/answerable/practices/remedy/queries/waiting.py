"""What waits for somebody in this room: letters, challenges, remedies and look-backs."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from django.shortcuts import resolve_url

from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.remedy.models import Challenge
from answerable.practices.remedy.queries.challenges import (
    challenges_visible_to,
    overdue_elements,
)
from answerable.practices.remedy.queries.look_backs import look_backs_visible_to
from answerable.practices.remedy.queries.notices import overdue_notices
from answerable.practices.remedy.rules.roles import HEARERS, REPAIRERS, SEARCHERS
from answerable.practices.remedy.rules.states import ChallengeState, LookBackState, NoticeState

_LETTERS = {
    NoticeState.OPENED: "Say what is missing before mail can be written: {letters}",
    NoticeState.PREPARED: "Find out why mail is not leaving: {letters}",
    NoticeState.UNKNOWN: "Find out whether mail arrived, or send it again: {letters}",
    NoticeState.RETURNED: "Reach people whom mail did not reach: {letters}",
}
_CHALLENGES = {
    ChallengeState.RECEIVED: "Take on the challenge {one}",
    ChallengeState.ASSIGNED: "Record your own finding on the challenge {one}",
    ChallengeState.FOUND: "Decide the challenge {one}",
    ChallengeState.UPHELD: "Close the challenge {one}: the decision stands",
    ChallengeState.OVERTURNED: "Undo the harm in the challenge {one}, then close it",
}
_LOOK_BACKS = {
    LookBackState.OPENED: "Search for others hit by the same fault: look-back {one}",
    LookBackState.SEARCHED: "Close the look-back {one} when everybody found was written to",
}


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List what this viewer can do something about now."""
    return [
        *_letters(viewer, at=at),
        *_challenges(viewer, at=at),
        *_repairs(viewer, at=at),
        *_look_backs(viewer, at=at),
    ]


def _letters(viewer: Actor, *, at: datetime) -> Iterator[Waiting]:
    late = overdue_notices(viewer, at=at).order_by().values_list("use__ref", "use__agency", "state")
    for ref, agency, state, count, since in late.annotate(
        count=Count("pk"), since=Min("opened_at")
    ):
        if viewer.may(Role.OWNER, Role.CASEWORKER, agency=agency):
            letters = f"{count} {'letter' if count == 1 else 'letters'} of {ref}"
            blocked = state == NoticeState.OPENED
            yield Waiting(
                what=_LETTERS[NoticeState(state)].format(letters=letters),
                url=f"{resolve_url('remedy:notices', ref)}?state={state}",
                agency=agency,
                since=since,
                urgency=Urgency.BLOCKED if blocked else Urgency.OVERDUE,
            )


def _challenges(viewer: Actor, *, at: datetime) -> Iterator[Waiting]:
    open_ones = challenges_visible_to(viewer).exclude(state=ChallengeState.CLOSED.value)
    for one in open_ones:
        if not viewer.may(*HEARERS, agency=one.use.agency_id):
            continue
        if one.acknowledged_at is None:
            what = "Tell the person that the challenge {one} has arrived, and note it"
            yield _about(one, what, due=one.acknowledge_by, at=at)
        if one.reviewer in {"", viewer.ref}:
            yield _about(one, _CHALLENGES[ChallengeState(one.state)], due=one.next_due, at=at)
        elif one.next_due <= at:
            what = "See to the challenge {one}: whoever has taken it on is late"
            yield _about(one, what, due=one.next_due, at=at)


def _about(one: Challenge, what: str, *, due: datetime, at: datetime) -> Waiting:
    return Waiting(
        what=what.format(one=f"{one.reference} of {one.use.ref}"),
        url=resolve_url("remedy:challenge", one.use.ref, one.reference),
        agency=one.use.agency_id,
        since=one.received_at,
        urgency=Urgency.OVERDUE if due <= at else Urgency.WAITING,
        due=due,
    )


def _repairs(viewer: Actor, *, at: datetime) -> Iterator[Waiting]:
    for one in overdue_elements(viewer, at=at).select_related("challenge__use"):
        if viewer.may(*REPAIRERS, agency=one.challenge.use.agency_id):
            what = f"Undo this harm and note it: {one.harm} (challenge {{one}})"
            yield _about(one.challenge, what, due=one.due_at, at=at)


def _look_backs(viewer: Actor, *, at: datetime) -> Iterator[Waiting]:
    open_ones = look_backs_visible_to(viewer).exclude(state=LookBackState.CLOSED.value)
    for one in open_ones:
        if viewer.may(*SEARCHERS, agency=one.use.agency_id):
            yield Waiting(
                what=_LOOK_BACKS[LookBackState(one.state)].format(
                    one=f"{one.reference} of {one.use.ref}"
                ),
                url=resolve_url("remedy:look_back", one.use.ref, one.reference),
                agency=one.use.agency_id,
                since=one.opened_at,
                urgency=Urgency.OVERDUE if one.due_at <= at else Urgency.WAITING,
                due=one.due_at,
            )
