"""`answerable reproduce`: recompute somebody's evidence, and say whether it matches."""

from pathlib import Path
from typing import Annotated

import typer

from answerable.cli.data import data_at
from answerable.cli.extras import require
from answerable.cli.files import read_file, verifier_key
from answerable.cli.outputs import STANDARD_OUTPUT, Outputs, json_file, tell
from answerable.cli.status import Status
from answerable.project.settings import read_settings

_MOST_SHOWN = 20


def reproduce(
    evidence: Annotated[Path, typer.Argument(help="File written by audit --evidence.")],
    data: Annotated[
        str | None,
        typer.Option(help="Where the data are (default: under their own name).", metavar="DATA"),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Public key of the signer, or a file of it.", metavar="PUB")
    ] = None,
    json: Annotated[
        str | None,
        typer.Option(help="Write the result as JSON (-: to standard output).", metavar="F"),
    ] = None,
) -> None:
    """Recompute an evidence file from the data, and say whether it matches.

    Exit status: 0 it matches, 1 something differs, 2 the files cannot be used.
    """
    require("audit")
    from answerable.cli.recompute import recompute

    settings = read_settings()
    outputs = Outputs()
    outputs.check(json_file(json), inputs=[evidence, settings.evidence_key])
    with data_at(data or "", settings=settings) as location:
        found = recompute(
            read_file(evidence),
            data=location or None,
            beside=evidence.parent,
            key=None if key is None else verifier_key(key),
            settings=settings,
            # The data are known only once the evidence has been read.
            spare=lambda files: outputs.check(json_file(json), inputs=files),
        )
    outputs.add_json(
        json,
        {
            "matches": found.matches,
            "signed_by": found.signed_by,
            "signer_checked": key is not None,
            "problems": list(found.problems),
        },
    )
    outputs.write()
    if json != STANDARD_OUTPUT:
        _show(matches=found.matches, problems=found.problems, note=found.note)
    raise typer.Exit(Status.MET if found.matches else Status.NOT_MET)


def _show(*, matches: bool, problems: tuple[str, ...], note: str) -> None:
    lines = [
        "matches" if matches else "does not match",
        *(f"  {p}" for p in problems[:_MOST_SHOWN]),
    ]
    if len(problems) > _MOST_SHOWN:
        lines.append(f"  and {len(problems) - _MOST_SHOWN} more")
    tell("\n".join([*lines, note]).rstrip() + "\n")
