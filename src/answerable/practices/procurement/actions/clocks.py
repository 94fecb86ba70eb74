"""Which tests of claims are overdue, said once for each day on which one fell due."""

from datetime import datetime

from django.db import transaction

from answerable.gate.doors import locked
from answerable.gate.row_findings import record_findings
from answerable.gate.terms import Finding
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.practices.procurement import entries
from answerable.practices.procurement.models import Claim
from answerable.practices.procurement.queries import due_at, findings, overdue_claims


def tell_overdue(*, by: Actor, at: datetime) -> int:
    """Say of each claim whose test is overdue that it is; row P7.4a is *not met* then."""
    return sum(_tell(claim, by=by, at=at) for claim in overdue_claims(at=at))


def _tell(claim: Claim, *, by: Actor, at: datetime) -> bool:
    with transaction.atomic():
        use = locked(claim.use)
        due_on = due_at(claim).date()
        untold = Claim.objects.filter(pk=claim.pk).exclude(overdue_on=due_on)
        if not untold.update(overdue_on=due_on):
            return False
        told = entries.ClaimOverdue(use=use.ref, claim=claim.number, due_on=due_on.isoformat())
        append(told, by=by, at=at, agency=use.agency_id)
        broken = [
            one
            for one in findings(use, version=claim.version, at=at)
            if one.finding is Finding.NOT_MET
        ]
        record_findings(broken, use=use.ref, version=claim.version, by=by, at=at)
    return True
