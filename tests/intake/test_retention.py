"""What was kept long enough is gone, and what is late is seen."""

from datetime import timedelta
from pathlib import Path

import pytest

from answerable.intake import retention
from answerable.intake.bodies import microseconds
from answerable.intake.hot.models import Head, Seen, Subject
from answerable.intake.models import Segment
from answerable.intake.retention import delete_past, judge_retention, oldest_record
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.record import manifests
from answerable.record.manifests import SegmentFileMissing
from tests.intake.log_situations import (
    ANNA,
    BENNO,
    KEY,
    MONDAY,
    SEALER,
    USE,
    a_decision,
    arrive,
    files_of,
    sealed,
)

pytestmark = pytest.mark.django_db(databases="__all__")

DAY = timedelta(days=1)
LATER = MONDAY + 31 * DAY


def a_month(folder: Path) -> None:
    """Records of day 0 and of day 20, sealed, and one of day 30 that is not."""
    arrive(a_decision(1), attributes={"sex": "F"})
    arrive(a_decision(2), token=BENNO)
    arrive(a_decision(3), at=MONDAY + 20 * DAY)
    sealed(folder)
    arrive(a_decision(4), at=MONDAY + 30 * DAY)


def someone(token: str) -> None:
    Subject.objects.create(
        lookup=bytes.fromhex(token)[::-1],
        agency="north",
        use=USE,
        token=bytes.fromhex(token),
        ciphertext=b"closed",
        made_us=microseconds(MONDAY),
    )


def after(days: int, folder: Path) -> int:
    return delete_past(
        log=folder,
        days={USE: days},
        keys=[KEY.verifier],
        by=SEALER,
        at=LATER,
        limits=Limits(),
    )


def test_segments_wholly_past_the_limit_go_and_the_others_stay(tmp_path: Path) -> None:
    a_month(tmp_path)
    assert 1 == after(30, tmp_path)
    assert ["day=2026-12-13/part-3-3.parquet"] == [
        "/".join(path.parts[-2:]) for path in files_of(tmp_path) if path.suffix == ".parquet"
    ]
    assert MONDAY.date() + 20 * DAY == oldest_record(USE)


def test_a_record_is_kept_to_the_last_day_of_the_limit(tmp_path: Path) -> None:
    a_month(tmp_path)
    assert 0 == after(31, tmp_path)


def test_what_was_deleted_can_still_be_shown_to_have_been(tmp_path: Path) -> None:
    a_month(tmp_path)
    after(30, tmp_path)
    segment = Segment.objects.exclude(deleted_at=None).get()
    beside = (tmp_path / segment.path).with_suffix(".manifest.json")
    manifest = manifests.open_signed(beside.read_bytes(), keys=[KEY.verifier])
    assert 2 == manifest.rows
    with pytest.raises(SegmentFileMissing):
        manifests.check_files(manifest, folder=tmp_path)
    entry = EntryRow.objects.order_by("index").last()
    assert entry is not None
    assert "intake.segment.deleted" == entry.kind
    assert segment.path.encode() in bytes(entry.payload)


def test_what_was_seen_is_forgotten_with_its_record(tmp_path: Path) -> None:
    a_month(tmp_path)
    after(30, tmp_path)
    assert [3, 4] == list(Seen.objects.order_by("seq").values_list("seq", flat=True))


def test_whoever_has_no_record_left_is_unlinked_and_nobody_else(tmp_path: Path) -> None:
    a_month(tmp_path)
    someone(ANNA)
    someone(BENNO)
    Head.objects.create(id=1, seq=4, commits=4)
    after(30, tmp_path)
    # Anna has later records; the only one of Benno is gone.
    assert [bytes.fromhex(ANNA)] == [bytes(row.token) for row in Subject.objects.all()]


def test_a_person_of_whom_only_a_hot_row_is_left_stays_linked(tmp_path: Path) -> None:
    arrive(a_decision(1), token=BENNO)
    sealed(tmp_path)
    arrive(a_decision(2), token=BENNO, at=LATER)
    someone(BENNO)
    Head.objects.create(id=1, seq=2, commits=2)
    after(30, tmp_path)
    assert 1 == Subject.objects.count()


def test_deleting_twice_changes_nothing(tmp_path: Path) -> None:
    a_month(tmp_path)
    after(30, tmp_path)
    entries = EntryRow.objects.count()
    assert 0 == after(30, tmp_path)
    assert entries == EntryRow.objects.count()


def test_a_deletion_that_was_cut_off_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_month(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(retention, "sync_folder", _cut_off)
        with pytest.raises(OSError, match="cut off"):
            after(30, tmp_path)
    assert 2 == len([path for path in files_of(tmp_path) if path.suffix == ".parquet"])
    # Until its files are gone, the oldest record is the one that should be.
    assert MONDAY.date() == oldest_record(USE)
    after(30, tmp_path)
    assert MONDAY.date() + 20 * DAY == oldest_record(USE)
    assert 1 == len([path for path in files_of(tmp_path) if path.suffix == ".parquet"])


def _cut_off(_path: Path) -> None:
    reason = "cut off"
    raise OSError(reason)


def test_a_use_without_a_limit_keeps_its_records(tmp_path: Path) -> None:
    a_month(tmp_path)
    arrive(a_decision(9, use="north.fraud-flag"))
    sealed(tmp_path)
    after(30, tmp_path)
    assert MONDAY.date() == oldest_record("north.fraud-flag")


def test_the_oldest_record_within_the_limit_is_met(tmp_path: Path) -> None:
    a_month(tmp_path)
    after(30, tmp_path)
    kept = judge_retention(use=USE, limit_days=30, at=LATER)
    assert ("met", MONDAY.date() + 20 * DAY) == (kept.verdict, kept.oldest)


def test_a_deletion_that_is_due_today_is_not_late_and_tomorrow_it_is(tmp_path: Path) -> None:
    a_month(tmp_path)
    assert "met" == judge_retention(use=USE, limit_days=30, at=LATER).verdict
    assert "not_met" == judge_retention(use=USE, limit_days=30, at=LATER + DAY).verdict


def test_without_a_limit_or_without_records_it_cannot_say(tmp_path: Path) -> None:
    without_records = judge_retention(use=USE, limit_days=30, at=LATER)
    a_month(tmp_path)
    without_limit = judge_retention(use=USE, limit_days=None, at=LATER)
    assert "cannot_say" == without_records.verdict == without_limit.verdict
    assert without_records.needs
    assert without_limit.needs
    assert MONDAY.date() == without_limit.oldest
