"""Options that several commands share, worded once."""

from typing import Annotated, TypeAlias

import typer

Json: TypeAlias = Annotated[
    str | None,
    typer.Option("--json", help="Write the result as JSON (-: to standard output).", metavar="F"),
]
By: TypeAlias = Annotated[
    str, typer.Option("--by", help="Address of the account that does this.", metavar="ADDRESS")
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
