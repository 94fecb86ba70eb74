"""What of the gate waits for somebody; reads only."""

from datetime import datetime

from django.urls import reverse

from answerable.gate.check import Checked, check_all
from answerable.inventory.queries import owner_of, use_named
from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.roles import Role


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List the uses that an official could approve, and those of an owner that are held."""
    return [
        line
        for checked in check_all(viewer=viewer, at=at)
        if (line := _line(checked, viewer=viewer, at=at)) is not None
    ]


def _line(checked: Checked, *, viewer: Actor, at: datetime) -> Waiting | None:
    use = use_named(checked.use)
    mine = owner_of(use) == viewer.ref
    holding = len(checked.holding)
    if holding and mine:
        what = f"{use.name}: {holding} rows hold the gate."
        urgency = Urgency.BLOCKED
    elif not holding and not checked.permit.is_open and _may_approve(viewer, use.agency_id, mine):
        what = f"{use.name}: every row is cleared; it can be approved or refused."
        urgency = Urgency.WAITING
    else:
        return None
    return Waiting(
        what=what,
        url=reverse("gate:use", args=[use.ref]),
        agency=use.agency_id,
        since=min(use.enrolled_at, at),
        urgency=urgency,
    )


def _may_approve(viewer: Actor, agency: str, mine: bool) -> bool:  # noqa: FBT001 - a fact
    return not mine and viewer.may(Role.APPROVER, agency=agency)
