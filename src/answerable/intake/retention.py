"""Retention: what was kept long enough is deleted, and anyone can see how old the oldest is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import router, transaction
from django.db.models import Min

from answerable.intake import sealing
from answerable.intake.arrival import seen_key
from answerable.intake.hot.models import Head, Record, Seen, Subject
from answerable.intake.log_entries import SegmentDeleted
from answerable.intake.models import Segment
from answerable.intake.segments import RECORD_COLUMNS, day_of, sync_folder
from answerable.ledger.append import append
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.rows import read_rows
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.record import manifests
from answerable.record.digests import sha256_of_bytes
from answerable.record.envelopes import read as read_envelope
from answerable.record.keys import VerifierKey

LATE_AFTER = timedelta(days=1)
"""Deletion runs once a day, so what fell due within the last day is not late."""

_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """How old the oldest record of a use is, against the limit (row P2.3b).

    ``verdict`` is *met*, *not_met* or *cannot_say*; for the last, ``needs`` says what is
    missing.
    """

    use: str
    oldest: date | None
    limit_days: int | None
    verdict: str
    needs: str = ""


def delete_past(
    *,
    log: Path,
    days: Mapping[str, int],
    keys: Sequence[VerifierKey],
    by: Actor,
    at: datetime,
    limits: Limits,
) -> int:
    """Delete the segments whose every record is past its use's limit; count them.

    Their manifests stay, and an entry for each, so the ledger still proves what there was.
    With the last record of a person in a use goes what tied the token to them. A deletion
    that was interrupted is finished; running it twice does nothing more.

    Parameters
    ----------
    days
        How long records of each use are kept, counted from when they were recorded. A use
        that is not named keeps its records, which `judge_retention` shows.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    with sealing.hold(log, alone=True):
        deleted = 0
        for use, most in sorted(days.items()):
            due = Segment.objects.filter(use=use, deleted_at=None, day__lt=first_day(most, at=at))
            for segment in due.order_by("first"):
                _enter(segment, days=most, by=by, at=at)
                deleted += 1
            _clear(use, log=log, keys=keys, limits=limits)
    return deleted


def oldest_record(use: str) -> date | None:
    """Give the UTC day on which the oldest record that is still there was recorded."""
    kept = Segment.objects.filter(use=use, files_gone=False)
    days = [kept.aggregate(oldest=Min("day"))["oldest"]]
    hot = Record.objects.filter(use=use, seq__gt=sealing.sealed_upto())
    recorded = hot.aggregate(oldest=Min("recorded_us"))["oldest"]
    days.append(None if recorded is None else day_of(recorded))
    return min((day for day in days if day is not None), default=None)


def judge_retention(*, use: str, limit_days: int | None, at: datetime) -> Kept:
    """Compare the oldest record of a use with its limit.

    No limit, or nothing recorded yet, is *cannot say*: neither shows that anything is
    ever deleted.
    """
    oldest = oldest_record(use)
    if limit_days is None:
        needs = "a limit on how long records of this use are kept"
        return Kept(use=use, oldest=oldest, limit_days=None, verdict="cannot_say", needs=needs)
    if oldest is None:
        needs = "records of this use"
        return Kept(use=use, oldest=None, limit_days=limit_days, verdict="cannot_say", needs=needs)
    late = oldest < first_day(limit_days, at=at - LATE_AFTER)
    verdict = "not_met" if late else "met"
    return Kept(use=use, oldest=oldest, limit_days=limit_days, verdict=verdict)


def first_day(days: int, *, at: datetime) -> date:
    """Give the first day that may still be kept, partly at least.

    >>> from datetime import UTC
    >>> first_day(30, at=datetime(2026, 3, 31, 9, tzinfo=UTC))
    datetime.date(2026, 3, 1)
    """
    return (at - timedelta(days=days)).date()


def _enter(segment: Segment, *, days: int, by: Actor, at: datetime) -> None:
    entry = SegmentDeleted(
        use=segment.use,
        day=segment.day.isoformat(),
        rows=segment.rows,
        days=days,
        path=segment.path,
        manifest=sha256_of_bytes(read_envelope(bytes(segment.manifest)).payload),
    )
    with transaction.atomic():
        segment.deleted_at = at
        segment.save(update_fields=["deleted_at"])
        append(entry, by=by, at=at, agency=segment.agency)


def _clear(use: str, *, log: Path, keys: Sequence[VerifierKey], limits: Limits) -> None:
    """Take away what deleted segments of a use leave behind, their files last."""
    gone = list(Segment.objects.filter(use=use, files_gone=False).exclude(deleted_at=None))
    if not gone:
        return
    tokens: set[str] = set()
    for segment in gone:
        path = log / segment.path
        if path.exists():
            columns = {name: RECORD_COLUMNS[name] for name in ("source", "id", "subject")}
            rows = list(read_rows([path], columns, limits=limits))
            _forget_seen(segment.agency, [(str(row[0]), str(row[1])) for row in rows])
            tokens.update(str(row[2]) for row in rows if row[2])
    _unlink_people(tokens, use=use, log=log, limits=limits)
    for segment in gone:
        manifest = manifests.open_signed(bytes(segment.manifest), keys=keys)
        for file in manifest.files:
            path = log / file.path
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)
        segment.files_gone = True
        segment.save(update_fields=["files_gone"])


def _forget_seen(agency: str, records: Sequence[tuple[str, str]]) -> None:
    keys = [seen_key(agency=agency, source=source, id=identity) for source, identity in records]
    for at in range(0, len(keys), _AT_ONCE):
        Seen.objects.filter(key__in=keys[at : at + _AT_ONCE]).delete()


def _unlink_people(tokens: set[str], *, use: str, log: Path, limits: Limits) -> None:
    """Delete the mappings of those of whom no record of the use is left."""
    kept = Segment.objects.filter(use=use, deleted_at=None).values_list("path", flat=True)
    subject = {"subject": RECORD_COLUMNS["subject"]}
    for row in read_rows([log / path for path in kept], subject, limits=limits):
        tokens.discard(str(row[0]))
    before = Head.objects.values_list("seq", flat=True).first() or 0
    _discard_unsealed(tokens, after=sealing.sealed_upto(), upto=before)
    with transaction.atomic(using=router.db_for_write(Subject)):
        # Writers wait: none may give a token out again that is being taken away.
        head = Head.objects.select_for_update().first()
        _discard_unsealed(tokens, after=before, upto=before if head is None else head.seq)
        unlinked = [bytes.fromhex(token) for token in sorted(tokens)]
        for at in range(0, len(unlinked), _AT_ONCE):
            Subject.objects.filter(token__in=unlinked[at : at + _AT_ONCE]).delete()


def _discard_unsealed(tokens: set[str], *, after: int, upto: int) -> None:
    rows = Record.objects.filter(seq__gt=after, seq__lte=upto).values_list("subject", flat=True)
    for token in rows.iterator():
        tokens.discard(token)
