"""What the installation itself writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class KeysListed(Entry):
    """The installation signed a new list of its public keys."""

    kind: ClassVar[str] = "project.keys.listed"
    sentence: ClassVar[str] = (
        "List {number} of the installation's public keys was signed, with the digest {digest}."
    )

    number: int
    digest: str
