"""`answerable system` and `answerable use`: what there is, in which context, and what runs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.options import Agency, By, Json, listed
from answerable.cli.outputs import outputs_for
from answerable.cli.parts import parts_of
from answerable.cli.people import actor
from answerable.errors import AnswerableError
from answerable.inventory.contexts import Context, Kind

system_commands = typer.Typer(no_args_is_help=True, help="AI systems of an agency.")
use_commands = typer.Typer(no_args_is_help=True, help="Uses of a system: it in one context.")


class MomentUnreadable(AnswerableError):
    """A time was given in a form that leaves doubt."""

    code = "cli.moment_unreadable"
    message = "{text} is no day or moment with a time zone."
    hint = "Write 2026-11-23 (its first moment in UTC), or 2026-11-23T12:00:00+01:00."


@system_commands.command("add")
def add_system(
    slug: Annotated[str, typer.Argument(help="Short name within the agency.")],
    agency: Agency,
    by: By,
    name: Annotated[str, typer.Option(help="Name for people.", metavar="NAME")] = "",
    json: Json = None,
) -> None:
    """Put a system into the inventory. Exit status: 0 when it is done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.inventory import actions

    system = actions.enrol_system(
        agency=agency, slug=slug, name=name or slug, by=actor(by), at=now()
    )
    outputs.conclude(
        json, {"system": system.ref, "name": system.name}, f"Added the system {system.ref}.\n"
    )


@use_commands.command("enrol")
def enrol_use(
    slug: Annotated[str, typer.Argument(help="Short name within the agency.")],
    system: Annotated[str, typer.Option(help="The system that is used.", metavar="SYSTEM")],
    kind: Annotated[Kind, typer.Option(help="decides, informs, generates or observes.")],
    purpose: Annotated[str, typer.Option(help="What it is for.", metavar="TEXT")],
    population: Annotated[str, typer.Option(help="About whom.", metavar="TEXT")],
    legal_basis: Annotated[str, typer.Option(help="On what legal basis.", metavar="TEXT")],
    by: By,
    outcomes: Annotated[
        str, typer.Option(help="Outcome codes (default: any).", metavar="CODE[,CODE]")
    ] = "",
    adverse: Annotated[
        str, typer.Option(help="Those that are bad for the person.", metavar="CODE[,CODE]")
    ] = "",
    reasons: Annotated[
        str,
        typer.Option(help="Reason codes that an adverse decision may give.", metavar="CODE[,CODE]"),
    ] = "",
    attributes: Annotated[
        str, typer.Option(help="Group attributes that records carry.", metavar="NAME[,NAME]")
    ] = "",
    bought: Annotated[
        bool | None, typer.Option("--bought", help="Something of it was procured.")
    ] = None,
    running_since: Annotated[
        str, typer.Option(help="Since when it has been deciding already.", metavar="DAY")
    ] = "",
    name: Annotated[str, typer.Option(help="Name for people.", metavar="NAME")] = "",
    json: Json = None,
) -> None:
    """Put a use into the inventory, owned by whoever enrols it. It opens nothing.

    A use that decided before it was enrolled (--running-since) starts in the stage use, any
    other in design. Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.inventory import actions

    use = actions.enrol_use(
        system=system,
        slug=slug,
        name=name or slug,
        context=Context(
            kind=kind,
            purpose=purpose,
            population=population,
            legal_basis=legal_basis,
            outcomes=listed(outcomes),
            adverse=listed(adverse),
            bought=bool(bought),
        ),
        reasons=listed(reasons),
        attributes=listed(attributes),
        running_since=_moment(running_since) if running_since else None,
        by=actor(by),
        at=now(),
    )
    outputs.conclude(
        json,
        {"use": use.ref, "system": system},
        f"Enrolled {use.ref}. It is closed. What its permit still needs:\n"
        f"  answerable check {use.ref}\n",
    )


@use_commands.command("list")
def list_uses(json: Json = None) -> None:
    """List the uses of this installation: stage, what runs, and the state of the permit.

    Exit status: 0, also where there is none.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.gate import check as gate
    from answerable.inventory.queries import stage_of, use_named
    from answerable.people.actors import Actor
    from answerable.project import keys, startup

    fits = not startup.misfit(opened.settings, keys.read(opened.settings.keys))
    listed_uses = [
        {
            "use": one.use,
            "stage": stage_of(use_named(one.use)).value,
            "version": one.version or None,
            "permit": one.permit.state.value,
        }
        for one in gate.check_all(viewer=Actor.operator(), at=now(), ledger_fits=fits)
    ]
    lines = [
        "{use}: {stage}, version {runs}, {permit}\n".format(
            runs=(one["version"] or "none")[:12], **one
        )
        for one in listed_uses
    ]
    text = "".join(lines) or "There is no use in the inventory yet.\n"
    outputs.conclude(json, {"uses": listed_uses}, text)


@use_commands.command("version")
def record_version(
    use: Annotated[str, typer.Argument(help="The use, for example north.benefit-check.")],
    parts: Annotated[list[str], typer.Argument(help="What runs, each as NAME=PATH.")],
    by: By,
    deployed: Annotated[
        bool | None, typer.Option("--deployed", help="It runs from now on, in place of the last.")
    ] = None,
    json: Json = None,
) -> None:
    """Compute a version from the files that run, and record it for the system of a use.

    A typed-in version proves nothing, so files are read. Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.client.versions import version_of
    from answerable.inventory import actions, queries
    from answerable.people.roles import Role

    at, acting = now(), actor(by)
    found = queries.use_for(acting, use, Role.OWNER)
    digest = version_of(parts=parts_of(parts)).digest
    version = actions.record_version(
        system=found.system.ref, digest=digest, source="files", by=acting, at=at
    )
    if deployed:
        actions.start_deployment(use=use, version=version.digest, by=acting, at=at)
    runs = f"{use} runs it from now on.\n" if deployed else ""
    outputs.conclude(
        json,
        {"use": use, "version": version.digest, "deployed": bool(deployed)},
        f"{version.digest}\n{runs}",
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00+00:00")
    except ValueError:
        raise MomentUnreadable(text=text[:40]) from None
    if moment.tzinfo is None:
        raise MomentUnreadable(text=text[:40])
    return moment.astimezone(UTC)
