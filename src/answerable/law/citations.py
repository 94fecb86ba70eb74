"""Where a value comes from, and how surely it was read."""

from dataclasses import dataclass
from enum import StrEnum

from answerable.law.files import Fields


class Mark(StrEnum):
    """How surely a value is known.

    ``V1`` was read at an official or primary source, ``V2`` at a secondary one, ``U`` is
    known but unverified and needs legal sign-off, ``own`` is our choice where no law applies.
    """

    V1 = "V1"
    V2 = "V2"
    U = "U"
    OWN = "own"


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """The source of a value, for a reader to look up."""

    title: str
    href: str | None = None

    def __str__(self) -> str:
        """Give the title alone, for a sentence."""
        return self.title


def citation(fields: Fields) -> Citation:
    """Read a citation; a link, where there is one, is a public one."""
    fields.known("title", optional=("href",))
    href = fields.text_or_none("href")
    if href is not None and not href.startswith("https://"):
        raise fields.refuse(key="href", expected="a link that starts with https://")
    return Citation(title=fields.text("title"), href=href)
