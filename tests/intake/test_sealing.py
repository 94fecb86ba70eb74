"""Sealing loses nothing, doubles nothing, and can be taken up again wherever it was cut off."""

import contextlib
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path

import duckdb
import pytest
from django.db import connections

from answerable.intake import sealing, unsealed
from answerable.intake.hot.models import Attribute, Commit, Record, Seen
from answerable.intake.models import Sealing, Segment
from answerable.intake.sealing import HotRowsMissing
from answerable.intake.segments import SegmentInTheWay, groups_of
from answerable.ledger.models import EntryRow
from answerable.measure.tables.write import NotWritten
from answerable.record import manifests
from answerable.record.digests import sha256_of_file
from answerable.record.receipts import root_of
from answerable.record.tree import leaf_hash
from tests.intake.log_situations import (
    KEY,
    MONDAY,
    SEALER,
    a_decision,
    an_outcome,
    arrive,
    files_of,
    sealed,
)

pytestmark = pytest.mark.django_db(databases="__all__")


class Cut(Exception):
    """The process ends here."""


def a_day_of_records() -> None:
    arrive(a_decision(1), a_decision(2, use="north.fraud-flag"))
    arrive(a_decision(3), attributes={"sex": "F", "region": "north"})
    arrive(a_decision(4), at=MONDAY + timedelta(days=1))
    arrive(an_outcome(1, of=1, label="1"), at=MONDAY + timedelta(days=1))


def ids_in(log: Path) -> list[str]:
    """The ids of all records that signed files or hot rows hold, however often."""
    files = [log / segment.path for segment in Segment.objects.all()]
    found = [
        row[0] for file in files for row in duckdb.read_parquet(str(file)).select("id").fetchall()
    ]
    after = sealing.sealed_upto()
    return sorted(
        [*found, *Record.objects.filter(seq__gt=after).values_list("record_id", flat=True)]
    )


def cut_at(step: int) -> Callable[[str], None]:
    """End the sealing after so many steps."""
    steps = count(1)

    def reached(_name: str) -> None:
        if next(steps) == step:
            raise Cut

    return reached


def test_records_are_sealed_by_agency_use_and_day_and_leave_the_hot_rows(tmp_path: Path) -> None:
    a_day_of_records()
    result = sealed(tmp_path)
    assert (3, 5, 5) == (result.segments, result.records, result.upto)
    assert not Record.objects.exists()
    assert not Attribute.objects.exists()
    assert [
        "decisions/agency=north/use=north.benefit-check/day=2026-11-23/part-1-3.parquet",
        "decisions/agency=north/use=north.benefit-check/day=2026-11-24/part-4-5.parquet",
        "decisions/agency=north/use=north.fraud-flag/day=2026-11-23/part-2-2.parquet",
    ] == sorted(Segment.objects.values_list("path", flat=True))


def test_what_was_seen_stays_so_that_nothing_is_stored_twice(tmp_path: Path) -> None:
    a_day_of_records()
    sealed(tmp_path)
    assert 5 == Seen.objects.count()


def test_a_body_is_sealed_as_it_was_received_and_attributes_lie_elsewhere(tmp_path: Path) -> None:
    [row] = arrive(a_decision(1, score=0.25), attributes={"sex": "F"})
    sealed(tmp_path)
    records, attributes = (
        duckdb.read_parquet(str(tmp_path / tree / "**/*.parquet"), hive_partitioning=False)
        for tree in ("decisions", "attributes")
    )
    assert [(bytes(row.body).decode(), bytes(row.digest).hex(), 0.25)] == records.select(
        "body, digest, score"
    ).fetchall()
    assert [(1, "sex", "F")] == attributes.fetchall()
    assert b'"sex"' not in bytes(row.body)


def test_a_manifest_lies_beside_the_records_and_fits_files_and_receipts(tmp_path: Path) -> None:
    rows = arrive(a_decision(1), a_decision(2))
    sealed(tmp_path)
    segment = Segment.objects.get()
    beside = (tmp_path / segment.path).with_suffix(".manifest.json")
    manifest = manifests.open_signed(beside.read_bytes(), keys=[KEY.verifier])
    manifests.check_files(manifest, folder=manifest.folder_of_log(beside))
    leaves = [
        leaf_hash(f"decision\ndesk-1\n{row.record_id}\n{row.digest.hex()}".encode()) for row in rows
    ]
    assert root_of(leaves).hex() == manifest.root
    assert manifest.files[0].sha256.encode() in bytes(EntryRow.objects.get().payload)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    a_day_of_records()
    for folder in ("one", "two"):
        with pytest.raises(Cut):
            sealing.seal(
                log=tmp_path / folder, upto=5, key=KEY, by=SEALER, at=MONDAY, reached=cut_at(5)
            )
    one, two = (
        {
            path.relative_to(tmp_path / folder): sha256_of_file(path)
            for path in files_of(tmp_path / folder)
        }
        for folder in ("one", "two")
    )
    assert one == two
    assert 5 == len(one)


def test_nothing_above_the_cut_off_is_touched(tmp_path: Path) -> None:
    a_day_of_records()
    assert 2 == sealed(tmp_path, upto=2).upto
    assert [3, 4, 5] == list(Record.objects.order_by("seq").values_list("seq", flat=True))


def test_many_records_are_sealed_in_parts(tmp_path: Path) -> None:
    arrive(*(a_decision(number) for number in range(10)))
    assert 4 == sealed(tmp_path, rows_at_once=3).segments
    assert sorted(f"d-{number}" for number in range(10)) == ids_in(tmp_path)


def test_sealing_twice_changes_nothing(tmp_path: Path) -> None:
    a_day_of_records()
    sealed(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in files_of(tmp_path)}
    again = sealed(tmp_path)
    assert (0, 0) == (again.segments, again.records)
    assert before == {path: path.stat().st_mtime_ns for path in files_of(tmp_path)}
    assert 3 == EntryRow.objects.count()


@pytest.mark.parametrize("step", range(1, 20))
def test_wherever_a_sealing_ends_the_next_one_completes_it(step: int, tmp_path: Path) -> None:
    a_day_of_records()
    with contextlib.suppress(Cut):
        sealing.seal(
            log=tmp_path,
            upto=5,
            key=KEY,
            by=SEALER,
            at=MONDAY,
            rows_at_once=3,
            reached=cut_at(step),
        )
    whole = sorted(["d-1", "d-2", "d-3", "d-4", "o-1"])
    assert whole == ids_in(tmp_path)
    arrive(a_decision(9))
    sealed(tmp_path)
    assert sorted([*whole, "d-9"]) == ids_in(tmp_path)
    assert not Record.objects.exists()
    for segment in Segment.objects.all():
        manifest = manifests.open_signed(bytes(segment.manifest), keys=[KEY.verifier])
        manifests.check_files(manifest, folder=tmp_path)
        assert (tmp_path / segment.path).with_suffix(".manifest.json").exists()
    assert EntryRow.objects.count() == Segment.objects.count()
    assert not [path for path in files_of(tmp_path) if path.suffix == ".tmp"]


def test_an_interrupted_sealing_is_completed_as_it_was_planned(tmp_path: Path) -> None:
    a_day_of_records()
    with pytest.raises(Cut):
        sealing.seal(log=tmp_path, upto=3, key=KEY, by=SEALER, at=MONDAY, reached=cut_at(2))
    sealed(tmp_path, upto=5)
    assert {"part-1-3.parquet", "part-2-2.parquet", "part-4-5.parquet"} == {
        path.name for path in files_of(tmp_path / "decisions") if path.suffix == ".parquet"
    }


def test_records_of_a_use_that_nobody_knows_lie_together(tmp_path: Path) -> None:
    arrive(a_decision(1, use="north.made-up"), marks="unknown_use no_reasons")
    sealed(tmp_path)
    assert "_unknown" == Segment.objects.get().use


def test_a_row_that_is_neither_sealed_nor_there_stops_the_sealing(tmp_path: Path) -> None:
    a_day_of_records()
    Record.objects.filter(seq=2).delete()
    with pytest.raises(HotRowsMissing, match="1 of the records 1 to 5"):
        sealed(tmp_path)
    assert 4 == Record.objects.count()


def test_a_log_that_cannot_be_written_loses_nothing(tmp_path: Path) -> None:
    a_day_of_records()
    [first, *_] = groups_of(unsealed.rows_between(after=0, upto=9))
    # A folder in the place of the file that is to be written.
    in_the_way = tmp_path / "decisions" / f"{first.place}.parquet"
    in_the_way.with_name(f".{in_the_way.name}.tmp").mkdir(parents=True)
    with pytest.raises(NotWritten, match="could not be written"):
        sealed(tmp_path)
    assert 5 == Record.objects.count()
    assert not Segment.objects.exists()


def test_a_segment_that_the_database_forgot_is_never_overwritten(tmp_path: Path) -> None:
    a_day_of_records()
    sealed(tmp_path)
    # As after restoring both databases from an older copy than the log.
    Segment.objects.all().delete()
    Sealing.objects.all().delete()
    Commit.objects.all().delete()
    arrive(*(a_decision(number) for number in range(11, 14)))
    before = {path: sha256_of_file(path) for path in files_of(tmp_path)}
    with pytest.raises(SegmentInTheWay, match=r"part-1-3\.manifest\.json"):
        sealed(tmp_path)
    assert before == {path: sha256_of_file(path) for path in files_of(tmp_path)}


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_two_sealers_at_once_seal_each_record_once(tmp_path: Path) -> None:
    arrive(*(a_decision(number) for number in range(40)))

    def run() -> int:
        try:
            return sealed(tmp_path, rows_at_once=3).records
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=3) as pool:
        sealers = [pool.submit(run) for _ in range(3)]
        assert 40 == sum(sealer.result() for sealer in sealers)
    assert sorted(f"d-{number}" for number in range(40)) == ids_in(tmp_path)
    assert 40 == sum(Segment.objects.values_list("rows", flat=True))


@pytest.mark.parametrize("way", [["--rounds", "12"], ["--rounds", "12", "--steps"]])
def test_a_sealer_that_is_killed_loses_and_doubles_nothing(way: list[str]) -> None:
    if connections["default"].vendor != "sqlite":
        pytest.skip("the processes share a database of their own; `make bench` runs it on both")
    command = [sys.executable, "-m", "benchmarks.kill_sealer", *way]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (0, "") == (done.returncode, done.stderr)
    assert "lost=0 doubled=0 commits_unproven=0 entries_off=0" in done.stdout
