"""The hot rows that are not sealed yet: reading them in their order, and deleting them after."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
from django.db.models import Max

from answerable.intake.hot.models import Attribute, Record

DELETED_AT_ONCE = 5_000
"""Rows of one deletion: the gateway's writes wait for no longer than that takes."""

_FIELDS = (
    "seq",
    "agency",
    "kind",
    "source",
    "record_id",
    "sequence",
    "use",
    "version",
    "subject",
    "digest",
    "marks",
    "occurred_us",
    "recorded_us",
    "commit_id",
    "body",
)


class HotRow(NamedTuple):
    """One record as it arrived; the fields of `hot.models.Record`."""

    seq: int
    agency: str
    kind: str
    source: str
    record_id: str
    sequence: int | None
    use: str
    version: str
    subject: str
    digest: bytes
    marks: str
    occurred_us: int
    recorded_us: int
    commit_id: int
    body: bytes


def last_of_next(*, after: int, upto: int, most: int) -> int | None:
    """Give the number of the last of the next rows, at most so many; None without any."""
    rows = Record.objects.filter(seq__gt=after, seq__lte=upto).order_by("seq")
    window = rows.values_list("seq", flat=True)[:most]
    last: int | None = window.aggregate(last=Max("seq"))["last"]
    return last


def rows_between(*, after: int, upto: int, use: str | None = None) -> Iterator[HotRow]:
    """Read the rows above one number and not above another, in their order."""
    rows = Record.objects.filter(seq__gt=after, seq__lte=upto)
    if use is not None:
        rows = rows.filter(use=use)
    for row in rows.order_by("seq").values_list(*_FIELDS).iterator():
        yield _hot_row(row)


def attributes_between(*, after: int, upto: int) -> dict[int, dict[str, str]]:
    """Read the group attributes of the same rows, by the number of the record."""
    rows = Attribute.objects.filter(seq__gt=after, seq__lte=upto).values_list("seq", "body")
    return {
        seq: msgspec.json.decode(bytes(body), type=dict[str, str]) for seq, body in rows.iterator()
    }


def delete_until(*, last: int) -> None:
    """Delete the rows up to a number, a few at a time."""
    while True:
        rows = Record.objects.filter(seq__lte=last).order_by("seq").values_list("seq", flat=True)
        until = rows[:DELETED_AT_ONCE].aggregate(last=Max("seq"))["last"]
        if until is None:
            return
        # Attributes first: once the record is gone, nothing would lead to them.
        Attribute.objects.filter(seq__lte=until).delete()
        Record.objects.filter(seq__lte=until).delete()


def _hot_row(row: tuple[object, ...]) -> HotRow:
    hot = HotRow._make(row)
    # PostgreSQL hands binary columns over as memory views.
    return hot._replace(digest=bytes(hot.digest), body=bytes(hot.body))
