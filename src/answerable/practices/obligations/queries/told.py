"""Whether the ledger tells of a row: one that was typed in, or changed, counts for nothing."""

from datetime import datetime

from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow


def tells(index: int | None, kind: str, /, *, at: datetime | None, **fields: object) -> bool:
    """Say whether an entry is of this kind and moment, and has these fields."""
    if index is None:
        return False
    row = EntryRow.objects.filter(index=index, kind=kind).first()
    if row is None:
        return False
    written = WrittenEntry.read(bytes(row.payload))
    return written.at == at and all(
        written.fields.get(name) == value for name, value in fields.items()
    )
