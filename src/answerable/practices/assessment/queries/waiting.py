"""What waits for a viewer in assessments."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from django.urls import reverse

from answerable.inventory.queries import owners_ever
from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.practices.assessment.models import Assessment
from answerable.practices.assessment.queries.assessments import (
    authors_of,
    latest_assessment,
    steps_of,
)
from answerable.practices.assessment.queries.findings import late_mitigations
from answerable.practices.assessment.rules import PENDING, State


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List what the viewer can do something about in assessments now."""
    pending = Assessment.objects.filter(
        use__agency__ref__in=viewer.agencies, state__in=sorted(PENDING)
    ).select_related("use")
    lines = [line for one in pending.order_by("pk") for line in _waits(viewer, one)]
    return [*lines, *_late(viewer, at=at)]


def _waits(viewer: Actor, assessment: Assessment) -> Iterator[Waiting]:
    use, steps = assessment.use, steps_of(viewer, assessment)
    what = ""
    if "submit" in steps and viewer.ref in authors_of(assessment):
        what = "is to be filled in and handed to review"
    elif assessment.state == State.SUBMITTED:
        unscored = assessment.risks.filter(review=None).exists()
        if "sign" in steps:
            what = "waits for your own scores" if unscored else "waits to be signed or refused"
        elif "accept" in steps and not unscored:
            left = assessment.risks.filter(residue=None).exists()
            what = "has risks whose remainder nobody has accepted" if left else ""
    if what:
        yield Waiting(
            what=f"Assessment {assessment.number} of {use.name} {what}.",
            url=reverse("assessment:show", args=[use.ref, assessment.number]),
            agency=use.agency_id,
            since=assessment.opened_at,
            urgency=Urgency.WAITING,
        )


def _late(viewer: Actor, *, at: datetime) -> Iterator[Waiting]:
    late = late_mitigations(on=at.date())
    for one in late.filter(risk__assessment__use__agency__ref__in=viewer.agencies):
        assessment = one.risk.assessment
        use = assessment.use
        newest = latest_assessment(use, version=assessment.version)
        mine = viewer.ref == one.responsible or viewer.ref in owners_ever(use)
        if mine and newest is not None and newest.pk == assessment.pk:
            do = "show it" if assessment.state in PENDING else "show it in a new assessment"
            yield Waiting(
                what=f"A mitigation of risk {one.risk.number} of {use.name} is not shown to work: "
                f"{do}.",
                url=reverse("assessment:show", args=[use.ref, assessment.number]),
                agency=use.agency_id,
                since=one.at,
                urgency=Urgency.OVERDUE,
                due=datetime.combine(one.due_on + timedelta(days=1), time(), tzinfo=UTC),
            )
