"""The home page: what waits for whoever has signed in, from every room."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from answerable.flow.queries import waiting as in_flow
from answerable.gate.queries import waiting as at_the_gate
from answerable.intake.queries import waiting as in_the_log
from answerable.kit.doors import public
from answerable.kit.pages import page
from answerable.kit.waiting import Waiting, in_order
from answerable.people.actors import Actor
from answerable.people.doors import Public
from answerable.practices.assessment.queries import waiting as in_assessment
from answerable.practices.competence.queries import waiting as in_competence
from answerable.practices.monitoring.queries import waiting as in_monitoring
from answerable.practices.obligations.queries import waiting as in_obligations
from answerable.practices.openness.queries.findings import waiting as in_openness
from answerable.practices.procurement.queries import waiting as in_procurement
from answerable.practices.remedy.queries.waiting import waiting as in_remedy

Room = Callable[..., list[Waiting]]

ROOMS: tuple[Room, ...] = (
    in_the_log,
    in_obligations,
    in_assessment,
    in_monitoring,
    in_competence,
    in_openness,
    in_remedy,
    in_procurement,
    in_flow,
)


class AskedOfHome(Public):
    """A request that also knows whether the ledger fits what was signed."""

    ledger_fits: Callable[[], bool]


def waiting_for(viewer: Actor, *, at: datetime, ledger_fits: bool) -> list[Waiting]:
    """List what waits for somebody, what presses most first."""
    rooms: tuple[Room, ...] = (partial(at_the_gate, ledger_fits=ledger_fits), *ROOMS)
    return in_order([line for room in rooms for line in room(viewer, at=at)])


@public
def home(request: AskedOfHome) -> HttpResponse:
    """Show what waits, or the register to whoever has not signed in."""
    if request.actor is None:
        return redirect("openness:register")
    fits = request.ledger_fits()
    lines = waiting_for(request.actor, at=request.at, ledger_fits=fits)
    shown = {
        "lines": lines,
        "roles": sorted({(agency, role.value) for agency, role in request.actor.roles}),
    }
    return page(request, "project/home.html", shown)


app_name = "home"
urlpatterns = [path("", home, name="home")]
