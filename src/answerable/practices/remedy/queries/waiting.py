"""What waits for somebody in this room: letters, challenges, remedies and look-backs."""

from datetime import datetime

from django.db.models import Count, Min
from django.shortcuts import resolve_url

from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.remedy.models import Challenge, LookBack
from answerable.practices.remedy.queries.challenges import (
    challenges_visible_to,
    overdue_elements,
)
from answerable.practices.remedy.queries.look_backs import look_backs_visible_to
from answerable.practices.remedy.queries.notices import notices_visible_to, overdue_notices
from answerable.practices.remedy.rules.states import ChallengeState, LookBackState, NoticeState

_HEARERS = (Role.CASEWORKER, Role.REVIEWER)
_LOOKERS = (Role.REVIEWER, Role.APPROVER)


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List what this viewer can do something about now."""
    return [
        *_letters(viewer, at=at),
        *(_challenge(one, at=at) for one in _challenges(viewer)),
        *(
            Waiting(
                what=f"Remedy to complete: {one.harm} ({one.challenge.reference})",
                url=resolve_url("remedy:challenge", one.challenge.use.ref, one.challenge.reference),
                agency=one.challenge.use.agency_id,
                since=one.promised_at,
                urgency=Urgency.OVERDUE,
                due=one.due_at,
            )
            for one in overdue_elements(viewer, at=at).select_related("challenge__use")
            if viewer.may(Role.CASEWORKER, Role.APPROVER, agency=one.challenge.use.agency_id)
        ),
        *(_look_back(one, at=at) for one in _look_backs(viewer)),
    ]


def _letters(viewer: Actor, *, at: datetime) -> list[Waiting]:
    late = overdue_notices(viewer, at=at).order_by().values_list("use__ref", "use__agency", "state")
    counted = late.annotate(count=Count("pk"), since=Min("opened_at"))
    blocked = {NoticeState.OPENED.value}
    return [
        Waiting(
            what=f"{count} letters of {ref} are {state}",
            url=f"{resolve_url('remedy:notices', ref)}?state={state}",
            agency=agency,
            since=since,
            urgency=Urgency.BLOCKED if state in blocked else Urgency.OVERDUE,
        )
        for ref, agency, state, count, since in counted
        if viewer.may(Role.OWNER, Role.CASEWORKER, agency=agency)
    ]


def _challenges(viewer: Actor) -> list[Challenge]:
    open_ones = challenges_visible_to(viewer).exclude(state=ChallengeState.CLOSED.value)
    return [
        one
        for one in open_ones
        if viewer.may(*_HEARERS, agency=one.use.agency_id) and one.reviewer in {"", viewer.ref}
    ]


def _challenge(one: Challenge, *, at: datetime) -> Waiting:
    due = one.consider_by if one.decided_at is None else one.redress_by
    return Waiting(
        what=f"Challenge {one.reference} of {one.use.ref} is {one.state}",
        url=resolve_url("remedy:challenge", one.use.ref, one.reference),
        agency=one.use.agency_id,
        since=one.received_at,
        urgency=Urgency.OVERDUE if due <= at else Urgency.WAITING,
        due=due,
    )


def _look_backs(viewer: Actor) -> list[LookBack]:
    open_ones = look_backs_visible_to(viewer).exclude(state=LookBackState.CLOSED.value)
    return [one for one in open_ones if viewer.may(*_LOOKERS, agency=one.use.agency_id)]


def _look_back(one: LookBack, *, at: datetime) -> Waiting:
    return Waiting(
        what=f"Look-back {one.reference} of {one.use.ref} is {one.state}",
        url=resolve_url("remedy:look_back", one.use.ref, one.reference),
        agency=one.use.agency_id,
        since=one.opened_at,
        urgency=Urgency.OVERDUE if one.due_at <= at else Urgency.WAITING,
        due=one.due_at,
    )


def counts_of(viewer: Actor, ref: str) -> dict[str, int]:
    """Count the notices of a use by state, every state named."""
    seen = notices_visible_to(viewer).filter(use__ref=ref, look_back=None).order_by()
    counted = dict(seen.values_list("state").annotate(count=Count("pk")))
    return {state.value: int(counted.get(state.value, 0)) for state in NoticeState}
