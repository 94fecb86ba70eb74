"""Closing incidents: on a cause, and on evidence that is newer than the breach."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.duties import may_record_met
from answerable.inventory.models import Evidence
from answerable.inventory.queries import owners_ever, use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.monitoring import entries
from answerable.practices.monitoring.models import Incident
from answerable.practices.monitoring.rules.limits import LONGEST_TEXT


class UnknownIncident(AnswerableError):
    """No incident that the actor may know of has this number."""

    code = "monitoring.unknown_incident"
    message = "There is no incident {incident} of a use of yours."
    hint = "Look at the incidents of the use."


class OwnIncident(AnswerableError):
    """An owner would close a breach of their own use."""

    code = "monitoring.own_incident"
    message = "Whoever owns {use}, or has owned it, does not close a breach of it."
    hint = "Ask a reviewer who never owned it."


class IncidentClosedAlready(AnswerableError):
    """An incident is closed once."""

    code = "monitoring.incident_closed_already"
    message = "This incident of {use} is closed already."
    hint = "If its limit is passed again, there will be another."


class IncidentNotExplained(AnswerableError):
    """A breach would be closed without a cause, or without anything new that shows its end."""

    code = "monitoring.incident_not_explained"
    message = "The breach of {use} is not closed: {reason}."
    hint = "Name the cause, and attach a measurement made after the breach; then name its digest."
    citation = "REQUIREMENTS P3i"


def close_incident(
    *, incident: int, cause: str, evidence: str, by: Actor, at: datetime
) -> Incident:
    """Close a breach. The holds stay until an approving official lifts them."""
    found = (
        Incident.objects.filter(pk=incident, alarm__plan__use__agency__ref__in=by.agencies)
        .select_related("alarm__plan__use")
        .first()
    )
    if found is None:
        raise UnknownIncident(incident=incident)
    with transaction.atomic():
        use = locked(use_for(by, found.alarm.plan.use.ref, Role.REVIEWER))
        if not may_record_met(by.ref, owners=owners_ever(use)):
            raise OwnIncident(use=use.ref)
        if not cause.strip() or len(cause) > LONGEST_TEXT:
            reason = f"its cause is blank or longer than {LONGEST_TEXT} characters"
            raise IncidentNotExplained(use=use.ref, reason=reason)
        newer = Evidence.objects.filter(use=use, digest=evidence, at__gt=found.opened_at)
        if not newer.exists():
            reason = "no evidence of this digest was attached to the use after it"
            raise IncidentNotExplained(use=use.ref, reason=reason)
        told = entries.IncidentClosed(
            use=use.ref,
            stream=found.alarm.stream,
            alarm=found.alarm.entry,
            cause=cause.strip(),
            evidence=evidence,
        )
        entry = append(told, by=by, at=at, agency=use.agency_id).index
        closed = Incident.objects.filter(pk=found.pk, closed_at=None).update(
            closed_at=at,
            closed_by=by.ref,
            cause=cause.strip(),
            evidence=evidence,
            closed_entry=entry,
        )
        if not closed:
            raise IncidentClosedAlready(use=use.ref)
    found.refresh_from_db()
    return found
