"""Which tests of claims are overdue, said once for each day on which one fell due."""

from datetime import datetime

from django.db import transaction

from answerable.gate.doors import locked
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.practices.procurement import entries
from answerable.practices.procurement.actions.claims import tell_fallen
from answerable.practices.procurement.models import Claim
from answerable.practices.procurement.queries import due_at, overdue_claims


def tell_overdue(*, by: Actor, at: datetime) -> int:
    """Say of each claim whose test is overdue that it is; row P7.4a is *not met* then."""
    return sum(_tell(claim, by=by, at=at) for claim in overdue_claims(at=at))


def _tell(claim: Claim, *, by: Actor, at: datetime) -> bool:
    with transaction.atomic():
        use = locked(claim.use)
        # It may have been tested or withdrawn since the list was made.
        kept = Claim.objects.filter(pk=claim.pk, withdrawn_entry=None).first()
        if kept is None or (due := due_at(kept)) > at or kept.overdue_on == due.date():
            return False
        due_on = kept.overdue_on = due.date()
        kept.save(update_fields=["overdue_on"])
        told = entries.ClaimOverdue(use=use.ref, claim=claim.number, due_on=due_on.isoformat())
        append(told, by=by, at=at, agency=use.agency_id)
        tell_fallen(use, version=claim.version, by=by, at=at)
    return True
