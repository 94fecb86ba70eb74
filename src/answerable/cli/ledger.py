"""`answerable ledger`: whether the ledger is the one that was signed."""

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.options import Agency, By, Json
from answerable.cli.outputs import outputs_for
from answerable.cli.people import actor
from answerable.cli.status import Status

ledger_commands = typer.Typer(no_args_is_help=True, help="The ledger of this installation.")


@ledger_commands.command("check")
def check_ledger(json: Json = None) -> None:
    """Read every row again, and compare with the checkpoints kept elsewhere.

    The sealed files of the decision log are compared with their manifests whenever they are
    read, and by the daily sample. Exit status: 0 it fits, 1 it does not.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.ledger.startup import DoesNotFit, Fits
    from answerable.project import keys
    from answerable.project.startup import check_ledger as check

    match check(opened.settings, keys.read(opened.settings.keys)):
        case Fits(size=size, root=root):
            outputs.conclude(
                json,
                {"fits": True, "size": size, "root": root.hex(), "problem": None},
                f"The ledger of {size} entries fits, with root {root.hex()}.\n",
            )
            raise typer.Exit(Status.MET)
        case DoesNotFit() as found:
            outputs.conclude(
                json,
                {"fits": False, "size": None, "root": None, "problem": found.sentence},
                f"The ledger does not fit. {found.sentence}\n",
            )
            raise typer.Exit(Status.NOT_MET)


@ledger_commands.command("keep-anew")
def keep_anew(agency: Agency, by: By, json: Json = None) -> None:
    """Go on after the folder of kept checkpoints was lost; everyone can see that it was.

    Only where that folder is empty: a ledger that does not fit is not made to fit by it.
    Exit status: 0 when it is done.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.project.startup import keep_anew as keep

    appended = keep(opened.settings, agency=agency, by=actor(by), at=now())
    outputs.conclude(
        json,
        {"entry": appended.index, "folder": str(opened.settings.checkpoints)},
        f"Entry {appended.index} says that checkpoints are kept anew.\n",
    )
