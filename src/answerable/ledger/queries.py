"""Reading the ledger, for a viewer."""

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet

from answerable.ledger.append import DATABASE
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow


class Views(Protocol):
    """Somebody who looks, and the agencies in which they play a part."""

    @property
    def agencies(self) -> AbstractSet[str]:
        """References of the agencies."""


def entries_visible_to(viewer: Views) -> QuerySet[EntryRow]:
    """Give the entries of the viewer's agencies, in order; of others only hashes are public."""
    own = EntryRow.objects.using(DATABASE).filter(agency__in=viewer.agencies)
    return own.order_by("index")


def tells(index: int | None, kind: str, /, *, at: datetime | None, **fields: object) -> bool:
    """Say whether an entry is of this kind and moment, and has these fields.

    A row of a table that no entry tells of was typed in, or changed since: it counts for
    nothing.
    """
    if index is None:
        return False
    row = EntryRow.objects.using(DATABASE).filter(index=index, kind=kind).first()
    if row is None:
        return False
    written = WrittenEntry.read(bytes(row.payload))
    return written.at == at and all(
        written.fields.get(name) == value for name, value in fields.items()
    )
