"""Options that several commands share, worded once."""

from typing import Annotated, TypeAlias

import typer

Json: TypeAlias = Annotated[
    str | None,
    typer.Option("--json", help="Write the result as JSON (-: to standard output).", metavar="F"),
]
By: TypeAlias = Annotated[
    str,
    typer.Option(
        "--by",
        help="Address of the account in whose name this is done. It is not proven: whoever runs "
        "commands on this machine is its operator, and is trusted to act for the account.",
        metavar="ADDRESS",
    ),
]
Agency: TypeAlias = Annotated[
    str, typer.Option("--agency", help="Short name of the agency.", metavar="REF")
]


def listed(text: str) -> tuple[str, ...]:
    """Read words that are separated by commas.

    >>> listed("owner, approver,")
    ('owner', 'approver')
    """
    return tuple(part.strip() for part in text.split(",") if part.strip())
