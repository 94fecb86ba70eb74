"""What shows that a person has a letter, or does not, and when a decision may take effect."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from answerable.errors import AnswerableError
from answerable.law import clocks
from answerable.law.profiles import profile
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.practices.remedy.actions.holds import release
from answerable.practices.remedy.actions.parts import REMEDY, move
from answerable.practices.remedy.entries import NoticeDelivered, NoticeReturned
from answerable.practices.remedy.models import Notice
from answerable.practices.remedy.queries.notices import notice_for
from answerable.practices.remedy.queries.told import told_deliveries, told_ends
from answerable.practices.remedy.rules.roles import HEARERS
from answerable.practices.remedy.rules.states import (
    AWAITED,
    How,
    LookBackState,
    MailingState,
    NoticeState,
)

_LONGEST = 200
_AWAITED = tuple(sorted(state.value for state in AWAITED))
_NOT_THERE = tuple(sorted({*_AWAITED, NoticeState.OPENED.value}))


class DeliveryUnproven(AnswerableError):
    """Somebody would say that a letter arrived, with nothing that shows it."""

    code = "remedy.delivery_unproven"
    message = "The notice {notice} is not delivered: {reason}."
    hint = "Mail that a server took is sent, and no more. Name the proof of the post or a receipt."
    citation = "REQUIREMENTS P6g"


def confirm_delivery(*, notice: str, how: How, proof: str, by: Actor, at: datetime) -> Notice:
    """Note that a person has their letter, on what shows it; the waiting period starts.

    ``proof`` names the post's number or the receipt. That the person opened the letter with
    its secret is noted by `cases.open_case` alone.
    """
    found = notice_for(by, notice, *HEARERS)
    if how is How.OPENED:
        raise DeliveryUnproven(notice=found.reference, reason="only the person can open it")
    if not proof.strip() or len(proof) > _LONGEST:
        raise DeliveryUnproven(notice=found.reference, reason="nothing was named that shows it")
    if not found.letter_digest:
        raise DeliveryUnproven(notice=found.reference, reason="no letter was written yet")
    if found.state not in _AWAITED:
        reason = f"its state is “{found.words}”"
        raise DeliveryUnproven(notice=found.reference, reason=reason)
    return deliver(found, how=how, proof=proof, by=by, at=at)


def record_return(*, notice: str, reason: str, by: Actor, at: datetime) -> Notice:
    """Note that a letter came back, or that the person cannot be reached at all."""
    found = notice_for(by, notice, *HEARERS)
    if not reason.strip():
        raise DeliveryUnproven(notice=found.reference, reason="no reason was given either")
    with transaction.atomic():
        told = NoticeReturned(use=found.use.ref, notice=found.reference, reason=reason[:_LONGEST])
        entry = append(told, by=by, at=at, agency=found.use.agency_id).index
        returned = NoticeState.RETURNED.value
        move(found, what="The notice", of=_NOT_THERE, state=returned, entry=entry)
        _end_sending(found, at=at)
    return found


def deliver(notice: Notice, *, how: How, proof: str, by: Actor, at: datetime) -> Notice:
    """Note a delivery, and until when the decision still has no effect on the person.

    The time to challenge it runs from here: nobody has less of it than the law gives
    because their letter was long on its way.
    """
    held = profile(notice.use.agency.profile)
    calendar = clocks.calendar_for(held.name)
    wait = clocks.due(held.value("adverse_notice_lead", on=at.date()), start=at, calendar=calendar)
    window = clocks.due(held.value("challenge_window", on=at.date()), start=at, calendar=calendar)
    told = NoticeDelivered(
        use=notice.use.ref,
        notice=notice.reference,
        how=how.value,
        proof=proof,
        effect_from=text_of_time(wait.at),
    )
    with transaction.atomic():
        move(
            notice,
            what="The notice",
            of=_AWAITED,
            state=NoticeState.DELIVERED.value,
            delivered_at=at,
            how=how.value,
            effect_from=wait.at,
            challenge_by=max(notice.challenge_by or window.on, window.on),
            entry=append(told, by=by, at=at, agency=notice.use.agency_id).index,
        )
        _end_sending(notice, at=at)
        # Nobody needs it any more: the person has it.
        notice.mailings.update(secret=b"")
    return notice


def let_take_effect(*, at: datetime, by: Actor = REMEDY) -> int:
    """Lift the holds of delivered notices whose waiting period has run; give how many.

    What a look-back found is held until that is closed as well. A decision that is
    challenged stays held by the challenge's own hold.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    ready = Notice.objects.filter(
        Q(look_back=None) | Q(look_back__state=LookBackState.CLOSED.value),
        state=NoticeState.DELIVERED.value,
        lifted_at=None,
        hold__isnull=False,
        effect_from__lte=at,
    )
    lifted = 0
    waiting = list(ready.select_related("hold__lift", "use", "look_back__use").order_by("pk"))
    # A delivery or an end that was typed into the table lets nothing take effect.
    told = told_deliveries(waiting)
    ended = told_ends({one.look_back for one in waiting if one.look_back is not None})
    for notice in waiting:
        back = notice.look_back
        if notice.pk not in told or (back is not None and back.pk not in ended):
            continue
        with transaction.atomic():
            if Notice.objects.filter(pk=notice.pk, lifted_at=None).update(lifted_at=at):
                rests_on = [f"entry {one.entry}" for one in (notice, back) if one is not None]
                lifted += release(notice.hold, rests_on=rests_on, by=by, at=at)
    return lifted


def _end_sending(notice: Notice, *, at: datetime) -> None:
    waiting = notice.mailings.filter(state=MailingState.WAITING.value)
    waiting.update(state=MailingState.WITHDRAWN.value, finished_at=at)
