"""What of the gate waits for somebody; reads only."""

from datetime import datetime

from django.urls import reverse

from answerable.gate.check import Checked, check_all
from answerable.gate.duties import may_approve
from answerable.gate.in_force import Law, law_of_agency
from answerable.inventory.models import Use
from answerable.inventory.queries import owner_of, owners_ever, use_named
from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.roles import Role


def waiting(
    viewer: Actor, *, at: datetime, ledger_fits: bool, law: Law = law_of_agency
) -> list[Waiting]:
    """List the uses that an official could approve, and those of an owner that are held."""
    return [
        line
        for checked in check_all(viewer=viewer, at=at, ledger_fits=ledger_fits, law=law)
        if (line := _line(checked, viewer=viewer, at=at)) is not None
    ]


def _line(checked: Checked, *, viewer: Actor, at: datetime) -> Waiting | None:
    use = use_named(checked.use)
    holding = len(checked.holding)
    if holding and owner_of(use) == viewer.ref:
        rows = "1 row holds" if holding == 1 else f"{holding} rows hold"
        what = f"{use.name}: {rows} the gate; its page says what each needs."
        urgency = Urgency.BLOCKED
    elif not holding and checked.permit.approval is None and _may_approve(viewer, use):
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


def _may_approve(viewer: Actor, use: Use) -> bool:
    return viewer.may(Role.APPROVER, agency=use.agency_id) and may_approve(
        viewer.ref, owners=owners_ever(use)
    )
