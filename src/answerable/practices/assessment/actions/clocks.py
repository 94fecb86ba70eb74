"""What falls due in an assessment, or falls behind its signature, and is said by itself."""

from datetime import datetime

from django.db import transaction

from answerable.gate import row_findings
from answerable.gate.doors import locked
from answerable.gate.row_findings import record_findings
from answerable.gate.terms import Finding
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.practices.assessment import entries
from answerable.practices.assessment.models import Mitigation
from answerable.practices.assessment.queries import (
    findings,
    late_mitigations,
    latest_assessment,
)
from answerable.practices.assessment.rules import ROWS


def tell_overdue(*, by: Actor, at: datetime) -> int:
    """Say of each mitigation whose day has passed unproven that it did, once; give how many.

    Where the assessment is the one that speaks for the version, row P2.0d is *not met* from
    then on.
    """
    untold = late_mitigations(on=at.date()).filter(overdue_entry=None)
    return sum(_tell(mitigation, by=by, at=at) for mitigation in list(untold))


def _tell(mitigation: Mitigation, *, by: Actor, at: datetime) -> bool:
    assessment = mitigation.risk.assessment
    with transaction.atomic():
        use = locked(assessment.use)
        mine = Mitigation.objects.filter(pk=mitigation.pk, overdue_entry=None)
        if not mine.exists():
            return False
        told = entries.MitigationOverdue(
            use=use.ref,
            assessment=assessment.number,
            risk=mitigation.risk.number,
            mitigation=mitigation.number,
            due_on=mitigation.due_on.isoformat(),
        )
        mine.update(overdue_entry=append(told, by=by, at=at, agency=use.agency_id).index)
        latest = latest_assessment(use, version=assessment.version)
        if latest is not None and latest.pk == assessment.pk:
            broken = [
                one
                for one in findings(use, version=assessment.version, at=at)
                if one.row == "P2.0d" and one.finding is Finding.NOT_MET
            ]
            record_findings(
                broken, use=use.ref, version=assessment.version, room=__name__, by=by, at=at
            )
    return True


def take_back(*, by: Actor, at: datetime) -> int:
    """Record of each row once found met that it is so no longer; give how many there were."""
    return row_findings.take_back(ROWS, findings, room=__name__, by=by, at=at)
