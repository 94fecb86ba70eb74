"""Reading new records of the log, each once, by a job's own position.

A record that was sealed before the job came to it is read from the sealed files.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import msgspec

from answerable.intake import sealing
from answerable.intake.hot.models import Head, Record
from answerable.intake.queries import ManySealed
from answerable.people.models import Agency
from answerable.practices.competence.models import ReadPosition

_AT_A_TIME = 5_000
_THE_ONE = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class New:
    """A record that arrived. ``recorded_us`` is 0 where it is sealed, so long ago enough."""

    seq: int
    agency: str
    kind: str
    marks: frozenset[str]
    recorded_us: int
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Some new records in their order, the last number they reach to, and whether more wait."""

    records: Sequence[New]
    last: int
    more: bool


class _Kind(msgspec.Struct):
    kind: str


def next_batch(*, after: int, kinds: Collection[str], sealed: ManySealed) -> Batch:
    """Give the next records of these kinds above a number."""
    while True:
        done = sealing.sealed_upto()
        if after < done:
            return _sealed_batch(after, min(done, after + _AT_A_TIME), kinds, sealed=sealed)
        batch = _hot_batch(after, kinds)
        # Sealed while they were read: some of them may have been gone already.
        if sealing.sealed_upto() <= after:
            return batch


def locked_position(name: str) -> ReadPosition:
    """Give how far a job has read, so that nobody else moves it until the transaction ends."""
    ReadPosition.objects.get_or_create(pk=name, defaults={"seq": 0})
    return ReadPosition.objects.select_for_update().get(pk=name)


def _hot_batch(after: int, kinds: Collection[str]) -> Batch:
    head = Head.objects.filter(pk=_THE_ONE).values_list("seq", flat=True).first() or 0
    fields = ("seq", "agency", "kind", "marks", "recorded_us", "body")
    rows = Record.objects.filter(seq__gt=after, seq__lte=head, kind__in=kinds).order_by("seq")
    records = [
        New(
            seq=seq,
            agency=agency,
            kind=kind,
            marks=frozenset(marks.split()),
            recorded_us=recorded_us,
            body=bytes(body),
        )
        for seq, agency, kind, marks, recorded_us, body in rows.values_list(*fields)[:_AT_A_TIME]
    ]
    more = len(records) == _AT_A_TIME
    return Batch(records=records, last=records[-1].seq if more else max(head, after), more=more)


def _sealed_batch(after: int, upto: int, kinds: Collection[str], *, sealed: ManySealed) -> Batch:
    numbers = range(after + 1, upto + 1)
    found = [
        New(
            seq=seq,
            agency=agency,
            kind=kind,
            marks=frozenset(marks.split()),
            recorded_us=0,
            body=body,
        )
        for agency in Agency.objects.order_by("ref").values_list("ref", flat=True)
        for seq, (body, marks) in sealed(agency, numbers).items()
        if (kind := msgspec.json.decode(body, type=_Kind).kind) in kinds
    ]
    return Batch(records=sorted(found, key=lambda one: one.seq), last=upto, more=True)
