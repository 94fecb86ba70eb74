"""What is in the inventory, for a viewer; reads only."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from answerable.errors import AnswerableError
from answerable.inventory.contexts import Context, Kind
from answerable.inventory.models import (
    Deployment,
    StageEvent,
    System,
    Use,
    UseContext,
    Version,
)
from answerable.inventory.stages import Stage
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role


class UnknownSystem(AnswerableError):
    """No system that the actor may know of is called so."""

    code = "inventory.unknown_system"
    message = "There is no system {system} in an agency you belong to."
    hint = "Look at the inventory, or enrol the system first."


class UnknownUse(AnswerableError):
    """No use that the actor may know of is called so."""

    code = "inventory.unknown_use"
    message = "There is no use {use} in an agency you belong to."
    hint = "Look at the inventory, or enrol the use first."


def systems_visible_to(viewer: Actor) -> QuerySet[System]:
    """List the systems of the viewer's agencies."""
    return System.objects.filter(agency__ref__in=viewer.agencies).order_by("ref")


def versions_visible_to(viewer: Actor) -> QuerySet[Version]:
    """List the versions of the systems of the viewer's agencies."""
    return Version.objects.filter(system__agency__ref__in=viewer.agencies).order_by("pk")


def uses_visible_to(viewer: Actor) -> QuerySet[Use]:
    """List the uses of the viewer's agencies."""
    return Use.objects.filter(agency__ref__in=viewer.agencies).order_by("ref")


def deployments_visible_to(viewer: Actor) -> QuerySet[Deployment]:
    """List what ran when for the uses of the viewer's agencies, oldest first."""
    return Deployment.objects.filter(use__agency__ref__in=viewer.agencies).order_by("since", "pk")


def stages_visible_to(viewer: Actor) -> QuerySet[StageEvent]:
    """List the stage events of the uses of the viewer's agencies, oldest first."""
    return StageEvent.objects.filter(use__agency__ref__in=viewer.agencies).order_by("at", "pk")


def system_for(actor: Actor, ref: str, *roles: Role) -> System:
    """Give a system to somebody who has one of these roles in its agency."""
    found = systems_visible_to(actor).filter(ref=ref).first()
    if found is None:
        raise UnknownSystem(system=ref[:120])
    actor.need(*roles, agency=found.agency_id)
    return found


def use_for(actor: Actor, ref: str, *roles: Role) -> Use:
    """Give a use to somebody who has one of these roles in its agency.

    To somebody of another agency it is unknown, whether it exists or not.
    """
    found = uses_visible_to(actor).filter(ref=ref).first()
    if found is None:
        raise UnknownUse(use=ref[:120])
    actor.need(*roles, agency=found.agency_id)
    return found


def use_for_part(by: Actor, ref: str, *roles: Role) -> Use:
    """Give a use to somebody with one of these roles in its agency, or to the operator.

    The operator is whoever runs the machine, and the parts of Answerable that act on
    their own: a breaker that stops, a notice that was delivered. It never approves,
    waives or records that a row is met.
    """
    return use_named(ref) if is_operator(by) else use_for(by, ref, *roles)


def owners_ever(use: Use) -> frozenset[str]:
    """Give everyone who owns or has owned the use."""
    return frozenset(use.owners.values_list("owner", flat=True))


def owner_of(use: Use) -> str:
    """Give the reference of whoever answers for the use now."""
    return use.owners.order_by("since", "pk").values_list("owner", flat=True).last() or ""


def stage_of(use: Use) -> Stage:
    """Give the stage the use is in now."""
    return Stage(use.stages.latest("at", "pk").stage)


def running_version(use: Use) -> str | None:
    """Give the digest of what runs for the use now; None where nothing does."""
    found = use.deployments.order_by("since", "pk").select_related("version").last()
    return None if found is None or found.version is None else found.version.digest


def context_of(use: Use, *, at: datetime | None = None) -> UseContext:
    """Give the context of the use now, or as it was at a moment."""
    found = use.contexts.order_by("since", "pk")
    return (found if at is None else found.filter(since__lte=at)).latest("since", "pk")


def context_from(row: UseContext) -> Context:
    """Read a stored context."""
    content = row.content
    return Context(
        kind=Kind(content["kind"]),
        purpose=content["purpose"],
        population=content["population"],
        legal_basis=content["legal_basis"],
        outcomes=tuple(content["outcomes"]),
        adverse=tuple(content["adverse"]),
        bought=content["bought"],
    )


def use_named(ref: str) -> Use:
    """Give the use of this name to a part of Answerable, or say that there is none."""
    found = Use.objects.filter(ref=ref).select_related("agency", "system").first()
    if found is None:
        raise UnknownUse(use=ref[:120])
    return found


def uses_named(refs: Iterable[str]) -> QuerySet[Use]:
    """Give the uses of these names to a part of Answerable."""
    return Use.objects.filter(ref__in=tuple(refs)).order_by("ref")
