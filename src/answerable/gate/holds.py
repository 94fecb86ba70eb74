"""Placing and lifting holds: on one decision, on one person, or on a whole use."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.changes import recompute_after
from answerable.gate.doors import locked, use_for_part
from answerable.gate.duties import may_approve
from answerable.gate.facts import facts_as_last_looked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import Hold, Lift
from answerable.gate.rules import live_approval
from answerable.gate.terms import Level
from answerable.gate.told import entry_of
from answerable.inventory.models import Use
from answerable.inventory.queries import UnknownUse, owners_ever, use_for
from answerable.inventory.spelling import need_codes
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role

NOTICE = "notice"
"""The ground of the hold that every adverse decision is under until its notice is delivered."""

CHALLENGE = "challenge"
"""The ground of the hold on a decision while it is challenged, and for good if it falls."""

LOOK_BACK = "look_back"
"""The ground of the hold on a decision that a look-back found."""

_WHEN = {
    NOTICE: "its letter was delivered",
    CHALLENGE: "the challenge to it was decided",
    LOOK_BACK: "its look-back was closed and its letter delivered, or a person decided a "
    "challenge to it",
}
_PLACERS = (Role.OWNER, Role.APPROVER, Role.REVIEWER, Role.CASEWORKER)


class HoldMisplaced(AnswerableError):
    """A hold is on one decision, on one person, or on the whole use."""

    code = "gate.hold_misplaced"
    message = "The hold on {use} is on {what}, which it cannot be."
    hint = "Name a decision by source and id, or a person by their token, or neither."


class UnknownHold(AnswerableError):
    """No hold has this number."""

    code = "gate.unknown_hold"
    message = "There is no hold {hold}."
    hint = "The page of the use lists the holds that are in place, each with its number."


class LiftedAlready(AnswerableError):
    """A hold ends once."""

    code = "gate.lifted_already"
    message = "This hold on {use} was lifted already."
    hint = "Nothing needs to be done."


class LiftOnNothing(AnswerableError):
    """A hold was lifted without anything that shows why it may be."""

    code = "gate.lift_on_nothing"
    message = "A hold on {use} is not lifted without naming what that rests on."
    hint = "Name the proof of delivery, the decision on the challenge, or the approval."


class OwnHold(AnswerableError):
    """An owner would lift a hold on their own use."""

    code = "gate.own_hold"
    message = "Whoever owns {use}, or has owned it, does not lift a hold on it."
    hint = "Ask an approving official who never owned it."


class EndsByItself(AnswerableError):
    """Somebody would let a decision take effect past its letter, or past its challenge."""

    code = "gate.ends_by_itself"
    message = "The hold on a decision of {use} ({ground}) ends when {when}, and not before."
    hint = "Do that in the pages of remedy; the hold then ends in its time."
    citation = "REQUIREMENTS P6a, P6g"


class RestartNeedsApproval(AnswerableError):
    """What was stopped starts again on a new approval."""

    code = "gate.restart_needs_approval"
    message = "{use} was stopped, and nobody has approved it since."
    hint = "Have it approved again, then lift the hold."
    citation = "REQUIREMENTS P3i"


def place_hold(
    *,
    use: str,
    ground: str,
    source: str = "",
    record: str = "",
    subject: str = "",
    by: Actor,
    at: datetime,
) -> Hold:
    """Hold the effect of one decision, or of every decision about one person."""
    if bool(source) is not bool(record) or bool(record) is bool(subject):
        raise HoldMisplaced(use=use, what="neither one decision nor one person")
    with transaction.atomic():
        found = locked(use_for_part(by, use, *_PLACERS))
        return _place(
            found,
            level=Level.PAUSE,
            ground=ground,
            source=source,
            record=record,
            subject=subject,
            by=by,
            at=at,
        )


def pause(*, use: str, ground: str, by: Actor, at: datetime, law: Law = law_of_agency) -> Hold:
    """Hold every effect of the use: the first grade of the breaker."""
    return _restrict(use, level=Level.PAUSE, ground=ground, by=by, at=at, law=law)


def send_to_people(
    *, use: str, ground: str, by: Actor, at: datetime, law: Law = law_of_agency
) -> Hold:
    """Let people decide instead: the second grade. Only a new approval ends it."""
    return _restrict(use, level=Level.PEOPLE_ONLY, ground=ground, by=by, at=at, law=law)


def stop(*, use: str, ground: str, by: Actor, at: datetime, law: Law = law_of_agency) -> Hold:
    """Stop the use: the third grade. Only a new approval ends it."""
    return _restrict(use, level=Level.STOPPED, ground=ground, by=by, at=at, law=law)


def lift_hold(
    *,
    hold: int,
    rests_on: tuple[str, ...],
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> Lift:
    """End a hold on something that shows it may end.

    A hold on a decision or a person is lifted by a reviewer, a caseworker or the part of
    Answerable that placed it, and that of a notice, a challenge or a look-back by the part
    alone; one on a whole use by an approving official who never owned it, and a stop only
    after a new approval.
    """
    found = Hold.objects.filter(pk=hold).select_related("use").first()
    if found is None:
        raise UnknownHold(hold=hold)
    with transaction.atomic():
        try:
            use = _need_lifter(found, by=by)
        except UnknownUse:
            # Of another agency: that it exists is not for this actor to know.
            raise UnknownHold(hold=hold) from None
        if not any(text.strip() for text in rests_on):
            raise LiftOnNothing(use=use.ref)
        if Lift.objects.filter(hold=found).exists():
            raise LiftedAlready(use=use.ref)
        if _is_whole(found) and found.level != Level.PAUSE:
            _need_approval_since(use, at=at, law=law)
        lift = Lift(hold=found, rests_on=list(rests_on), at=at, by=by.ref)
        lift.entry = append(entry_of(lift), by=by, at=at, agency=use.agency_id).index
        lift.save(force_insert=True)
        if _is_whole(found):
            recompute_after(use, by=by, at=at, law=law)
    return lift


def _restrict(use: str, *, level: Level, ground: str, by: Actor, at: datetime, law: Law) -> Hold:
    with transaction.atomic():
        found = locked(use_for_part(by, use, *_PLACERS))
        hold = _place(
            found, level=level, ground=ground, source="", record="", subject="", by=by, at=at
        )
        recompute_after(found, by=by, at=at, law=law)
    return hold


def _place(
    use: Use,
    *,
    level: Level,
    ground: str,
    source: str,
    record: str,
    subject: str,
    by: Actor,
    at: datetime,
) -> Hold:
    need_codes((ground,))
    hold = Hold(
        use=use,
        level=level.value,
        ground=ground,
        source=source,
        record=record,
        subject=subject,
        at=at,
        by=by.ref,
    )
    hold.entry = append(entry_of(hold), by=by, at=at, agency=use.agency_id).index
    hold.save(force_insert=True)
    return hold


def _is_whole(hold: Hold) -> bool:
    return not hold.record and not hold.subject


def _need_lifter(hold: Hold, *, by: Actor) -> Use:
    ref = hold.use.ref
    if not _is_whole(hold):
        use = locked(use_for_part(by, ref, Role.REVIEWER, Role.CASEWORKER))
    else:
        use = locked(use_for(by, ref, Role.APPROVER))
    if not may_approve(by.ref, owners=owners_ever(use)):
        raise OwnHold(use=ref)
    when = _WHEN.get(hold.ground) if hold.record else None
    if when is not None and not is_operator(by):
        raise EndsByItself(use=ref, ground=hold.ground, when=when)
    return use


def _need_approval_since(use: Use, *, at: datetime, law: Law) -> None:
    facts = facts_as_last_looked(use, at=at, law=law)
    named = {approval.version for approval in facts.approvals}
    if not any(live_approval(facts, version=version, at=at) for version in named):
        raise RestartNeedsApproval(use=use.ref)
