"""The files of a segment: where they lie, which columns they have, and writing them durably."""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from answerable.errors import AnswerableError
from answerable.intake.marks import Mark
from answerable.intake.unsealed import HotRow
from answerable.measure.tables.write import Column, Kind, write_columns
from answerable.record.digests import HexDigest, sha256_of_file
from answerable.record.manifests import Manifest, SealedFile
from answerable.record.receipts import entry, root_of
from answerable.record.tree import leaf_hash

RECORDS, ATTRIBUTES = "decisions", "attributes"
UNKNOWN_USE = "_unknown"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

RECORD_COLUMNS: Mapping[str, Kind] = {
    "seq": Kind.WHOLE,
    "kind": Kind.TEXT,
    "source": Kind.TEXT,
    "id": Kind.TEXT,
    "sequence": Kind.WHOLE,
    "version": Kind.TEXT,
    "subject": Kind.TEXT,
    "occurred_at": Kind.TIME,
    "recorded_at": Kind.TIME,
    "digest": Kind.TEXT,
    "marks": Kind.TEXT,
    "commit": Kind.WHOLE,
    "outcome": Kind.TEXT,
    "score": Kind.NUMBER,
    "channel": Kind.TEXT,
    "step": Kind.TEXT,
    "shadow": Kind.FLAG,
    "label": Kind.TEXT,
    "of_source": Kind.TEXT,
    "of_id": Kind.TEXT,
    "body": Kind.TEXT,
}
"""What is sealed of a record: what it arrived with, what its body says, and the body itself."""

ATTRIBUTE_COLUMNS: Mapping[str, Kind] = {
    "seq": Kind.WHOLE,
    "name": Kind.TEXT,
    "value": Kind.TEXT,
}


class SegmentInTheWay(AnswerableError):
    """A segment would overwrite one that the database does not know."""

    code = "intake.segment_in_the_way"
    message = "The log holds {file} already, and the database does not know of it."
    hint = "The database may be older than the log: restore a newer copy before anything else."


class _Of(msgspec.Struct):
    source: str
    id: str


class _Said(msgspec.Struct):
    """What the columns repeat of a body, whatever its kind."""

    outcome: str | None = None
    score: float | None = None
    channel: str | None = None
    step: str | None = None
    shadow: bool | None = None
    label: str | None = None
    decision: _Of | None = None


_said = msgspec.json.Decoder(_Said)

Cell = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What one segment is made of: the rows of an agency, a use and a day."""

    agency: str
    use: str
    day: date
    rows: tuple[HotRow, ...]

    @property
    def place(self) -> str:
        """The folder below the tree of records, and the part's name without its ending."""
        part = f"part-{self.rows[0].seq}-{self.rows[-1].seq}"
        return f"agency={self.agency}/use={self.use}/day={self.day.isoformat()}/{part}"


def groups_of(rows: Iterable[HotRow]) -> tuple[Group, ...]:
    """Sort rows into segments; those of a use that nobody knows lie together."""
    sorted_rows: dict[tuple[str, str, date], list[HotRow]] = defaultdict(list)
    for row in rows:
        use = UNKNOWN_USE if Mark.UNKNOWN_USE in row.marks.split() else row.use
        sorted_rows[row.agency, use, day_of(row.recorded_us)].append(row)
    return tuple(
        Group(agency=agency, use=use, day=day, rows=tuple(sorted_rows[agency, use, day]))
        for agency, use, day in sorted(sorted_rows)
    )


def day_of(moment_us: int) -> date:
    """Give the UTC day of a moment in microseconds.

    >>> day_of(1_700_000_000_000_000)
    datetime.date(2023, 11, 14)
    """
    return (EPOCH + timedelta(microseconds=moment_us)).date()


def cells_of(row: HotRow) -> tuple[Cell, ...]:
    """Write a record in the order of `RECORD_COLUMNS`."""
    said = _said.decode(row.body)
    of = said.decision
    return (
        row.seq,
        row.kind,
        row.source,
        row.record_id,
        row.sequence,
        row.version,
        row.subject,
        row.occurred_us,
        row.recorded_us,
        row.digest.hex(),
        row.marks,
        row.commit_id,
        said.outcome,
        said.score,
        said.channel,
        said.step,
        said.shadow,
        said.label,
        None if of is None else of.source,
        None if of is None else of.id,
        row.body.decode(),
    )


def leaf_of(*, kind: str, source: str, record_id: str, digest: str) -> bytes:
    """Give the leaf of a record in the tree of its receipt."""
    return leaf_hash(entry(kind=kind, source=source, id=record_id, digest=digest))


def write_segment(
    group: Group, attributes: Mapping[int, Mapping[str, str]], *, log: Path
) -> Manifest:
    """Write the files of a segment so that they outlast a power cut; the manifest is unsigned.

    The same rows give the same bytes, so an interrupted sealing can be done over.
    """
    records = f"{RECORDS}/{group.place}.parquet"
    beside = manifest_path(log / records)
    if beside.exists():
        raise SegmentInTheWay(file=beside.relative_to(log))
    cells = [cells_of(row) for row in group.rows]
    files = [_write(records, RECORD_COLUMNS, cells, log=log, mode=0o640)]
    told = [
        (row.seq, name, value)
        for row in group.rows
        for name, value in sorted(attributes.get(row.seq, {}).items())
    ]
    if told:
        place = f"{ATTRIBUTES}/{group.place}.parquet"
        files.append(_write(place, ATTRIBUTE_COLUMNS, told, log=log, mode=0o600))
    leaves = [
        leaf_of(kind=row.kind, source=row.source, record_id=row.record_id, digest=row.digest.hex())
        for row in group.rows
    ]
    return Manifest(
        agency=group.agency,
        use=group.use,
        day=group.day,
        first=group.rows[0].seq,
        last=group.rows[-1].seq,
        rows=len(group.rows),
        root=HexDigest(root_of(leaves).hex()),
        files=tuple(files),
    )


def write_rows_to(path: Path, rows: Sequence[HotRow]) -> None:
    """Write records as they would be sealed, for a reader that takes files only."""
    write_columns(path, _columns(RECORD_COLUMNS, [cells_of(row) for row in rows]))


def write_attributes_to(path: Path, attributes: Mapping[int, Mapping[str, str]]) -> None:
    """Write attributes as they would be sealed, for a reader that takes files only."""
    told = [(seq, name, value) for seq, each in attributes.items() for name, value in each.items()]
    write_columns(path, _columns(ATTRIBUTE_COLUMNS, told))


def manifest_path(records: Path) -> Path:
    """Say where the manifest of a segment lies: beside its records."""
    return records.with_suffix(".manifest.json")


def put_durably(content: bytes, path: Path) -> None:
    """Write a small file whole or not at all."""
    beside = _beside(path)
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(0o640)
    _move(beside, path)


def make_folder(path: Path) -> None:
    """Make a folder for the log alone, and every one above it that is missing, durably."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=0o750, exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make sure that what was added to or removed from a folder outlasts a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(
    place: str,
    columns: Mapping[str, Kind],
    cells: Sequence[tuple[Cell, ...]],
    *,
    log: Path,
    mode: int,
) -> SealedFile:
    path = log / place
    make_folder(path.parent)
    beside = _beside(path)
    write_columns(beside, _columns(columns, cells))
    beside.chmod(mode)
    descriptor = os.open(beside, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    _move(beside, path)
    return SealedFile(
        path=place,
        sha256=sha256_of_file(path),
        size=path.stat().st_size,
        rows=len(cells),
        columns=tuple((name, kind.value) for name, kind in columns.items()),
    )


def _columns(columns: Mapping[str, Kind], cells: Sequence[tuple[Cell, ...]]) -> list[Column]:
    by_column = list(zip(*cells, strict=True)) or [()] * len(columns)
    return [
        Column(name=name, kind=kind, cells=column)
        for (name, kind), column in zip(columns.items(), by_column, strict=True)
    ]


def _beside(path: Path) -> Path:
    # Its name is always the same, so that what a killed sealing left is written over.
    return path.with_name(f".{path.name}.tmp")


def _move(beside: Path, path: Path) -> None:
    beside.replace(path)
    sync_folder(path.parent)
