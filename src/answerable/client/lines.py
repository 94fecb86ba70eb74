r"""Lines of a spool: each says its length and its hash, so that half a line is seen as half.

A line reads ``LENGTH HASH ROW\n``: the row's bytes counted in eight hexadecimal digits,
the first sixteen of its SHA-256, and the row, JSON without a line break.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(rb"([0-9a-f]{8}) ([0-9a-f]{16}) (.*)\n", re.DOTALL)
OVERHEAD = 8 + 1 + 16 + 1 + 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    """A row as it was written."""

    row: bytes

    @property
    def length(self) -> int:
        """Count the bytes of the line in its file."""
        return OVERHEAD + len(self.row)


@dataclass(frozen=True, kw_only=True, slots=True)
class Damaged:
    """A line that may once have been whole: it ends, and does not fit its hash."""

    length: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Torn:
    """The end of a file inside a line: the writer died before the line was written."""

    length: int


def write_line(row: bytes) -> bytes:
    r"""Write a row as a line.

    Examples
    --------
    >>> write_line(b"{}")
    b'00000002 44136fa355b3678a {}\n'
    """
    return b"%08x %b %b\n" % (len(row), _hash(row), row)


def read_lines(data: bytes) -> Iterator[Whole | Damaged | Torn]:
    r"""Read the lines of a segment; what cannot be relied on is said, never skipped.

    Examples
    --------
    >>> list(read_lines(write_line(b"{}") + write_line(b"{}")[:5]))
    [Whole(row=b'{}'), Torn(length=5)]
    """
    for line in _split(data):
        if not line.endswith(b"\n"):
            yield Torn(length=len(line))
        elif (match := _LINE.fullmatch(line)) and _fits(*match.groups()):
            yield Whole(row=match[3])
        else:
            yield Damaged(length=len(line))


def _fits(length: bytes, digest: bytes, row: bytes) -> bool:
    return int(length, 16) == len(row) and digest == _hash(row)


def _hash(row: bytes) -> bytes:
    return hashlib.sha256(row).hexdigest()[:16].encode()


def _split(data: bytes) -> Iterator[bytes]:
    # Not splitlines: it also breaks at a carriage return, which damage can put anywhere.
    start = 0
    while start < len(data):
        end = data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end
