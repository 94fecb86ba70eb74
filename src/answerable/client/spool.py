"""The spool of one family: records on disk before they are acknowledged, numbered without gaps.

Segments are named after the sequence number of their first line, so the newest one,
which is never deleted, says where the numbers go on even when all else was shipped.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from answerable.client.families import (
    Family,
    SpoolUnreadable,
    SpoolUnwritable,
    append_durably,
    make_private,
    sync_folder,
    write_all,
)
from answerable.client.lines import write_line
from answerable.client.segments import (
    SUFFIX,
    Batch,
    Newest,
    batch_of,
    has_lines,
    newest_of,
    read,
    unreadable,
    unwritable,
)
from answerable.errors import AnswerableError

_DIGITS = 20
_PROBE_BYTES = 65_536
_ROOM_AROUND_A_ROW = 64

_sync = getattr(os, "fdatasync", os.fsync)


class SpoolFull(AnswerableError):
    """A spool holds as much as it may."""

    code = "client.spool_full"
    message = "The spool {path} is full: it may hold {limit} bytes."
    hint = "Records leave it when the gateway can be reached; see the refused file too."


@dataclass(eq=False, slots=True)
class _Waiting:
    row: bytes
    sequence: int = 0
    error: AnswerableError | None = None


@dataclass(eq=False, slots=True)
class _Reading:
    segment: int = 0
    offset: int = 0
    damaged: int = 0


class Spool:
    """One family's segments: appended to, shipped in order, deleted when acknowledged."""

    def __init__(self, family: Family, *, limit: int, segment_bytes: int) -> None:
        """Find where the numbers go on."""
        self.family = family
        self.limit = limit
        self._segment_bytes = segment_bytes
        self._queue: deque[_Waiting] = deque()
        self._commit = threading.Lock()
        self._reading = _Reading()
        self._closed = False
        self.damaged = self.settled = 0
        with unreadable(family.folder):
            self._newest = newest_of(family.folder)
            self._used = sum(path.stat().st_size for path in self._files())
            self._refused_rows = _lines_of(self.refused)

    @property
    def used(self) -> int:
        """Count the bytes that wait for the gateway, and those it refused."""
        return self._used

    @property
    def refused_rows(self) -> int:
        """Count the rows that the gateway refused."""
        return self._refused_rows

    def append(self, row: bytes) -> int:
        """Write a row durably and give its sequence number; ``row`` is a JSON object.

        Threads that come while another waits for the disk share the next wait.
        """
        waiting = _Waiting(row=row)
        self._queue.append(waiting)
        with self._commit:
            if not waiting.sequence and waiting.error is None:
                self._write(self._taken())
        if waiting.error is not None:
            raise waiting.error
        return waiting.sequence

    def next_batch(self, *, rows: int, size: int) -> Batch | None:
        """Give the oldest rows not yet settled, at most so many rows and bytes (at least one)."""
        with self._commit, unreadable(self.family.folder):
            segments = self._segments()
            newest = self._newest
            for first in segments:
                offset = self._reading.offset if first == self._reading.segment else 0
                end = newest.end if first == newest.first else None
                if end is None or offset < end:
                    data = read(self._path(first), offset, end)
                    return batch_of(data, first, offset, rows=rows, size=size)
        return None

    def settle(self, batch: Batch) -> None:
        """Let go of rows that the gateway answered for."""
        with self._commit, unwritable(self.family.folder):
            if self._reading.segment != batch.segment:
                self._reading = _Reading(segment=batch.segment)
            self._reading.offset = batch.end
            self._reading.damaged += batch.damaged
            self.damaged += batch.damaged
            self.settled += len(batch.rows)
            newest = self._newest
            if batch.segment == newest.first:
                if batch.end < newest.end or newest.next == newest.first:
                    return
                self._begin_segment()
            elif has_lines(read(self._path(batch.segment), batch.end, None)):
                return
            self._drop(batch.segment)

    def keep_refused(self, lines: Sequence[bytes]) -> None:
        """Write rows the gateway refused where people find them; they count as used."""
        data = b"".join(line + b"\n" for line in lines)
        with unwritable(self.family.folder):
            append_durably(self.refused, data)
        with self._commit:
            self._used += len(data)
            self._refused_rows += len(lines)

    @property
    def refused(self) -> Path:
        """The file of refused rows, each with the gateway's reason."""
        return self.family.folder / "refused.jsonl"

    def probe(self) -> None:
        """Try whether the disk takes a few pages again."""
        path = self.family.folder / "probe"
        with unwritable(self.family.folder):
            try:
                append_durably(path, bytes(_PROBE_BYTES))
            finally:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the files when nobody writes; nothing is written after."""
        with self._commit:
            self._closed = True
            self.abandon()

    def abandon(self) -> None:
        """Close the files at once: in a forked child a lock may be held by nobody."""
        if self._newest.descriptor is not None:
            os.close(self._newest.descriptor)
            self._newest.descriptor = None

    # -- writing, by the thread that holds the lock --------------------------------------

    def _taken(self) -> list[_Waiting]:
        return [self._queue.popleft() for _ in range(len(self._queue))]

    def _write(self, group: list[_Waiting]) -> None:
        try:
            with unwritable(self.family.folder):
                descriptor = self._ready()
                newest, fitting = self._newest, self._fitting(group)
                if not fitting:
                    return
                newest.clean = False
                lines = [
                    write_line(b'{"sequence":%d,%b' % (newest.next + at, one.row[1:]))
                    for at, one in enumerate(fitting)
                ]
                data = b"".join(lines)
                write_all(descriptor, data)
                _sync(descriptor)
        except AnswerableError as error:
            for one in group:
                one.error = one.error or error
            return
        except BaseException:
            for one in group:
                one.error = SpoolUnwritable(path=self.family.folder, reason="interrupted")
            raise
        for at, one in enumerate(fitting):
            one.sequence = newest.next + at
        newest.next += len(fitting)
        newest.end += len(data)
        newest.clean = True
        self._used += len(data)

    def _fitting(self, group: list[_Waiting]) -> list[_Waiting]:
        fitting, room = [], self.limit - self._used
        for one in group:
            room -= len(one.row) + _ROOM_AROUND_A_ROW
            if room < 0:
                one.error = SpoolFull(path=self.family.folder, limit=self.limit)
            else:
                fitting.append(one)
        return fitting

    def _ready(self) -> int:
        """Open the newest segment, cut what was not acknowledged, begin another if long."""
        newest = self._newest
        if self._closed:
            raise SpoolUnwritable(path=self.family.folder, reason="it was closed")
        if newest.descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            newest.descriptor = os.open(self._path(newest.first), flags, 0o600)
            sync_folder(self.family.folder)
        if not newest.clean:
            os.ftruncate(newest.descriptor, newest.end)
            os.fsync(newest.descriptor)
            newest.clean = True
        if newest.end >= self._segment_bytes:
            return self._begin_segment()
        return newest.descriptor

    def _begin_segment(self) -> int:
        following = self._newest.next
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        descriptor = os.open(self._path(following), flags, 0o600)
        sync_folder(self.family.folder)
        self.abandon()
        self._newest = Newest(
            first=following, end=0, next=following, descriptor=descriptor, clean=True
        )
        return descriptor

    def _drop(self, segment: int) -> None:
        path = self._path(segment)
        self._used -= path.stat().st_size
        if self._reading.damaged:
            path.rename(path.with_suffix(".damaged"))
        else:
            path.unlink()
        self._reading = _Reading()

    # -- looking -------------------------------------------------------------------------

    def _path(self, first: int) -> Path:
        return self.family.folder / f"{first:0{_DIGITS}d}{SUFFIX}"

    def _segments(self) -> list[int]:
        return sorted(int(path.stem) for path in self.family.folder.glob(f"*{SUFFIX}"))

    def _files(self) -> Iterator[Path]:
        yield from self.family.folder.glob(f"*{SUFFIX}")
        if self.refused.exists():
            yield self.refused


def _lines_of(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


def open_spool(folder: Path, *, prefix: str, limit: int, segment_bytes: int) -> Spool:
    """Take over a dead process's family of the same prefix, or begin one.

    A family taken over goes on with its sequence, so that a restart leaves neither a
    gap nor one more source. One that cannot be read is left to people.
    """
    make_private(folder)
    for orphan in Family.orphans(folder):
        if orphan.prefix == prefix:
            try:
                return Spool(orphan, limit=limit, segment_bytes=segment_bytes)
            except SpoolUnreadable:
                orphan.release()
        else:
            orphan.release()
    return Spool(Family.found(folder, prefix=prefix), limit=limit, segment_bytes=segment_bytes)
