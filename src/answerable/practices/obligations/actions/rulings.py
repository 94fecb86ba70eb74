"""A court or an authority rules: a ruling of unlawfulness freezes the use at once (P1c)."""

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate import holds
from answerable.gate.doors import locked
from answerable.inventory.queries import use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions.dossier import record_not_met
from answerable.practices.obligations.entries import RulingReceived
from answerable.practices.obligations.models import LONGEST_BODY, LONGEST_CITATION, Ruling

GROUND = "ruling"
PART = Actor.operator("answerable/obligations")


class Grade(StrEnum):
    """What follows: nothing of a lawful use; of an unlawful one effects wait, or it stops."""

    NONE = "none"
    PAUSE = "pause"
    STOP = "stop"


class RulingRefused(AnswerableError):
    """A ruling is told of without saying what it is."""

    code = "obligations.ruling_refused"
    message = "The ruling on {use} is not recorded: {reason}."
    hint = "Name who ruled and where the ruling can be read."
    citation = "REQUIREMENTS P1c"


def receive_ruling(
    *, use: str, body: str, citation: str, grade: Grade, by: Actor, at: datetime
) -> Ruling:
    """Record what was ruled, and freeze the use where it was found unlawful."""
    unlawful = grade is not Grade.NONE
    for name, text, longest in (
        ("who ruled", body, LONGEST_BODY),
        ("where it can be read", citation, LONGEST_CITATION),
    ):
        if not text.strip() or len(text) > longest:
            reason = f"{name} is blank or longer than {longest} characters"
            raise RulingRefused(use=use, reason=reason)
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER, Role.REVIEWER, Role.APPROVER))
        latest = queries.latest_dossier(found)
        basis = "" if latest is None else latest.basis
        told = RulingReceived(
            use=use,
            body=body,
            unlawful=unlawful,
            grade=grade.value,
            # The citation may name the parties.
            ruling=hashlib.sha256(citation.encode()).hexdigest(),
            basis=basis,
        )
        ruling = Ruling.objects.create(
            use=found,
            body=body,
            citation=citation,
            unlawful=unlawful,
            basis=basis,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        match grade:
            case Grade.NONE:
                pass
            case Grade.PAUSE:
                holds.pause(use=use, ground=GROUND, by=by, at=at)
            case Grade.STOP:
                holds.stop(use=use, ground=GROUND, by=by, at=at)
            case other:
                assert_never(other)
        if unlawful:
            # Whoever received it may be an official, who records no verdicts.
            record_not_met(found, row="P1c", by=PART, at=at)
    return ruling
