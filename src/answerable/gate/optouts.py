"""People who opted out of a use: marks, and no names."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked, use_for_part
from answerable.gate.entries import OptOutErased, OptOutPlaced, OptOutWithdrawn
from answerable.gate.models import OptOut, OptOutSalt
from answerable.inventory.models import Use
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.record.leases import SALT_BYTES, OptOutList, opt_out_mark


class NotOptedOut(AnswerableError):
    """Somebody who did not opt out cannot come back."""

    code = "gate.not_opted_out"
    message = "This person has not opted out of {use}."
    hint = "Check the pseudonym that the agency's software uses for them."


def place_opt_out(*, use: str, person: str, by: Actor, at: datetime) -> OptOut:
    """Take a person out of a use; once is enough. Only their mark is kept."""
    with transaction.atomic():
        found = locked(use_for_part(by, use, Role.CASEWORKER))
        mark = opt_out_mark(person, salt=_made_salt(found))
        live = found.opt_outs.filter(mark=mark, withdrawn_at=None).first()
        if live is not None:
            return live
        placed = OptOut.objects.create(use=found, mark=mark, at=at)
        told = OptOutPlaced(use=use, out=len(live_marks(found)))
        append(told, by=by, at=at, agency=found.agency_id)
    return placed


def withdraw_opt_out(*, use: str, person: str, by: Actor, at: datetime) -> None:
    """Let a person come back to a use."""
    with transaction.atomic():
        found = locked(use_for_part(by, use, Role.CASEWORKER))
        mark = opt_out_mark(person, salt=salt_of(found))
        if not found.opt_outs.filter(mark=mark, withdrawn_at=None).update(withdrawn_at=at):
            raise NotOptedOut(use=use)
        told = OptOutWithdrawn(use=use, out=len(live_marks(found)))
        append(told, by=by, at=at, agency=found.agency_id)


def erase_opt_outs(*, agency: str, person: str, by: Actor, at: datetime) -> int:
    """Erase the marks of a person in every use of an agency, and say from how many they were out.

    A mark lets whoever has the list, and guesses the pseudonym, find out that the guess is
    right. So none survives an erasure, and with it ends what it was for: to be left to
    people, the person has to opt out again.
    """
    if not is_operator(by):
        by.need(Role.ADMINISTRATOR, Role.OWNER, agency=agency)
    ended = 0
    with transaction.atomic():
        for salted in OptOutSalt.objects.filter(use__agency__ref=agency).order_by("use__ref"):
            use = locked(salted.use)
            marked = use.opt_outs.filter(mark=opt_out_mark(person, salt=bytes(salted.salt)))
            was_out = marked.filter(withdrawn_at=None).exists()
            marked.delete()
            if was_out:
                told = OptOutErased(use=use.ref, out=len(live_marks(use)))
                append(told, by=by, at=at, agency=agency)
                ended += 1
    return ended


def opt_out_list(use: Use) -> OptOutList:
    """Give the list that a lease of the use names by its digest."""
    return OptOutList(salt=salt_of(use), marks=frozenset(live_marks(use)))


def live_marks(use: Use) -> Mapping[bytes, datetime]:
    """Give the marks of those who are out now, each with when it was placed."""
    live = use.opt_outs.filter(withdrawn_at=None).values_list("mark", "at")
    return {bytes(mark): at for mark, at in live}


def salt_of(use: Use) -> bytes:
    """Give the salt of the use's marks; zeros while nobody has opted out yet."""
    found = OptOutSalt.objects.filter(use=use).first()
    return bytes(SALT_BYTES) if found is None else bytes(found.salt)


def _made_salt(use: Use) -> bytes:
    made, _ = OptOutSalt.objects.get_or_create(
        use=use, defaults={"salt": secrets.token_bytes(SALT_BYTES)}
    )
    return bytes(made.salt)
