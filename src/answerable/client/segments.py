"""The files of a spool: reading them, up to wherever their writer died."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from answerable.client.families import SpoolUnreadable, SpoolUnwritable, why
from answerable.client.lines import Damaged, Torn, Whole, read_lines

SUFFIX = ".spool"
_SEQUENCE = re.compile(rb'\{"sequence":([0-9]{1,19}),')


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Rows to be shipped, and how far the segment is read when they are settled."""

    rows: tuple[bytes, ...]
    segment: int
    end: int
    damaged: int


@dataclass(eq=False, slots=True)
class Newest:
    """The segment that is written to; bytes past ``end`` are not acknowledged."""

    first: int
    end: int
    next: int
    descriptor: int | None = None
    clean: bool = False


def newest_of(folder: Path) -> Newest:
    """Find the newest segment, and where numbers and bytes go on."""
    names = sorted(folder.glob(f"*{SUFFIX}"))
    if not names:
        return Newest(first=1, end=0, next=1)
    first = int(names[-1].stem)
    following, end = first, 0
    for line in read_lines(names[-1].read_bytes()):
        match line:
            case Whole(row=row):
                following = _sequence_of(row) + 1
            case Damaged():
                # Perhaps acknowledged once: its number is not given again.
                following += 1
            case Torn():
                break
        end += line.length
    return Newest(first=first, end=end, next=following)


def _sequence_of(row: bytes) -> int:
    match = _SEQUENCE.match(row)
    if match is None:
        reason = "a row has no sequence number"
        raise ValueError(reason)
    return int(match[1])


def has_lines(data: bytes) -> bool:
    """Say whether there is more than a torn end."""
    return any(not isinstance(line, Torn) for line in read_lines(data))


def read(path: Path, offset: int, end: int | None) -> bytes:
    """Read a part of a segment that is on disk for good."""
    with path.open("rb") as file:
        # A dead process may have written this without waiting for the disk, and its
        # number must not be given twice once the gateway has it.
        os.fsync(file.fileno())
        file.seek(offset)
        return file.read() if end is None else file.read(end - offset)


def batch_of(data: bytes, segment: int, offset: int, *, rows: int, size: int) -> Batch:
    """Take the first rows, at most so many and so many bytes, but at least one."""
    taken: list[bytes] = []
    damaged, weight, end = 0, 0, offset
    for line in read_lines(data):
        match line:
            case Whole(row=row):
                if len(taken) == rows or (taken and weight + len(row) > size):
                    break
                taken.append(row)
                weight += len(row)
            case Damaged():
                damaged += 1
            case Torn():
                pass
        end += line.length
    return Batch(rows=tuple(taken), segment=segment, end=end, damaged=damaged)


@contextmanager
def unreadable(folder: Path) -> Iterator[None]:
    """Say of a failure that the spool cannot be read."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = why(error) if isinstance(error, OSError) else "a file is not one of a spool"
        raise SpoolUnreadable(path=folder, reason=reason) from error


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Say of a failure that the spool cannot be written."""
    try:
        yield
    except OSError as error:
        raise SpoolUnwritable(path=folder, reason=why(error)) from error
