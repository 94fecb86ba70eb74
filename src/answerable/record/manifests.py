"""Signed manifests of sealed segments: which files hold which records of a decision log."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TypeGuard

from answerable.errors import AnswerableError
from answerable.record import envelopes
from answerable.record.canonical import JsonValue, canonical_bytes, parse_canonical
from answerable.record.digests import (
    FileUnreadable,
    HexDigest,
    NotADigest,
    hex_digest,
    sha256_of_file,
)
from answerable.record.envelopes import EnvelopeNotSignedByKey
from answerable.record.keys import SigningKey, VerifierKey

PAYLOAD_TYPE = "application/vnd.answerable.manifest.v1+json"

_PART = re.compile(r"[A-Za-z0-9_=][A-Za-z0-9_=.,-]*")


class ManifestMalformed(AnswerableError):
    """A document is not the manifest of a segment."""

    code = "record.manifest_malformed"
    message = "This is not the manifest of a segment: {part} {reason}."
    hint = "Get the manifest again from the folder of the log or a copy of it."


class ManifestNotSigned(AnswerableError):
    """No key that is known has signed the manifest."""

    code = "record.manifest_not_signed"
    message = "The manifest is signed by none of the {count} known keys."
    hint = "It was changed, or belongs to another installation: do not rely on its files."


class SegmentFileMissing(AnswerableError):
    """A file that a manifest names is not there."""

    code = "record.segment_file_missing"
    message = "The log lacks {file}, which holds {rows} records by its manifest: {reason}."
    hint = "Restore it from a copy; the manifest's digest shows whether the copy is the same."


class SegmentFileChanged(AnswerableError):
    """A file of the log is not the one that was sealed."""

    code = "record.segment_file_changed"
    message = "{file} is not the file that was sealed: its SHA-256 begins {found}, not {expected}."
    hint = "Restore it from a copy, and find out who changed it."


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedFile:
    """One file of a segment. ``path`` is relative to the log's folder, with slashes.

    ``columns`` are the names and types in the order in which the file has them.
    """

    path: str
    sha256: HexDigest
    size: int
    rows: int
    columns: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Refuse a path that could lead out of the log."""
        parts = self.path.split("/")
        if not all(_PART.fullmatch(part) for part in parts):
            raise ManifestMalformed(part="a path", reason="is not one inside the log")


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What was sealed together: the records of one use and one day within a run of numbers.

    ``first`` and ``last`` are the smallest and largest sequence number of the segment's
    records, which lie in ``files[0]``; ``root`` is the root of the tree (RFC 9162) over
    the leaves of their receipts in that order.
    """

    agency: str
    use: str
    day: date
    first: int
    last: int
    rows: int
    root: HexDigest
    files: tuple[SealedFile, ...]

    def __post_init__(self) -> None:
        """Refuse numbers that cannot belong to one segment."""
        if not self.files or self.files[0].rows != self.rows:
            raise ManifestMalformed(part="files", reason="do not hold the records")
        if not 1 <= self.rows <= self.last - self.first + 1:
            raise ManifestMalformed(part="rows", reason="do not fit the numbers of the records")

    def folder_of_log(self, own: Path) -> Path:
        """Give the log's folder from the place of the manifest, beside its first file."""
        return own.parents[len(PurePosixPath(self.files[0].path).parts) - 1]

    def to_payload(self) -> bytes:
        """Write the canonical payload bytes."""
        fields: dict[str, JsonValue] = {
            "agency": self.agency,
            "use": self.use,
            "day": self.day.isoformat(),
            "first": self.first,
            "last": self.last,
            "rows": self.rows,
            "root": self.root,
            "files": [
                {
                    "path": file.path,
                    "sha256": file.sha256,
                    "size": file.size,
                    "rows": file.rows,
                    "columns": [list(column) for column in file.columns],
                }
                for file in self.files
            ],
        }
        return canonical_bytes(fields)


def sign(manifest: Manifest, *, key: SigningKey) -> bytes:
    """Write the signed manifest.

    Examples
    --------
    >>> from answerable.record.digests import sha256_of_bytes
    >>> file = SealedFile(
    ...     path="decisions/part-7-8.parquet", sha256=sha256_of_bytes(b"PAR1"), size=4, rows=2,
    ...     columns=(("seq", "BIGINT"),),
    ... )
    >>> manifest = Manifest(
    ...     agency="north", use="north.benefit-check", day=date(2026, 11, 23), first=7, last=8,
    ...     rows=2, root=sha256_of_bytes(b""), files=(file,),
    ... )
    >>> key = SigningKey.make("agency.example/ledger")
    >>> open_signed(sign(manifest, key=key), keys=[key.verifier]) == manifest
    True
    """
    return envelopes.sign(manifest.to_payload(), payload_type=PAYLOAD_TYPE, keys=[key]).to_bytes()


def open_signed(data: bytes, *, keys: Sequence[VerifierKey]) -> Manifest:
    """Read a manifest that one of the keys has signed."""
    envelope = envelopes.read(data)
    if envelope.payload_type != PAYLOAD_TYPE:
        raise ManifestMalformed(part="payloadType", reason=f"is not {PAYLOAD_TYPE}")
    for key in keys:
        try:
            envelopes.verify(envelope, key=key)
        except EnvelopeNotSignedByKey:
            continue
        return _manifest(parse_canonical(envelope.payload))
    raise ManifestNotSigned(count=len(keys))


def check_files(manifest: Manifest, *, folder: Path) -> None:
    """Refuse a segment with a file missing or changed. ``folder`` is the log's."""
    for file in manifest.files:
        check_file(file, folder=folder)


def check_file(file: SealedFile, *, folder: Path) -> None:
    """Refuse a file that is missing or not the one that was sealed."""
    try:
        found = sha256_of_file(folder / file.path)
    except FileUnreadable as error:
        raise SegmentFileMissing(
            file=file.path, rows=file.rows, reason=error.fields["reason"]
        ) from error
    if found != file.sha256:
        raise SegmentFileChanged(file=file.path, found=found[:16], expected=file.sha256[:16])


def _manifest(value: JsonValue) -> Manifest:
    fields = _object(value, "the document")
    files = fields.get("files")
    if not isinstance(files, list):
        raise ManifestMalformed(part="files", reason="is not a list")
    try:
        day = date.fromisoformat(_text(fields, "day"))
    except ValueError as error:
        raise ManifestMalformed(part="day", reason="is no day") from error
    return Manifest(
        agency=_text(fields, "agency"),
        use=_text(fields, "use"),
        day=day,
        first=_number(fields, "first"),
        last=_number(fields, "last"),
        rows=_number(fields, "rows"),
        root=_digest(fields, "root"),
        files=tuple(_file(item) for item in files),
    )


def _file(value: JsonValue) -> SealedFile:
    fields = _object(value, "a file")
    columns = fields.get("columns")
    if not isinstance(columns, list) or not all(_is_pair(column) for column in columns):
        raise ManifestMalformed(part="columns", reason="is not a list of names and types")
    return SealedFile(
        path=_text(fields, "path"),
        sha256=_digest(fields, "sha256"),
        size=_number(fields, "size"),
        rows=_number(fields, "rows"),
        columns=tuple((str(name), str(kind)) for name, kind in filter(_is_pair, columns)),
    )


def _is_pair(value: JsonValue) -> TypeGuard[list[str]]:
    pair = 2
    return (
        isinstance(value, list)
        and len(value) == pair
        and all(isinstance(item, str) for item in value)
    )


def _object(value: JsonValue, part: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise ManifestMalformed(part=part, reason="is not an object")
    return value


def _text(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise ManifestMalformed(part=name, reason="is missing or is not text")
    return value


def _number(fields: Mapping[str, JsonValue], name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ManifestMalformed(part=name, reason="is missing or is no number")
    return value


def _digest(fields: Mapping[str, JsonValue], name: str) -> HexDigest:
    try:
        return hex_digest(_text(fields, name))
    except NotADigest as error:
        raise ManifestMalformed(part=name, reason="is no digest") from error
