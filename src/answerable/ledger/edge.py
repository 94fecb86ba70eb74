"""The right edge of the tree: all that is needed to append a leaf and to give the root."""

from collections.abc import Sequence
from dataclasses import dataclass

from answerable.record.tree import EMPTY_ROOT, HASH_BYTES, node_hash

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """A size, and the complete subtrees it consists of, largest first.

    Examples
    --------
    Eleven entries are 8 + 2 + 1: three peaks.

    >>> from answerable.record.tree import leaf_hash
    >>> edge = EMPTY
    >>> for number in range(11):
    ...     edge = grow(edge, leaf_hash(b"%d" % number)).edge
    >>> edge.size, len(edge.peaks)
    (11, 3)
    """

    size: int
    peaks: tuple[bytes, ...]

    @property
    def root(self) -> bytes:
        """The root of RFC 9162 over the entries so far."""
        if not self.peaks:
            return EMPTY_ROOT
        *left, root = self.peaks
        for peak in reversed(left):
            root = node_hash(peak, root)
        return root


EMPTY = Edge(size=0, peaks=())


@dataclass(frozen=True, kw_only=True, slots=True)
class CompletedSubtree:
    """A subtree whose hash is an element of a tile above the lowest level."""

    level: int
    number: int
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Grown:
    """An edge with one leaf more, and the subtrees that this leaf completed."""

    edge: Edge
    completed: tuple[CompletedSubtree, ...]


def grow(edge: Edge, leaf: bytes) -> Grown:
    """Add a leaf hash."""
    peaks, subtree, height = list(edge.peaks), leaf, 0
    completed = []
    while edge.size >> height & 1:
        subtree = node_hash(peaks.pop(), subtree)
        height += 1
        if height % TILE_HEIGHT == 0:
            level = height // TILE_HEIGHT
            number = edge.size >> height
            completed.append(CompletedSubtree(level=level, number=number, hash=subtree))
    peaks.append(subtree)
    return Grown(edge=Edge(size=edge.size + 1, peaks=tuple(peaks)), completed=tuple(completed))


def split(joined: bytes) -> tuple[bytes, ...]:
    """Take apart hashes that were joined."""
    return tuple(joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES))


def joined_root(hashes: Sequence[bytes]) -> bytes:
    """Give the hash over a full row of neighbouring hashes, a power of two of them."""
    row = list(hashes)
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=True)
        row = [node_hash(left, right) for left, right in pairs]
    return row[0]
