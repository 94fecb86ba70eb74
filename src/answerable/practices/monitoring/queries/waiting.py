"""What somebody can do about limits and breaches; reads only."""

from datetime import datetime

from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.monitoring.models import (
    PROPOSED,
    Incident,
    Plan,
)


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List what the viewer can do about limits and breaches now."""
    reviews = [ref for ref in viewer.agencies if viewer.may(Role.REVIEWER, agency=ref)]
    answers = [ref for ref in viewer.agencies if viewer.may(Role.REVIEWER, Role.OWNER, agency=ref)]
    proposed = Plan.objects.filter(state=PROPOSED, use__agency__ref__in=reviews)
    lines = [
        Waiting(
            what=f"Limits for {plan.use.ref} wait to be agreed to.",
            url=f"/uses/{plan.use.ref}/monitoring/",
            agency=plan.use.agency_id,
            since=plan.proposed_at,
            urgency=Urgency.WAITING,
        )
        for plan in proposed.select_related("use")
    ]
    stand_open = Incident.objects.filter(
        closed_at=None, alarm__plan__use__agency__ref__in=answers
    ).select_related("alarm__plan__use")
    for incident in stand_open:
        use = incident.alarm.plan.use
        lines.append(
            Waiting(
                what=f"A breach of {use.ref} stands open: {incident.alarm.name}.",
                url=f"/uses/{use.ref}/monitoring/",
                agency=use.agency_id,
                since=incident.opened_at,
                due=incident.due_at,
                urgency=Urgency.OVERDUE if incident.due_at <= at else Urgency.BLOCKED,
            )
        )
    return lines
