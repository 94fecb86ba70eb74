"""Looking for others hit by the same fault, holding their decisions and writing to them."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.told import decision_digest
from answerable.intake.machine import Machine
from answerable.inventory.models import Use
from answerable.inventory.queries import use_for_part
from answerable.law import clocks
from answerable.law.profiles import profile
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor
from answerable.practices.remedy import entries
from answerable.practices.remedy.actions.adverse import open_notice
from answerable.practices.remedy.actions.parts import move
from answerable.practices.remedy.models import Challenge, LookBack
from answerable.practices.remedy.queries.log import search_log
from answerable.practices.remedy.queries.look_backs import look_back_for, told_of
from answerable.practices.remedy.rules.references import new_reference
from answerable.practices.remedy.rules.roles import OPENERS, SEARCHERS
from answerable.practices.remedy.rules.search import SearchRule, digest_of, rule_from
from answerable.practices.remedy.rules.states import LookBackState

_OPENED, _SEARCHED = LookBackState.OPENED.value, LookBackState.SEARCHED.value


class CauseUnknown(AnswerableError):
    """A look-back would be opened because of nothing on the record."""

    code = "remedy.cause_unknown"
    message = "Entry {entry} is none of the agency of {use}."
    hint = "Name the entry of the alarm, the overturned decision or the incident."


class LookBackNotClosed(AnswerableError):
    """Some of those found have not been written to."""

    code = "remedy.look_back_not_closed"
    message = "The look-back {look_back} cannot be closed: {reason}."
    hint = "Send every letter, or note of whoever cannot be reached why."
    citation = "REQUIREMENTS P6j"


def open_look_back(*, use: str, cause: int, rule: SearchRule, by: Actor, at: datetime) -> LookBack:
    """Note that others may be hit by a fault, once for a cause; somebody has to look by then.

    ``cause`` is the ledger's entry that told of the fault.
    """
    found = use_for_part(by, use, *OPENERS)
    if not EntryRow.objects.filter(index=cause, agency=found.agency_id).exists():
        raise CauseUnknown(entry=cause, use=use)
    held = profile(found.agency.profile)
    length = held.value("full_redress", on=at.date())
    due = clocks.due(length, start=at, calendar=clocks.calendar_for(held.name))
    with transaction.atomic():
        Use.objects.select_for_update().get(pk=found.pk)
        known = LookBack.objects.filter(use=found, cause=cause).first()
        if known is not None:
            return known
        reference = new_reference()
        told = entries.LookBackOpened(
            use=use, look_back=reference, cause=cause, due_by=text_of_time(due.at)
        )
        return LookBack.objects.create(
            use=found,
            reference=reference,
            cause=cause,
            rule=rule.content(),
            state=_OPENED,
            opened_at=at,
            due_at=due.at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def search(
    *, look_back: str, machine: Machine, rule: SearchRule | None = None, by: Actor, at: datetime
) -> LookBack:
    """Find everyone the rule finds, hold those decisions, and owe each person a letter.

    ``rule`` takes the place of the one the look-back was opened with. The ledger keeps how
    many were found and a digest of the list, and no list.
    """
    found = look_back_for(by, look_back, *SEARCHERS)
    wanted = rule_from(found.rule) if rule is None else rule
    # Before the transaction: reading the log takes long, and nobody may wait for it.
    hits = search_log(found.use, wanted, machine=machine)
    fallen = _fallen(found.use)
    others = [one for one in hits.found if (one.source, one.record) not in fallen]
    digests = [decision_digest(source=one.source, record=one.record) for one in others]
    with transaction.atomic():
        told = entries.LookBackSearched(
            use=found.use.ref,
            look_back=found.reference,
            rule=wanted.words,
            looked_at=hits.looked_at,
            found=len(others),
            decisions=digest_of(digests),
        )
        move(
            found,
            what="The look-back",
            of=(_OPENED,),
            state=_SEARCHED,
            rule=wanted.content(),
            looked_at=hits.looked_at,
            found=len(others),
            digest=digest_of(digests),
            searched_at=at,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
        )
        cause = f"look-back {found.reference}"
        for decision in others:
            open_notice(
                use=found.use, decision=decision, look_back=found, cause=cause, by=by, at=at
            )
    return found


def close_look_back(*, look_back: str, by: Actor, at: datetime) -> LookBack:
    """Close a look-back when everyone found was written to, or is on record as not reached.

    What it holds is let go by `delivery.let_take_effect` when the person has the letter and
    their waiting period has run; a decision whose person has none stays held.
    """
    found = look_back_for(by, look_back, *SEARCHERS)
    told_to = told_of(found)
    reason = ""
    if found.state != _SEARCHED:
        reason = f"its state is “{found.words}”"
    elif not told_to.is_complete:
        reason = "somebody found has not been written to"
    if reason:
        raise LookBackNotClosed(look_back=found.reference, reason=reason)
    with transaction.atomic():
        told = entries.LookBackClosed(
            use=found.use.ref,
            look_back=found.reference,
            found=told_to.found,
            delivered=told_to.delivered,
            unreached=told_to.unreached,
        )
        move(
            found,
            what="The look-back",
            of=(_SEARCHED,),
            state=LookBackState.CLOSED.value,
            closed_at=at,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
        )
    return found


def _fallen(use: Use) -> set[tuple[str, str]]:
    """Name the decisions that were overturned already: their people have been heard."""
    fallen = Challenge.objects.filter(use=use, overturned=True)
    return set(fallen.values_list("notice__source", "notice__record"))
