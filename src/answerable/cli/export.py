"""`answerable export`: what the installation holds, in a form that others can read."""

from enum import StrEnum
from typing import Annotated

import typer

from answerable.cli.connection import now, open_installation
from answerable.cli.outputs import STANDARD_OUTPUT, outputs_for, tell_bytes


class Form(StrEnum):
    """What can be exported."""

    LEDGER = "ledger"


def export(
    form: Annotated[Form, typer.Argument(help="ledger.")],
    agency: Annotated[
        str,
        typer.Option(
            help="Show the entries of this agency, and the others as hashes only.", metavar="REF"
        ),
    ] = "",
    json: Annotated[
        str | None,
        typer.Option(help="Write the document here instead of to standard output.", metavar="F"),
    ] = None,
) -> None:
    """Sign the ledger as it stands, and write it to standard output.

    The file verifies offline with `answerable verify FILE --key PUB`. Exit status: 0 when
    it was written.
    """
    outputs = outputs_for(json)
    opened = open_installation()
    from answerable.ledger import checkpoints
    from answerable.ledger import export as ledger_export
    from answerable.people import queries
    from answerable.project import keys

    match form:
        case Form.LEDGER:
            agencies = frozenset({queries.agency(agency).ref}) if agency else None
            held = keys.read(opened.settings.keys)
            # What came since the last checkpoint is signed first, so that all of it is there.
            checkpoints.make(key=held.ledger, folder=opened.settings.checkpoints, at=now())
            document = ledger_export.document(agencies=agencies, keys=held.lists)
    if json is None or json == STANDARD_OUTPUT:
        tell_bytes(document)
    else:
        outputs.add(json, document)
        outputs.write()
