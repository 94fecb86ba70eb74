"""Records in the hot rows and in the log, by name."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from answerable.intake import bodies, sealing, wire
from answerable.intake.arrival import seen_key
from answerable.intake.hot.models import Attribute, Commit, Record, Seen
from answerable.intake.sealing import Sealed
from answerable.people.actors import Actor
from answerable.record import receipts
from answerable.record.keys import SigningKey
from answerable.record.receipts import root_of
from answerable.record.tree import leaf_hash

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = SigningKey.make("agency.example/ledger")
RECEIPTS = SigningKey.make("agency.example/receipts")
SEALER = Actor.operator("answerable/sealer")
USE = "north.benefit-check"
VERSION = "5" * 64
ANNA = "a1" * 16
BENNO = "b2" * 16


def a_decision(number: int, *, use: str = USE, **fields: object) -> wire.Decision:
    given = {
        "occurred_at": MONDAY + timedelta(seconds=number),
        "outcome": "granted",
        "person": "person-7",
        "version": VERSION,
        **fields,
    }
    return wire.Decision(source="desk-1", id=f"d-{number}", use=use, **given)  # type: ignore[arg-type]


def an_outcome(number: int, *, of: int, label: str, found: int = 0) -> wire.Outcome:
    at = MONDAY + timedelta(hours=1, seconds=found)
    return wire.Outcome(
        source="court",
        id=f"o-{number}",
        use=USE,
        occurred_at=at,
        found_at=at,
        decision=wire.DecisionRef(source="desk-1", id=f"d-{of}"),
        label=label,
    )


def arrive(
    *records: wire.Record,
    at: datetime = MONDAY,
    token: str = ANNA,
    reviewer: str = "c3" * 16,
    marks: str = "",
    attributes: Mapping[str, str] | None = None,
    repeating: Sequence[tuple[int, Record]] = (),
) -> list[Record]:
    """Store records as one commit of the gateway does, each with a row of what was seen.

    ``repeating`` are records that came before and stood at these places of the request.
    """
    first = (Record.objects.order_by("-seq").values_list("seq", flat=True).first() or 0) + 1
    first = max(first, sealing.sealed_upto() + 1)
    made = [
        _hot(record, seq=first + place, commit=first, at=at, token=token, by=reviewer, marks=marks)
        for place, record in enumerate(records)
    ]
    Record.objects.bulk_create(made)
    Seen.objects.bulk_create(
        Seen(
            key=seen_key(agency=row.agency, source=row.source, id=row.record_id),
            digest=row.digest[:16],
            seq=row.seq,
            recorded_us=row.recorded_us,
            commit_id=row.commit_id,
        )
        for row in made
    )
    if attributes:
        body = bodies.attributes_bytes(dict(attributes))
        Attribute.objects.bulk_create(Attribute(seq=row.seq, body=body) for row in made)
    leaves = [_leaf(row) for row in made]
    repeated = b""
    for place, row in repeating:
        leaves.insert(place, _leaf(row))
        repeated += place.to_bytes(4) + _leaf(row)
    header = receipts.Commit(
        log=RECEIPTS.name, recorded_at=at, size=len(leaves), root=root_of(leaves), checkpoint=""
    )
    Commit.objects.create(
        commit_id=first,
        recorded_us=bodies.microseconds(at),
        envelope=receipts.sign(header, key=RECEIPTS).to_bytes(),
        repeated=repeated,
    )
    return made


def _leaf(row: Record) -> bytes:
    named = receipts.entry(
        kind=row.kind, source=row.source, id=row.record_id, digest=row.digest.hex()
    )
    return leaf_hash(named)


def sealed(
    log: Path,
    *,
    upto: int = 2**62,
    at: datetime = MONDAY,
    rows_at_once: int = sealing.ROWS_AT_ONCE,
) -> Sealed:
    return sealing.seal(log=log, upto=upto, key=KEY, by=SEALER, at=at, rows_at_once=rows_at_once)


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _hot(
    record: wire.Record,
    *,
    seq: int,
    commit: int,
    at: datetime,
    token: str,
    by: str,
    marks: str,
) -> Record:
    agency = record.use.partition(".")[0]
    person = token if isinstance(record, wire.Decision) else ""
    body = bodies.body_of(record, agency=agency, person=person, reviewer=by)
    return Record(
        seq=seq,
        agency=agency,
        kind=record.kind,
        source=record.source or "",
        record_id=record.id or "",
        sequence=record.sequence,
        use=record.use,
        version=record.version if isinstance(record, wire.Decision) else "",
        subject=person,
        digest=hashlib.sha256(body).digest(),
        marks=marks,
        occurred_us=bodies.microseconds(record.occurred_at),
        recorded_us=bodies.microseconds(at),
        commit_id=commit,
        body=body,
    )
