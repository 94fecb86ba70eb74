"""`answerable keys`: the public keys of the installation, and new ones in their place."""

from typing import Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.options import Json
from answerable.cli.outputs import outputs_for
from answerable.project import keys
from answerable.record.keylist import Purpose

_NEXT = {
    Purpose.IDENTITY: "Publish it beside the one before: either vouches for the lists.",
    Purpose.LEDGER: "Whoever holds the identity key needs nothing else.",
    Purpose.LEASES: (
        "Give it to every client beside the old one, and only then start the gateway again: "
        "a client that lacks it leaves everybody to people."
    ),
    Purpose.RECEIPTS: "Give it to clients that check receipts; start the gateway again.",
    Purpose.EVIDENCE: "Publish it: evidence from now on is signed with it.",
}

key_commands = typer.Typer(no_args_is_help=True, help="The installation's keys.")


@key_commands.command("show")
def show_keys(json: Json = None) -> None:
    """Show the public keys in force. Exit status: 0 when they were read."""
    outputs = outputs_for(json)
    opened = open_installation()
    held = keys.read(opened.settings.keys)
    public = {purpose.value: str(held.of(purpose).verifier) for purpose in Purpose}
    lines = "".join(f"{purpose:<9} {verifier}\n" for purpose, verifier in public.items())
    outputs.conclude(json, {"keys": dict(public), "lists": len(held.lists)}, lines)


@key_commands.command("rotate")
def rotate_key(
    purpose: Annotated[str, typer.Argument(help="identity, ledger, leases, receipts, evidence.")],
    json: Json = None,
) -> None:
    """Put a new key in the place of one, and sign the list that says so.

    A running gateway takes the new key when it is started again. Exit status: 0 when it is
    done.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.project.rotation import rotate_key as rotate

    chosen = keys.purpose_named(purpose)
    held = rotate(opened.settings, chosen, at=now())
    verifier = str(held.of(chosen).verifier)
    outputs.conclude(
        json,
        {"purpose": chosen.value, "key": verifier, "list": len(held.lists)},
        f"{verifier}\n{_NEXT[chosen]}\nCopy the folder of the keys to its safe place again.\n",
    )
