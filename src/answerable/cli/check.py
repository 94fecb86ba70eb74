"""`answerable check`: what a permit still needs; for people and for CI."""

from typing import Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.options import Json
from answerable.cli.outputs import outputs_for
from answerable.cli.status import OF_VERDICT, Status


def check(
    use: Annotated[
        str, typer.Argument(help="The use, for example north.benefit-check (default: every use).")
    ] = "",
    version: Annotated[
        str, typer.Option(help="Digest of the version (default: what runs).", metavar="DIGEST")
    ] = "",
    json: Json = None,
) -> None:
    """Say row by row what the permit of a use still needs.

    Exit status: 0 the permit is open, 1 a row is not met, 3 nothing is known to be wrong
    and something is missing: a row not built, not measured, expired, or no approval.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.gate import check as gate
    from answerable.people.actors import Actor
    from answerable.project import keys, startup

    viewer, at = Actor.operator(), now()
    fits = not startup.misfit(opened.settings, keys.read(opened.settings.keys))
    if use:
        wanted = version or None
        checked = [gate.check(use=use, version=wanted, viewer=viewer, at=at, ledger_fits=fits)]
    else:
        checked = gate.check_all(viewer=viewer, at=at, ledger_fits=fits)
    lines = [line for one in checked for line in one.lines()]
    documents = [one.document() for one in checked]
    outputs.conclude(
        json,
        documents[0] if use else {"uses": documents},
        "\n".join(lines or ["There is no use in the inventory yet."]) + "\n",
    )
    verdicts = {OF_VERDICT[one.worst.value] for one in checked}
    order = (Status.NOT_MET, Status.CANNOT_SAY, Status.MET)
    # Without any use there is nothing of which anybody could say that it is met.
    raise typer.Exit(next((status for status in order if status in verdicts), Status.CANNOT_SAY))
