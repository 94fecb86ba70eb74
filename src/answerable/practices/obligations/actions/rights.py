"""A check of the rights for one stage, written by one person and confirmed by another (P1a)."""

import hashlib
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.inventory.queries import use_for
from answerable.inventory.stages import Stage
from answerable.law.rights import right
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.obligations.entries import RightsChecked, RightsCheckProposed
from answerable.practices.obligations.models import RightsCheck
from answerable.practices.obligations.queries import authors_of, waiting_check
from answerable.practices.obligations.rules.duties import may_confirm_check
from answerable.practices.obligations.rules.faults import LONGEST_TEXT

_SHORTEST = 40


class CheckRefused(AnswerableError):
    """A rights check says nothing of its own."""

    code = "obligations.check_refused"
    message = "The rights check of {use} is not taken: {reason}."
    hint = "Name the rights, and say what has changed for them since the last stage."
    citation = "REQUIREMENTS P1a"


class UnknownCheck(AnswerableError):
    """No rights check waits under this number."""

    code = "obligations.unknown_check"
    message = "No rights check of {use} waits under this number."
    hint = "Look at the rights checks of the use."


class OwnCheck(AnswerableError):
    """Whoever wrote a check, or owns the use, would confirm it."""

    code = "obligations.own_check"
    message = (
        "You wrote this check or in the dossier of {use}, or own it or have owned it, so you "
        "cannot confirm it."
    )
    hint = "Ask a reviewer or an approving official who did neither."
    citation = "REQUIREMENTS P1a"


def propose_check(
    *, use: str, stage: Stage, rights: tuple[str, ...], changed: str, by: Actor, at: datetime
) -> RightsCheck:
    """Look at the rights for a stage, and say what has changed since the one before."""
    codes = tuple(sorted({right(code).code for code in rights}))
    words = hashlib.sha256(" ".join(changed.casefold().split()).encode()).hexdigest()
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER, Role.REVIEWER))
        fault = None
        if not codes:
            fault = "it names no right"
        elif not _SHORTEST <= len(changed.strip()) <= LONGEST_TEXT:
            fault = f"its text is shorter than {_SHORTEST} or longer than {LONGEST_TEXT} characters"
        elif RightsCheck.objects.filter(agency=found.agency_id, words=words).exists():
            fault = "its text is that of an earlier check"
        if fault is not None:
            raise CheckRefused(use=use, reason=fault)
        told = RightsCheckProposed(use=use, stage=stage.value, rights=codes, text=words)
        return RightsCheck.objects.create(
            use=found,
            agency=found.agency_id,
            stage=stage.value,
            rights=list(codes),
            changed=changed,
            words=words,
            author=by.ref,
            at=at,
            proposed_entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def confirm_check(*, use: str, check: int, by: Actor, at: datetime) -> RightsCheck:
    """Agree to a check. Its entry is the one on which the stage is entered."""
    with transaction.atomic():
        found = locked(use_for(by, use, Role.REVIEWER, Role.APPROVER))
        waiting = waiting_check(found, check)
        if waiting is None:
            raise UnknownCheck(use=use)
        if not may_confirm_check(by.ref, writer=waiting.author, authors=authors_of(found)):
            raise OwnCheck(use=use)
        told = RightsChecked(
            use=use,
            stage=waiting.stage,
            rights=tuple(waiting.rights),
            text=waiting.words,
            author=Person(waiting.author),
            proposed=waiting.proposed_entry,
        )
        index = append(told, by=by, at=at, agency=found.agency_id).index
        confirmed = RightsCheck.objects.filter(pk=check, entry=None).update(
            confirmed_by=by.ref, confirmed_at=at, entry=index
        )
        if not confirmed:
            raise UnknownCheck(use=use)
        waiting.refresh_from_db()
    return waiting
