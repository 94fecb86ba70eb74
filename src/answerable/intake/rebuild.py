"""Rebuilding one record from the log: whether everything that was promised of it holds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

import msgspec

from answerable.errors import AnswerableError
from answerable.intake import sealing, segments
from answerable.intake.bodies import KeptDecision, KeptEffect, KeptOutcome, KeptReview, microseconds
from answerable.intake.hot.models import Commit, Record
from answerable.intake.log_entries import SegmentSealed
from answerable.intake.marks import Mark
from answerable.intake.models import Segment
from answerable.intake.segments import RECORD_COLUMNS, cells_of, leaf_of
from answerable.intake.unsealed import HotRow
from answerable.ledger.entries import EntryUnreadable, WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.rows import LogUnreadable, read_rows
from answerable.record import envelopes, manifests, receipts
from answerable.record.canonical import NotCanonical, NotJson
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import VerifierKey
from answerable.record.manifests import Manifest

_TOKEN = re.compile(r"[0-9a-f]{32}")
_REPEAT = 36
_INDEX = 4


class Problem(StrEnum):
    """What does not hold of a record, or of the file it lies in."""

    SEGMENT_CHANGED = "segment_changed"
    SEGMENT_MISSING = "segment_missing"
    SEGMENT_NOT_IN_LEDGER = "segment_not_in_ledger"
    RECORD_MISSING = "record_missing"
    DIGEST_DIFFERS = "digest_differs"
    BODY_UNREADABLE = "body_unreadable"
    COLUMNS_DIFFER = "columns_differ"
    VERSION_UNKNOWN = "version_unknown"
    SUBJECT_MALFORMED = "subject_malformed"
    COMMIT_MISSING = "commit_missing"
    COMMIT_NOT_SIGNED = "commit_not_signed"
    RECEIPT_DOES_NOT_FIT = "receipt_does_not_fit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """What a record is held against: the log's folder, the keys, and the known versions."""

    log: Path
    manifest_keys: Sequence[VerifierKey]
    receipt_keys: Sequence[VerifierKey]
    versions: frozenset[str]
    limits: Limits


_Body: TypeAlias = KeptDecision | KeptOutcome | KeptReview | KeptEffect

_BODIES: dict[str, msgspec.json.Decoder[_Body]] = {
    "decision": msgspec.json.Decoder(KeptDecision),
    "outcome": msgspec.json.Decoder(KeptOutcome),
    "review": msgspec.json.Decoder(KeptReview),
    "effect": msgspec.json.Decoder(KeptEffect),
}


def problems_of_segment(segment: Segment, *, reference: Reference) -> tuple[Problem, ...]:
    """Say whether the files, the manifest and the ledger tell the same of a segment."""
    try:
        manifest = manifests.open_signed(bytes(segment.manifest), keys=reference.manifest_keys)
        manifests.check_files(manifest, folder=reference.log)
    except AnswerableError:
        return (Problem.SEGMENT_CHANGED,)
    if manifest.files[0].path != segment.path:
        return (Problem.SEGMENT_CHANGED,)
    return () if _in_ledger(segment, manifest) else (Problem.SEGMENT_NOT_IN_LEDGER,)


def segments_missing(agency: str) -> int:
    """Count the segments of an agency that the ledger tells of and the database does not know."""
    told = EntryRow.objects.filter(agency=agency, kind=SegmentSealed.kind).count()
    return told - Segment.objects.filter(agency=agency).count()


def sealed_row(
    segment: Segment, place: int, *, reference: Reference
) -> tuple[HotRow, tuple[object, ...]] | None:
    """Read the record at a place of a segment, counted from 0, and its columns as they stand."""
    rows = read_rows(
        [reference.log / segment.path],
        RECORD_COLUMNS,
        limits=reference.limits,
        only=("file_row_number", [place]),
    )
    return next(((_as_hot(segment, row), row) for row in rows), None)


def problems_of_row(
    row: HotRow, sealed: tuple[object, ...] | None, *, reference: Reference
) -> Iterator[Problem]:
    """Say what does not hold of a record; ``sealed`` are its columns if it lies in a file."""
    if sha256(row.body).digest() != row.digest:
        yield Problem.DIGEST_DIFFERS
    try:
        body = _BODIES[row.kind].decode(row.body)
        same = sealed in {None, cells_of(row)} and _says(row, body)
    except (KeyError, msgspec.DecodeError):
        yield Problem.BODY_UNREADABLE
    else:
        if not same:
            yield Problem.COLUMNS_DIFFER
        if isinstance(body, KeptDecision):
            # What was decided before enrolment has versions that nobody enrolled.
            known = Mark.HISTORIC in row.marks.split() or row.version in reference.versions
            if not known:
                yield Problem.VERSION_UNKNOWN
            if not _TOKEN.fullmatch(row.subject):
                yield Problem.SUBJECT_MALFORMED
    yield from _problems_of_receipt(row, reference=reference)


def _in_ledger(segment: Segment, manifest: Manifest) -> bool:
    row = EntryRow.objects.filter(index=segment.entry, agency=segment.agency).first()
    try:
        entry = None if row is None else WrittenEntry.read(bytes(row.payload))
    except (EntryUnreadable, NotCanonical, NotJson):
        return False
    digest = sha256_of_bytes(manifest.to_payload())
    return entry is not None and entry.fields.get("manifest") == digest


def _as_hot(segment: Segment, row: tuple[object, ...]) -> HotRow:
    cells = dict(zip(RECORD_COLUMNS, row, strict=True))
    number = partial(_number, cells)
    return HotRow(
        seq=number("seq"),
        agency=segment.agency,
        kind=str(cells["kind"]),
        source=str(cells["source"]),
        record_id=str(cells["id"]),
        sequence=None if cells["sequence"] is None else number("sequence"),
        use=segment.use,
        version=str(cells["version"]),
        subject=str(cells["subject"]),
        digest=bytes.fromhex(str(cells["digest"])),
        marks=str(cells["marks"]),
        occurred_us=number("occurred_at"),
        recorded_us=number("recorded_at"),
        commit_id=number("commit"),
        body=str(cells["body"]).encode(),
    )


def _number(cells: dict[str, object], name: str) -> int:
    return int(str(cells[name]))


def _says(row: HotRow, body: _Body) -> bool:
    """Whether the columns that came beside the body say what it says."""
    decided = body if isinstance(body, KeptDecision) else None
    told = (body.kind, body.agency, body.source, body.id, body.sequence)
    known = row.use in {body.use, segments.UNKNOWN_USE}
    return (
        told == (row.kind, row.agency, row.source, row.record_id, row.sequence)
        and known
        and microseconds(body.occurred_at) == row.occurred_us
        and ("" if decided is None else decided.version) == row.version
        and ("" if decided is None else decided.person) == row.subject
    )


def _problems_of_receipt(row: HotRow, *, reference: Reference) -> Iterator[Problem]:
    """Compute the root of the record's commit from the log, and hold it against what was signed."""
    commit = Commit.objects.filter(commit_id=row.commit_id).first()
    if commit is None:
        yield Problem.COMMIT_MISSING
        return
    try:
        envelope = envelopes.read(bytes(commit.envelope))
        header = receipts.Commit.from_payload(envelope.payload)
    except AnswerableError:
        yield Problem.COMMIT_NOT_SIGNED
        return
    signed = envelopes.pae(envelope.payload_type, envelope.payload)
    if envelope.payload_type != receipts.PAYLOAD_TYPE or not any(
        key.has_signed(signed, signature=one.value)
        for key in reference.receipt_keys
        for one in envelope.signatures
    ):
        yield Problem.COMMIT_NOT_SIGNED
        return
    try:
        leaves = _leaves(row, header.size, bytes(commit.repeated), reference=reference)
    except LogUnreadable:
        leaves = []
    if leaves is not None and (
        len(leaves) != header.size or receipts.root_of(leaves) != header.root
    ):
        yield Problem.RECEIPT_DOES_NOT_FIT


def _leaves(row: HotRow, size: int, repeated: bytes, *, reference: Reference) -> list[bytes] | None:
    """Collect the leaves of a commit in their order; None where part of it was deleted."""
    # The records of a commit are numbered without a gap, so none lies further away.
    near = Segment.objects.filter(first__lt=row.seq + size, last__gt=row.seq - size)
    if near.exclude(deleted_at=None).exists():
        return None
    names = ("seq", "kind", "source", "id", "digest")
    paths = [reference.log / path for path in near.values_list("path", flat=True)]
    found: list[tuple[object, ...]] = list(
        read_rows(
            [path for path in paths if path.exists()],
            {name: RECORD_COLUMNS[name] for name in names},
            limits=reference.limits,
            only=("commit", [row.commit_id]),
        )
    )
    hot = Record.objects.filter(
        commit_id=row.commit_id, seq__gt=max(sealing.sealed_upto(), row.seq - size)
    ).filter(seq__lt=row.seq + size)
    for seq, kind, source, identity, digest in hot.values_list(
        "seq", "kind", "source", "record_id", "digest"
    ):
        found.append((seq, kind, source, identity, bytes(digest).hex()))
    leaves = [
        leaf_of(kind=str(kind), source=str(source), record_id=str(identity), digest=str(digest))
        for _, kind, source, identity, digest in sorted(found, key=lambda one: int(str(one[0])))
    ]
    for at in range(0, len(repeated), _REPEAT):
        index = int.from_bytes(repeated[at : at + _INDEX])
        leaves.insert(index, repeated[at + _INDEX : at + _REPEAT])
    return leaves
