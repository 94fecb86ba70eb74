"""The spool: what was acknowledged is there, wherever a file was cut; numbers have no gaps."""

import errno
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.client import spool as spool_module
from answerable.client.families import Family, SpoolUnreadable, SpoolUnwritable
from answerable.client.lines import Damaged, Torn, Whole, read_lines, write_line
from answerable.client.segments import Batch
from answerable.client.spool import Spool, SpoolFull, open_spool
from answerable.errors import AnswerableError

LIMIT = 1 << 20


@contextmanager
def a_spool(folder: Path, *, limit: int = LIMIT, segment_bytes: int = 4_096) -> Iterator[Spool]:
    """A spool of the family that a process would get now."""
    spool = open_spool(folder, prefix="desk", limit=limit, segment_bytes=segment_bytes)
    try:
        yield spool
        spool.close()
    finally:
        spool.family.release()


def a_row(number: int) -> bytes:
    return json.dumps({"n": number, "text": "x" * (number % 50)}).encode()


def batches(spool: Spool, *, rows: int = 10) -> Iterator[Batch]:
    """Ship everything to nowhere, batch by batch."""
    while batch := spool.next_batch(rows=rows, size=LIMIT):
        yield batch
        spool.settle(batch)


def read_out(spool: Spool) -> list[dict[str, Any]]:
    return [json.loads(row) for batch in batches(spool) for row in batch.rows]


def append_until(spool: Spool, refusal: type[AnswerableError]) -> int:
    """Append row after row until one is refused; count those before."""
    for number in range(1_000):
        try:
            spool.append(a_row(number))
        except refusal:
            return number
    return 1_000


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.spool"))


# -- lines ---------------------------------------------------------------------------

rows = st.lists(st.binary(max_size=30).map(lambda row: row.replace(b"\n", b" ")), max_size=6)


@given(rows, st.data())
def test_wherever_a_segment_is_cut_the_whole_rows_before_survive(
    written: list[bytes], data: st.DataObject
) -> None:
    lines = [write_line(row) for row in written]
    segment = b"".join(lines)
    cut = data.draw(st.integers(0, len(segment)))
    ends = [sum(map(len, lines[: n + 1])) for n in range(len(lines))]
    survivors = [row for row, end in zip(written, ends, strict=True) if end <= cut]
    found = list(read_lines(segment[:cut]))
    assert survivors == [line.row for line in found if isinstance(line, Whole)]
    torn = cut not in {0, *ends}
    assert torn == any(isinstance(line, Torn) for line in found)
    assert cut == sum(line.length for line in found)


@given(rows, st.data())
def test_a_changed_byte_costs_its_own_line_and_invents_none(
    written: list[bytes], data: st.DataObject
) -> None:
    segment = bytearray(b"".join(map(write_line, written)))
    if segment:
        at = data.draw(st.integers(0, len(segment) - 1))
        segment[at] ^= data.draw(st.integers(1, 255))
    found = [line.row for line in read_lines(bytes(segment)) if isinstance(line, Whole)]
    rest = iter(written)
    assert all(row in rest for row in found)
    assert len(found) >= len(written) - 2


def test_a_line_that_ends_and_does_not_fit_is_damaged() -> None:
    assert [Damaged(length=5)] == list(read_lines(b"0000\n"))


# -- numbers -------------------------------------------------------------------------


def test_numbers_go_on_after_a_restart_and_after_everything_was_shipped(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        assert [1, 2, 3] == [spool.append(a_row(n)) for n in range(3)]
    with a_spool(tmp_path) as spool:
        source = spool.family.source
        assert 4 == spool.append(a_row(3))
        assert [1, 2, 3, 4] == [row["sequence"] for row in read_out(spool)]
    with a_spool(tmp_path) as spool:
        assert source == spool.family.source
        assert 5 == spool.append(a_row(4))


def test_threads_share_the_numbers_without_gap_or_double(tmp_path: Path) -> None:
    given_out: list[int] = []
    with a_spool(tmp_path) as spool:
        threads = [
            threading.Thread(
                target=lambda: given_out.extend([spool.append(a_row(n)) for n in range(50)])
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = [row["sequence"] for row in read_out(spool)]
    assert list(range(1, 401)) == sorted(given_out) == found


def test_what_was_shipped_leaves_the_disk(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        for number in range(200):
            spool.append(a_row(number))
        assert len(segments(tmp_path)) > 2
        assert spool.used == sum(path.stat().st_size for path in segments(tmp_path))
        assert 200 == len(read_out(spool))
        assert 0 == spool.used
        (left,) = segments(tmp_path)
        assert b"" == left.read_bytes()


def test_a_batch_holds_at_most_so_many_rows_and_bytes(tmp_path: Path) -> None:
    with a_spool(tmp_path, segment_bytes=LIMIT) as spool:
        for number in range(10):
            spool.append(a_row(number))
        first = spool.next_batch(rows=3, size=LIMIT)
        assert first is not None
        assert 3 == len(first.rows)
        small = spool.next_batch(rows=3, size=1)
        assert small is not None
        assert 1 == len(small.rows)


def test_what_comes_while_a_batch_is_under_way_is_not_lost(tmp_path: Path) -> None:
    with a_spool(tmp_path, segment_bytes=60) as spool:
        spool.append(a_row(0))
        batch = spool.next_batch(rows=10, size=LIMIT)
        assert batch is not None
        for number in range(1, 6):
            spool.append(a_row(number))
        spool.settle(batch)
        assert [1, 2, 3, 4, 5] == [row["n"] for row in read_out(spool)]


# -- after a crash -------------------------------------------------------------------


@given(st.integers(0, 12), st.data())
def test_a_spool_cut_anywhere_goes_on_where_its_whole_rows_end(
    count: int, data: st.DataObject
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        with a_spool(folder, segment_bytes=200) as spool:
            for number in range(count):
                spool.append(a_row(number))
        if not segments(folder):
            return
        newest = segments(folder)[-1]
        whole = newest.read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        newest.write_bytes(whole[:cut])
        survive = int(newest.stem) - 1 + whole[:cut].count(b"\n")
        with a_spool(folder, segment_bytes=200) as spool:
            assert survive + 1 == spool.append(a_row(99))
            found = read_out(spool)
        assert list(range(1, survive + 2)) == [row["sequence"] for row in found]
        assert [*range(survive), 99] == [row["n"] for row in found]


def test_an_adopter_that_never_writes_ships_what_is_whole(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        for number in range(3):
            spool.append(a_row(number))
    (path,) = segments(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    with a_spool(tmp_path) as spool:
        assert [0, 1] == [row["n"] for row in read_out(spool)]
        assert [] == read_out(spool)
    with a_spool(tmp_path) as spool:
        assert 3 == spool.append(a_row(3))


def test_a_damaged_row_leaves_a_gap_that_can_be_seen(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        for number in range(3):
            spool.append(a_row(number))
    (path,) = segments(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1].replace(b"n", b"m") + lines[2])
    with a_spool(tmp_path) as spool:
        assert 4 == spool.append(a_row(3))
        assert [1, 3, 4] == [row["sequence"] for row in read_out(spool)]
        assert 1 == spool.damaged
        (kept,) = tmp_path.glob("*/*.damaged")
        assert lines[1].replace(b"n", b"m") in kept.read_bytes()


def test_a_damaged_last_row_keeps_its_number(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        for number in range(3):
            spool.append(a_row(number))
    (path,) = segments(tmp_path)
    path.write_bytes(path.read_bytes()[:-3] + b"~~\n")
    with a_spool(tmp_path) as spool:
        assert 4 == spool.append(a_row(3))


# -- trouble -------------------------------------------------------------------------


def test_a_full_spool_refuses_and_takes_again_when_shipped(tmp_path: Path) -> None:
    with a_spool(tmp_path, limit=2_000) as spool:
        count = append_until(spool, SpoolFull)
        assert spool.used <= 2_000
        assert count == len(read_out(spool))
        assert count + 1 == spool.append(a_row(0))


def test_rows_that_were_refused_count_as_used_until_people_take_them(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        spool.keep_refused([b"x" * 99])
        assert 100 == spool.used
    with a_spool(tmp_path) as spool:
        assert 100 == spool.used


class DiskFull:
    """A disk that takes some bytes of a write and then no more, until it is emptied."""

    def __init__(self, room: int) -> None:
        self.room: int | None = room

    def write(self, descriptor: int, data: memoryview) -> int:
        if self.room is None:
            return os.write(descriptor, data)
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = min(self.room, len(data))
        self.room -= taken
        return os.write(descriptor, data[:taken])


@pytest.mark.parametrize("room", [0, 1, 40, 70, 200])
def test_a_disk_that_fills_in_the_middle_of_a_row_leaves_no_half_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    disk = DiskFull(room)

    def write_all(descriptor: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[disk.write(descriptor, rest) :]

    with a_spool(tmp_path) as spool:
        monkeypatch.setattr(spool_module, "write_all", write_all)
        count = append_until(spool, SpoolUnwritable)
        disk.room = None
        assert count + 1 == spool.append(a_row(count))
        found = read_out(spool)
    assert list(range(1, count + 2)) == [row["sequence"] for row in found]
    assert list(range(count + 1)) == [row["n"] for row in found]


def test_a_row_that_the_disk_did_not_confirm_is_not_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with a_spool(tmp_path) as spool:
        spool.append(a_row(0))
        with monkeypatch.context() as patched:
            patched.setattr(spool_module, "_sync", broken)
            with pytest.raises(SpoolUnwritable, match="Input/output"):
                spool.append(a_row(1))
        assert 2 == spool.append(a_row(2))
        assert [0, 2] == [row["n"] for row in read_out(spool)]


def test_an_interrupted_write_is_no_acknowledgement_for_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with a_spool(tmp_path) as spool:
        with monkeypatch.context() as patched:
            patched.setattr(spool_module, "_sync", interrupted)
            with pytest.raises(KeyboardInterrupt):
                spool.append(a_row(0))
        assert 1 == spool.append(a_row(1))
        assert [1] == [row["n"] for row in read_out(spool)]


def test_a_folder_that_is_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("")
    with pytest.raises(SpoolUnwritable), a_spool(tmp_path / "spool"):
        pass


def test_a_family_that_cannot_be_read_is_left_to_people(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        spool.append(a_row(0))
        damaged = spool.family
        (damaged.folder / "zebra.spool").write_text("")
        with pytest.raises(SpoolUnreadable):
            spool.next_batch(rows=1, size=LIMIT)
    with a_spool(tmp_path) as spool:
        assert damaged.source != spool.family.source
        assert 1 == spool.append(a_row(0))


def test_nothing_is_written_to_a_closed_spool(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        spool.close()
        with pytest.raises(SpoolUnwritable, match="closed"):
            spool.append(a_row(0))


# -- who owns what -------------------------------------------------------------------


def test_only_the_owner_can_read_a_spool(tmp_path: Path) -> None:
    with a_spool(tmp_path / "north.use") as spool:
        spool.append(a_row(0))
        spool.keep_refused([b"{}"])
    paths = [tmp_path / "north.use", *(tmp_path / "north.use").rglob("*")]
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in paths}
    assert {(True, 0o700), (False, 0o600)} == modes


def test_a_folder_open_to_others_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir(mode=0o755)
    with a_spool(tmp_path / "spool"):
        assert 0o700 == (tmp_path / "spool").stat().st_mode & 0o777


def test_two_at_a_time_get_two_families_and_the_next_takes_one_over(tmp_path: Path) -> None:
    with a_spool(tmp_path) as one, a_spool(tmp_path) as two:
        sources = {one.family.source, two.family.source}
        assert 2 == len(sources)
        assert [] == list(Family.orphans(tmp_path))
    with a_spool(tmp_path) as three:
        assert three.family.source in sources


def test_a_family_of_another_prefix_is_not_taken_over(tmp_path: Path) -> None:
    with a_spool(tmp_path) as spool:
        ours = spool.family.source
    other = open_spool(tmp_path, prefix="counter", limit=LIMIT, segment_bytes=LIMIT)
    assert other.family.source.startswith("counter/")
    assert ours != other.family.source
    other.family.release()


def test_a_folder_that_is_no_family_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef").mkdir()
    (tmp_path / "fedcba9876543210").mkdir()
    (tmp_path / "fedcba9876543210" / "lock").write_text("")
    assert [] == list(Family.orphans(tmp_path))
    with a_spool(tmp_path) as spool:
        assert spool.family.folder.name not in {"0123456789abcdef", "fedcba9876543210"}


def test_a_family_that_cannot_be_begun_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    open_files = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr("answerable.client.families.write_all", full)
    for _ in range(3):
        with pytest.raises(SpoolUnwritable, match="No space left"), a_spool(tmp_path):
            pass
    assert [] == list(tmp_path.iterdir())
    assert open_files == len(list(Path("/proc/self/fd").iterdir()))
