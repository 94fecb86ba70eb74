"""`answerable permit` and `answerable hold`: letting a use run, and stopping it."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.options import By, Json, listed
from answerable.cli.outputs import outputs_for
from answerable.cli.people import actor

permit_commands = typer.Typer(no_args_is_help=True, help="Permits of a use.")
hold_commands = typer.Typer(no_args_is_help=True, help="Holds on a use, and their end.")

Use = Annotated[str, typer.Argument(help="The use, for example north.benefit-check.")]
Reason = Annotated[str, typer.Option(help="Why, for the public record.", metavar="TEXT")]


class Level(StrEnum):
    """How far a use is held, mildest first."""

    PAUSE = "pause"
    PEOPLE_ONLY = "people-only"
    STOP = "stop"


@permit_commands.command("approve")
def approve(
    use: Use,
    version: Annotated[str, typer.Option(help="Digest of the version.", metavar="DIGEST")],
    by: By,
    days: Annotated[int, typer.Option(help="Days until it ends.", min=1, max=366)] = 365,
    conditions: Annotated[
        str, typer.Option(help="Conditions, as codes separated by commas.", metavar="CODE[,CODE]")
    ] = "",
    json: Json = None,
) -> None:
    """Approve a version of a use. Refused while any row holds the gate, and to its owner.

    Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.gate import permits

    at = now()
    approval = permits.approve(
        use=use,
        version=version,
        until=at + timedelta(days=days),
        conditions=listed(conditions),
        by=actor(by),
        at=at,
    )
    outputs.conclude(
        json,
        {"use": use, "version": version, "until": approval.until.isoformat()},
        f"{use} is approved until {approval.until:%Y-%m-%d}.\n",
    )


@permit_commands.command("refuse")
def refuse(use: Use, reason: Reason, by: By, json: Json = None) -> None:
    """Refuse a use a permit, with the reason on the record. Exit status: 0 when it is done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.gate import permits

    permits.refuse(use=use, reason=reason, by=actor(by), at=now())
    outputs.conclude(json, {"use": use, "refused": True}, f"{use} was refused.\n")


@permit_commands.command("close")
def close(use: Use, reason: Reason, by: By, json: Json = None) -> None:
    """Close the permit of a use: people decide within one lease. Exit status: 0 when done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.gate import permits

    permits.close_permit(use=use, reason=reason, by=actor(by), at=now())
    outputs.conclude(json, {"use": use, "closed": True}, f"{use} is closed within one lease.\n")


@permit_commands.command("observe")
def observe(use: Use, by: By, json: Json = None) -> None:
    """Watch a use that was running before it was enrolled. It clears nothing, and it ends.

    Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    open_installation()
    from answerable.gate import permits

    seen = permits.enrol_observed(use=use, by=actor(by), at=now())
    outputs.conclude(
        json,
        {"use": use, "until": seen.until.isoformat()},
        f"{use} is observed until {seen.until:%Y-%m-%d}; without a permit people decide then.\n",
    )


@hold_commands.command("place")
def place(
    use: Use,
    level: Annotated[Level, typer.Argument(help="pause, people-only or stop.")],
    ground: Annotated[str, typer.Option(help="On what ground, as a code.", metavar="CODE")],
    by: By,
    json: Json = None,
) -> None:
    """Hold a whole use: its effects, its decisions, or everything. Exit status: 0 when done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.gate import holds

    grades = {
        Level.PAUSE: holds.pause,
        Level.PEOPLE_ONLY: holds.send_to_people,
        Level.STOP: holds.stop,
    }
    hold = grades[level](use=use, ground=ground, by=actor(by), at=now())
    outputs.conclude(
        json,
        {"use": use, "level": level.value, "hold": hold.pk},
        f"Hold {hold.pk} on {use}: {level}. It reaches every process within one lease.\n",
    )


@hold_commands.command("lift")
def lift(
    hold: Annotated[int, typer.Argument(help="The number of the hold.")],
    rests_on: Annotated[
        str, typer.Option(help="What shows that it may end, as references.", metavar="REF[,REF]")
    ],
    by: By,
    json: Json = None,
) -> None:
    """Lift a hold. What was stopped needs a new approval first. Exit status: 0 when done."""
    outputs = outputs_for(json)
    open_installation()
    from answerable.gate import holds

    holds.lift_hold(hold=hold, rests_on=listed(rests_on), by=actor(by), at=now())
    outputs.conclude(json, {"hold": hold, "lifted": True}, f"Hold {hold} is lifted.\n")
