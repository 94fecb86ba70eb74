"""The pages of the inventory: what there is, and putting something into it."""

from functools import partial
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.inventory import actions, queries
from answerable.inventory.forms import (
    ContextForm,
    SystemForm,
    UseForm,
    context_of_fields,
    fields_of_context,
)
from answerable.inventory.models import System, Use
from answerable.kit.doors import signed_in
from answerable.kit.forms import form_page
from answerable.kit.pages import page, paged
from answerable.people.actors import Actor
from answerable.people.doors import SignedIn
from answerable.people.roles import Role


@signed_in
def systems(request: SignedIn) -> HttpResponse:
    """List the uses of the viewer's agencies by system, or those that match a search."""
    wanted = request.GET.get("q", "").strip()[:100]
    found = queries.systems_visible_to(request.actor).prefetch_related("uses")
    if wanted:
        named = Q(ref__icontains=wanted) | Q(name__icontains=wanted)
        in_uses = Q(uses__ref__icontains=wanted) | Q(uses__name__icontains=wanted)
        found = found.filter(named | in_uses).distinct()
    shown = {
        "systems": paged(request, found),
        "wanted": wanted,
        "may_enrol": bool(_agencies_of(request.actor)),
    }
    return page(request, "inventory/systems.html", shown)


@signed_in
def system(request: SignedIn, ref: str) -> HttpResponse:
    """Show a system with its versions and uses."""
    found = _system(request.actor, ref)
    shown = {
        "system": found,
        "versions": paged(request, queries.versions_visible_to(request.actor).filter(system=found)),
        "uses": found.uses.order_by("ref"),
        "may_enrol": request.actor.may(Role.OWNER, agency=found.agency_id),
    }
    return page(request, "inventory/system.html", shown)


@signed_in
def enrol_system(request: SignedIn) -> HttpResponse:
    """Put a system into the inventory."""
    return form_page(
        request,
        partial(SystemForm, _agencies_of(request.actor)),
        "inventory/enrol_system.html",
        do=lambda given: actions.enrol_system(**given, by=request.actor, at=request.at),
        then=_page_of_system,
    )


@signed_in
def enrol_use(request: SignedIn, ref: str) -> HttpResponse:
    """Put a use of a system into the inventory."""
    found = _system(request.actor, ref, Role.OWNER)

    def do(given: dict[str, Any]) -> Use:
        return actions.enrol_use(
            system=found.ref,
            slug=given["slug"],
            name=given["name"],
            context=context_of_fields(given),
            reasons=given["reasons"],
            attributes=given["attributes"],
            running_since=given["running_since"],
            by=request.actor,
            at=request.at,
        )

    template = "inventory/enrol_use.html"
    return form_page(
        request, UseForm, template, do=do, then=_page_of_use, context={"system": found}
    )


@signed_in
def change_context(request: SignedIn, ref: str) -> HttpResponse:
    """Tell that a use has another context."""
    found = queries.use_for(request.actor, ref, Role.OWNER)

    def do(given: dict[str, Any]) -> Use:
        context = context_of_fields(given)
        actions.change_context(use=ref, context=context, by=request.actor, at=request.at)
        return found

    now = queries.context_from(queries.context_of(found))
    return form_page(
        request,
        ContextForm,
        "inventory/change_context.html",
        do=do,
        then=_page_of_use,
        context={"use": found},
        initial=fields_of_context(now),
    )


def _system(viewer: Actor, ref: str, *roles: Role) -> System:
    return queries.system_for(viewer, ref, *(roles or Role))


def _agencies_of(viewer: Actor) -> tuple[str, ...]:
    return tuple(sorted(ref for ref in viewer.agencies if viewer.may(Role.OWNER, agency=ref)))


def _page_of_system(found: System) -> str:
    return resolve_url("inventory:system", found.ref)


def _page_of_use(found: Use) -> str:
    return resolve_url("gate:use", found.ref)
