"""`answerable verify`: check a record offline, with nothing but the file and a key."""

from pathlib import Path
from typing import Annotated, assert_never

import typer

from answerable.cli.files import read_file, verifier_key
from answerable.cli.outputs import Outputs, json_file
from answerable.cli.status import Status
from answerable.cli.verifying import (
    LOGS,
    Outcome,
    Refused,
    SinceMeansNothing,
    Verified,
    kind_of,
    outcome_of,
    own_keys,
)
from answerable.project.settings import read_settings
from answerable.record.canonical import JsonValue
from answerable.record.measurement import CannotSay


def verify(
    file: Annotated[
        Path, typer.Argument(help="Ledger export, checkpoint, evidence, receipt or manifest.")
    ],
    key: Annotated[
        str | None, typer.Option(help="Public key of the signer, or a file of it.", metavar="PUB")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(help="Earlier checkpoint of the same log.", metavar="CHECKPOINT")
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(help="Write the result as JSON (-: to standard output).", metavar="F"),
    ] = None,
) -> None:
    """Check that a file is what its signer signed, offline.

    Exit status: 0 verified, 1 it fails, 2 the files or the key cannot be read, 3 cannot
    say: there is neither --key nor a key of this machine that signed it.
    """
    settings = read_settings()
    outputs = Outputs()
    read = [path for path in (file, since, *settings.keys.glob("*.key")) if path is not None]
    outputs.check(json_file(json), inputs=read)
    content = read_file(file)
    earlier = None if since is None else read_file(since)
    given = None if key is None else verifier_key(key)
    own = own_keys(settings)
    if earlier is not None and kind_of(content) not in LOGS:
        raise SinceMeansNothing(file=file)
    outcome = outcome_of(content, earlier=earlier, given=given, own=own)
    outputs.conclude(json, _document(outcome), _sentence(outcome) + "\n")
    raise typer.Exit(_status(outcome))


def _document(outcome: Outcome) -> JsonValue:
    match outcome:
        case Verified(size=size, root=root):
            return {"verified": True, "size": size, "root": root, "problem": None}
        case Refused(problem=problem):
            return {"verified": False, "size": None, "root": None, "problem": problem}
        case CannotSay(reason=reason, needs=needs):
            return {
                "verified": False,
                "size": None,
                "root": None,
                "problem": None,
                "cannot_say": {"reason": reason, "needs": needs},
            }
        case _:
            assert_never(outcome)


def _sentence(outcome: Outcome) -> str:
    match outcome:
        case Verified(sentence=sentence):
            return sentence
        case Refused(problem=problem):
            return f"Not verified: {problem}"
        case CannotSay(needs=needs):
            return f"Cannot say. What is needed: {needs.rstrip('.')}."
        case _:
            assert_never(outcome)


def _status(outcome: Outcome) -> Status:
    match outcome:
        case Verified():
            return Status.MET
        case Refused():
            return Status.NOT_MET
        case CannotSay():
            return Status.CANNOT_SAY
        case _:
            assert_never(outcome)
