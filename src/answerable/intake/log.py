"""Reading the log: sealed files as their manifests name them, and the hot rows beyond."""

import shutil
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from django.db.models import Q, QuerySet

from answerable.intake import sealing, unsealed
from answerable.intake.addresses import Address
from answerable.intake.marks import Mark
from answerable.intake.models import Segment
from answerable.intake.segments import RECORD_COLUMNS, write_attributes_to, write_rows_to
from answerable.intake.unsealed import HotRow
from answerable.measure.tables.joined import join_decisions
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.rows import read_rows
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.record import manifests
from answerable.record.digests import HexDigest
from answerable.record.keys import VerifierKey
from answerable.record.manifests import Manifest, ManifestMalformed
from answerable.record.receipts import Item

# Caseworkers see the cases before them, not what groups everybody belongs to.
READERS = (Role.OWNER, Role.APPROVER, Role.REVIEWER, Role.AUDITOR)

_LAST = 2**62
_ROWS_A_FILE = 50_000
# To open a connection takes longer than to read a day's file.
_FILES_AT_ONCE = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Materialised:
    """Where the decisions of an address lie for the moment, and how many were left out."""

    path: Path
    left_out: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentFiles:
    """The files of a sealed segment, just compared with its manifest."""

    segment: Segment
    records: Path
    attributes: tuple[Path, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldLog:
    """The log of a use, as it stays until it is let go: no record is sealed or deleted."""

    use: str
    folder: Path
    keys: Sequence[VerifierKey]

    def sealed(self, which: Q) -> Iterator[SegmentFiles]:
        """Give the files of those segments that fit ``which``, oldest first.

        One that is not the file that was sealed is refused before it is given.
        """
        return _checked(_segments(self.use).filter(which), log=self.folder, keys=self.keys)

    def write_unsealed(self, folder: Path) -> tuple[list[Path], list[Path]]:
        """Write the rows that are not sealed to files of records and of attributes.

        At least one file of records, so that the log is never without.
        """
        return _unsealed_files(self.use, folder)


@contextmanager
def held_log(use: str, *, log: Path, keys: Sequence[VerifierKey]) -> Iterator[HeldLog]:
    """Hold the log as it is, to read the files of a use.

    For rooms that look at files themselves; whoever reads has been let in before.

    Raises
    ------
    SegmentFileChanged, SegmentFileMissing, ManifestNotSigned
        As soon as a segment is given that is not what was sealed.
    """
    with sealing.hold(log, alone=False):
        yield HeldLog(use=use, folder=log, keys=keys)


@contextmanager
def materialise(
    address: Address,
    *,
    log: Path,
    keys: Sequence[VerifierKey],
    viewer: Actor,
    limits: Limits,
) -> Iterator[Materialised]:
    """Write the decisions of an address to a temporary Parquet file that only the owner can read.

    One row per decision: what was decided, the latest label, score, version, channel, step,
    when, and a column for each group attribute. Nobody's token and no record's name is in
    it. The file goes when the block ends.

    Decisions with an outcome that the use does not have are left out and counted: the log
    keeps them, and their mark opens a finding.

    Parameters
    ----------
    log
        The folder of the decision log.
    keys
        The keys that may have signed its manifests.

    Raises
    ------
    SegmentFileChanged, SegmentFileMissing, ManifestNotSigned
        Part of the log is not what was sealed; it is named, and nothing is written.
    """
    need_reader(viewer, agency=address.agency)
    since_us, until_us = address.period_us
    with tempfile.TemporaryDirectory(prefix="answerable-log-") as name:
        target = Path(name) / f"{address.use}.parquet"
        working = Path(name) / "working"
        working.mkdir()
        with held_log(address.use, log=log, keys=keys) as held:
            records, attributes = held.write_unsealed(working)
            # Outcomes come later than decisions, so only what is older is left out.
            for files in held.sealed(Q(occurred_until_us__gte=since_us)):
                records.append(files.records)
                attributes += files.attributes
            joined = join_decisions(
                records=records,
                attributes=attributes,
                since_us=since_us,
                until_us=until_us,
                shadow=address.shadow,
                known_us=address.known_us,
                leave_out=Mark.UNKNOWN_OUTCOME.value,
                target=target,
                limits=limits,
                spill=working,
            )
        # It names people's tokens, and nobody needs it any more.
        shutil.rmtree(working)
        target.chmod(0o600)
        yield Materialised(path=target, left_out=joined.left_out)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogRecord:
    """One record of the log, sealed or not. ``body`` is byte for byte what was hashed."""

    seq: int
    agency: str
    kind: str
    source: str
    id: str
    subject: str
    digest: HexDigest
    occurred_us: int
    recorded_us: int
    commit: int
    body: bytes

    @property
    def item(self) -> Item:
        """The record as receipts name it."""
        return Item(kind=self.kind, source=self.source, id=self.id, digest=self.digest)


def records(
    *,
    agency: str,
    use: str | None = None,
    log: Path,
    keys: Sequence[VerifierKey],
    viewer: Actor,
    limits: Limits,
    since_us: int = -_LAST,
    until_us: int = _LAST,
) -> Iterator[LogRecord]:
    """Read the records of an agency, or of one use of it, that occurred in a half-open period.

    Each comes once, whether sealed or not, and the log stays as it is meanwhile. A file
    that is not the one that was sealed is refused before any of its records is given.
    """
    need_reader(viewer, agency=agency)
    with sealing.hold(log, alone=False):
        known = _segments(use).filter(
            agency=agency, occurred_until_us__gte=since_us, occurred_from_us__lt=until_us
        )
        checked = (one.records for one in _checked(known, log=log, keys=keys))
        while paths := list(islice(checked, _FILES_AT_ONCE)):
            for row in read_rows(paths, _READ, limits=limits):
                record = _log_record(agency, row)
                if since_us <= record.occurred_us < until_us:
                    yield record
        for hot in unsealed.rows_between(after=sealing.sealed_upto(), upto=_LAST, use=use):
            if hot.agency == agency and since_us <= hot.occurred_us < until_us:
                yield of_hot(hot)


def sealed_record(
    agency: str, seq: int, *, log: Path, keys: Sequence[VerifierKey], limits: Limits
) -> tuple[bytes, str] | None:
    """Give the body and the marks of one sealed record of an agency; None where it is not.

    For parts of Answerable that know a record's number, such as the decision API; whoever
    asks has been let in before. The file is compared with its manifest first.
    """
    return sealed_records(agency, [seq], log=log, keys=keys, limits=limits).get(seq)


def sealed_records(
    agency: str,
    wanted: Sequence[int],
    *,
    log: Path,
    keys: Sequence[VerifierKey],
    limits: Limits,
) -> dict[int, tuple[bytes, str]]:
    """Give the same of several records, by their numbers; each file is compared once."""
    numbers = sorted(set(wanted))
    found: dict[int, tuple[bytes, str]] = {}
    if not numbers:
        return found
    columns = {name: RECORD_COLUMNS[name] for name in ("seq", "body", "marks")}
    near = _segments(None).filter(agency=agency, first__lte=numbers[-1], last__gte=numbers[0])
    places = near.values_list("pk", "first", "last")
    with sealing.hold(log, alone=False):
        # Segments lie between each other: one may hold none of what is between its ends.
        some = [pk for pk, first, last in places if _any_within(numbers, first, last)]
        paths = [one.records for one in _checked(near.filter(pk__in=some), log=log, keys=keys)]
        for seq, body, marks in read_rows(paths, columns, limits=limits, only=("seq", numbers)):
            found[int(str(seq))] = (str(body).encode(), str(marks))
    return found


def _any_within(numbers: Sequence[int], first: int, last: int) -> bool:
    return bisect_left(numbers, first) < bisect_right(numbers, last)


def need_reader(viewer: Actor, *, agency: str) -> None:
    """Refuse whoever has no business in the log of an agency."""
    if not viewer.may(Role.OPERATOR, agency=INSTALLATION):
        viewer.need(*READERS, agency=agency)


def of_hot(row: HotRow) -> LogRecord:
    """Give a row that is not sealed the form of one that is."""
    return LogRecord(
        seq=row.seq,
        agency=row.agency,
        kind=row.kind,
        source=row.source,
        id=row.record_id,
        subject=row.subject,
        digest=HexDigest(row.digest.hex()),
        occurred_us=row.occurred_us,
        recorded_us=row.recorded_us,
        commit=row.commit_id,
        body=row.body,
    )


_READ = {
    name: RECORD_COLUMNS[name]
    for name in (
        "seq",
        "kind",
        "source",
        "id",
        "subject",
        "digest",
        "occurred_at",
        "recorded_at",
        "commit",
        "body",
    )
}


def _log_record(agency: str, row: tuple[object, ...]) -> LogRecord:
    seq, kind, source, identity, subject, digest, occurred, recorded, commit, body = row
    return LogRecord(
        seq=int(str(seq)),
        agency=agency,
        kind=str(kind),
        source=str(source),
        id=str(identity),
        subject=str(subject),
        digest=HexDigest(str(digest)),
        occurred_us=int(str(occurred)),
        recorded_us=int(str(recorded)),
        commit=int(str(commit)),
        body=str(body).encode(),
    )


def _segments(use: str | None) -> QuerySet[Segment]:
    kept = Segment.objects.filter(deleted_at=None).order_by("first")
    return kept if use is None else kept.filter(use=use)


def _checked(
    known: QuerySet[Segment], *, log: Path, keys: Sequence[VerifierKey]
) -> Iterator[SegmentFiles]:
    for segment in known.iterator():
        manifest = _opened(bytes(segment.manifest), tuple(keys))
        if manifest.files[0].path != segment.path:
            raise ManifestMalformed(part="its path", reason="is another segment's")
        manifests.check_files(manifest, folder=log)
        records, *attributes = (log / file.path for file in manifest.files)
        yield SegmentFiles(segment=segment, records=records, attributes=tuple(attributes))


# The same bytes under the same keys need be verified once; the files are compared each time.
@lru_cache(maxsize=8_192)
def _opened(manifest: bytes, keys: tuple[VerifierKey, ...]) -> Manifest:
    return manifests.open_signed(manifest, keys=keys)


def _unsealed_files(use: str, folder: Path) -> tuple[list[Path], list[Path]]:
    after = sealing.sealed_upto()
    rows = (
        row
        for row in unsealed.rows_between(after=after, upto=_LAST, use=use)
        if Mark.UNKNOWN_USE not in row.marks.split()
    )
    records: list[Path] = []
    attributes: list[Path] = []
    while (part := list(islice(rows, _ROWS_A_FILE))) or not records:
        records.append(folder / f"records-{len(records)}.parquet")
        write_rows_to(records[-1], part)
        if part:
            told = unsealed.attributes_between(after=part[0].seq - 1, upto=part[-1].seq)
            of_use = {row.seq: told[row.seq] for row in part if row.seq in told}
            if of_use:
                attributes.append(folder / f"attributes-{len(records)}.parquet")
                write_attributes_to(attributes[-1], of_use)
    return records, attributes
