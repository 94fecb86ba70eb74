"""Append an entry: the only way into the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import connections
from django.db.models import Model

from answerable.errors import AnswerableError
from answerable.ledger import commitments, edge
from answerable.ledger.entries import Entry, FieldValue, Person, text_of_time
from answerable.ledger.models import EntryRow, Head, Salt, Subtree
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.tree import leaf_hash

DATABASE = "default"
HEAD = 1


class Acts(Protocol):
    """Somebody who does something: a person in an agency, or a part of Answerable."""

    @property
    def ref(self) -> str:
        """The reference, which the ledger keeps only as a salted commitment."""


class OutsideTransaction(AnswerableError):
    """An entry would stand although what it tells of may yet fail, or the reverse."""

    code = "ledger.outside_transaction"
    message = "An entry is appended in the transaction of the change it tells of."
    hint = "Open transaction.atomic() around both."


class NoAgency(AnswerableError):
    """An entry would belong to nobody."""

    code = "ledger.no_agency"
    message = "Every entry belongs to one agency, and none was named."
    hint = "Name the agency whose matter it is."


@dataclass(frozen=True, kw_only=True, slots=True)
class Appended:
    """Where an entry stands, and its hash in the tree."""

    index: int
    leaf: bytes


def append(
    entry: Entry, *, by: Acts, at: datetime, agency: str, occurred_at: datetime | None = None
) -> Appended:
    """Write an entry, in the transaction of the change it tells of.

    Parameters
    ----------
    entry
        What happened. People in it become salted commitments.
    by
        Who did it; becomes a salted commitment too.
    at
        When it is recorded, in UTC.
    agency
        Whose matter it is. Other agencies see only the entry's hash.
    occurred_at
        When it happened; the same moment by default.

    Notes
    -----
    Whoever appends first in a transaction holds the head of the ledger until it ends,
    so that indexes have no gaps: append late, and keep the transaction short.
    """
    if not connections[DATABASE].in_atomic_block:
        raise OutsideTransaction
    if not agency:
        raise NoAgency
    head = locked_head()
    salts: list[Salt] = []

    def hidden(ref: str) -> str:
        salt = commitments.new_salt()
        committed = commitments.commitment(ref=ref, salt=salt)
        person = commitments.lookup(ref)
        salts.append(
            Salt(commitment=committed, person=person, agency=agency, index=head.size, salt=salt)
        )
        return committed

    def written(value: FieldValue) -> JsonValue:
        return {"person": hidden(value.ref)} if isinstance(value, Person) else value

    payload = canonical_bytes(
        {
            "agency": agency,
            "at": text_of_time(at),
            "by": hidden(by.ref),
            "fields": {name: written(value) for name, value in entry.values().items()},
            # Told inside too: an entry that stands elsewhere than it says was moved.
            "index": head.size,
            "kind": entry.kind,
            "occurred_at": text_of_time(occurred_at or at),
        }
    )
    appended = Appended(index=head.size, leaf=leaf_hash(payload))
    _insert(
        EntryRow(
            index=appended.index,
            agency=agency,
            kind=entry.kind,
            payload_type=entry.payload_type(),
            payload=payload,
            leaf=appended.leaf,
            recorded_at=at,
        )
    )
    Salt.objects.using(DATABASE).bulk_create(salts)
    _move(head, appended.leaf)
    return appended


def locked_head() -> Head:
    """Give the head, and keep everyone else from appending until the transaction ends."""
    locked = Head.objects.using(DATABASE).select_for_update()
    head = locked.filter(pk=HEAD).first()
    if head is None:
        # Two may find the ledger new at once: the second leaves the first one's row.
        new = Head(pk=HEAD, size=0, peaks=b"")
        Head.objects.using(DATABASE).bulk_create([new], ignore_conflicts=True)
        head = locked.get(pk=HEAD)
    return head


def edge_of(head: Head) -> edge.Edge:
    """Read the right edge of the tree from the head."""
    return edge.Edge(size=head.size, peaks=edge.split(bytes(head.peaks)))


def _move(head: Head, leaf: bytes) -> None:
    grown = edge.grow(edge_of(head), leaf)
    head.size = grown.edge.size
    head.peaks = b"".join(grown.edge.peaks)
    head.save(using=DATABASE, force_update=True)
    for tile in grown.completed:
        _insert(Subtree(level=tile.level, number=tile.number, hash=tile.hash))


def _insert(row: Model) -> None:
    row.save(using=DATABASE, force_insert=True)
