"""How long the records of a use are kept: set by those who answer for it, and never forgotten."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.intake.log_entries import RetentionSet
from answerable.intake.models import RetentionLimit
from answerable.inventory.queries import use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role

LONGEST = 36_500


class RetentionRefused(AnswerableError):
    """Records cannot be kept for so many days."""

    code = "intake.retention_refused"
    message = "Records cannot be kept for {days} days."
    hint = f"Give a whole number of days from 1 to {LONGEST}."


def set_retention(*, use: str, days: int, by: Actor, at: datetime) -> RetentionLimit:
    """Fix for how many days records of a use are kept; the latest limit counts.

    Records past a shorter limit are deleted with the next daily run, and no later limit
    brings them back.
    """
    known = use_for(by, use, Role.OWNER, Role.APPROVER)
    if not 1 <= days <= LONGEST:
        raise RetentionRefused(days=days)
    with transaction.atomic():
        entered = append(
            RetentionSet(use=known.ref, days=days), by=by, at=at, agency=known.agency_id
        )
        return RetentionLimit.objects.create(
            agency=known.agency_id, use=known.ref, days=days, set_at=at, entry=entered.index
        )


def retention_days(at: datetime) -> dict[str, int]:
    """Give the limit of each use that has one, as it was at a moment."""
    rows = RetentionLimit.objects.filter(set_at__lte=at).order_by("set_at", "pk")
    return dict(rows.values_list("use", "days"))
