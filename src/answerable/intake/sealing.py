"""Sealing: hot rows become signed files, in steps of which each may be the last before a crash.

The files are written and synced, then the ledger and the database say that they hold the
records, and only then the hot rows go. How far a sealing goes is settled before it starts,
so whoever takes over after a crash writes the same files again.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.intake import segments, unsealed
from answerable.intake.log_entries import SegmentSealed
from answerable.intake.models import Sealing, Segment
from answerable.intake.segments import Group
from answerable.intake.unsealed import HotRow
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.record import manifests
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import SigningKey
from answerable.record.manifests import Manifest

ROWS_AT_ONCE = 50_000
"""Records sealed in one go: they are held in memory, and a part of the log has no more."""


class HotRowsMissing(AnswerableError):
    """Records that arrived are neither sealed nor in the hot rows."""

    code = "intake.hot_rows_missing"
    message = "{missing} of the records {first} to {last} are neither sealed nor in the database."
    hint = (
        "A database may have been restored from an older copy than the other parts: restore "
        "copies of one moment. Nothing is sealed until then, and nothing deleted."
    )


_LOCK = "sealing.lock"
_ONE = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """What a run has sealed, and the number up to which the log is sealed now."""

    segments: int
    records: int
    upto: int


def seal(
    *,
    log: Path,
    upto: int,
    key: SigningKey,
    by: Actor,
    at: datetime,
    rows_at_once: int = ROWS_AT_ONCE,
    reached: Callable[[str], object] = str,
) -> Sealed:
    """Seal the hot rows numbered up to ``upto``, and finish what was interrupted before.

    Parameters
    ----------
    log
        The folder of the decision log.
    upto
        The last record to be sealed; nothing above it is touched.
    key
        Signs the manifests.
    reached
        Told the name of each step that has been taken.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    made = records = 0
    with hold(log, alone=True):
        sealing, _ = Sealing.objects.get_or_create(pk=_ONE, defaults={"sealed": 0, "planned": 0})
        _finish(sealing, log=log, reached=reached)
        while _plan(sealing, upto=upto, most=rows_at_once):
            reached("planned")
            rows = list(unsealed.rows_between(after=sealing.sealed, upto=sealing.planned))
            _check_complete(rows, sealing)
            written = _write(rows, sealing, log=log, reached=reached)
            _enter(written, sealing, key=key, by=by, at=at)
            reached("entered")
            _finish(sealing, log=log, reached=reached)
            made += len(written)
            records += len(rows)
    return Sealed(segments=made, records=records, upto=sealing.sealed)


def sealed_upto() -> int:
    """Give the number up to which every record is in a segment; the rest is in hot rows."""
    return Sealing.objects.filter(pk=_ONE).values_list("sealed", flat=True).first() or 0


@contextmanager
def hold(log: Path, *, alone: bool) -> Iterator[None]:
    """Keep the log as it is: whoever seals or deletes is alone, readers only keep those away.

    The lock ends with the process that holds it, however that ends.
    """
    segments.make_folder(log)
    descriptor = os.open(log / _LOCK, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def _plan(sealing: Sealing, *, upto: int, most: int) -> bool:
    """Settle how far the next sealing goes, unless one that was interrupted has settled it."""
    if sealing.planned <= sealing.sealed:
        last = unsealed.last_of_next(after=sealing.sealed, upto=upto, most=most)
        if last is None:
            return False
        sealing.planned = last
        sealing.save(force_update=True)
    return True


def _check_complete(rows: Sequence[HotRow], sealing: Sealing) -> None:
    # Numbers are given in the transaction that stores the record, so none is skipped.
    missing = sealing.planned - sealing.sealed - len(rows)
    if missing:
        raise HotRowsMissing(missing=missing, first=sealing.sealed + 1, last=sealing.planned)


def _write(
    rows: Sequence[HotRow], sealing: Sealing, *, log: Path, reached: Callable[[str], object]
) -> list[tuple[Group, Manifest]]:
    attributes = unsealed.attributes_between(after=sealing.sealed, upto=sealing.planned)
    written = []
    for group in segments.groups_of(rows):
        written.append((group, segments.write_segment(group, attributes, log=log)))
        reached("written")
    return written


def _enter(
    written: Sequence[tuple[Group, Manifest]],
    sealing: Sealing,
    *,
    key: SigningKey,
    by: Actor,
    at: datetime,
) -> None:
    """Say in the ledger and the database that the files hold the records, all at once."""
    signed = [manifests.sign(manifest, key=key) for _, manifest in written]
    with transaction.atomic():
        for (group, manifest), document in zip(written, signed, strict=True):
            occurred = [row.occurred_us for row in group.rows]
            entered = append(_entry(manifest), by=by, at=at, agency=group.agency)
            Segment.objects.create(
                agency=group.agency,
                use=group.use,
                day=group.day,
                first=manifest.first,
                last=manifest.last,
                rows=manifest.rows,
                path=manifest.files[0].path,
                manifest=document,
                occurred_from_us=min(occurred),
                occurred_until_us=max(occurred),
                sealed_at=at,
                entry=entered.index,
            )
        sealing.sealed = sealing.planned
        sealing.save(force_update=True)


def _entry(manifest: Manifest) -> SegmentSealed:
    return SegmentSealed(
        use=manifest.use,
        day=manifest.day.isoformat(),
        first=manifest.first,
        last=manifest.last,
        rows=manifest.rows,
        path=manifest.files[0].path,
        sha256=manifest.files[0].sha256,
        root=manifest.root,
        manifest=sha256_of_bytes(manifest.to_payload()),
    )


def _finish(sealing: Sealing, *, log: Path, reached: Callable[[str], object]) -> None:
    """Lay the manifests beside the files they name, then delete the rows that are sealed."""
    for segment in Segment.objects.filter(deleted_at=None, laid=False).order_by("first"):
        path = segments.manifest_path(log / segment.path)
        segments.put_durably(bytes(segment.manifest), path)
        reached("laid")
        segment.laid = True
        segment.save(update_fields=["laid"])
    unsealed.delete_until(last=sealing.sealed)
    reached("deleted")
