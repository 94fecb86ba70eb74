"""Hash tiles of C2SP tlog-tiles: the public face of the tree, without any entry."""

import re
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.ledger.append import DATABASE
from answerable.ledger.edge import TILE_HEIGHT, TILE_WIDTH, joined_root
from answerable.ledger.models import EntryRow, Subtree
from answerable.record.tree import EMPTY_ROOT, node_hash

_PATH = re.compile(r"(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_GROUP = 1000


class HashesMissing(AnswerableError):
    """Hashes that the head counts are not among the rows."""

    code = "ledger.hashes_missing"
    message = "The ledger lacks hashes of level {level} from number {first} on."
    hint = "Check the ledger: rows are missing, or the database was not fully restored."


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One tile: ``width`` hashes, 256 when full, each over 256 to the power ``level`` entries."""

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """The address below ``tile/``.

        >>> Tile(level=0, number=1234067).path
        '0/x001/x234/067'
        >>> Tile(level=1, number=0, width=5).path
        '1/000.p/5'
        """
        groups = [f"{self.number % _GROUP:03}"]
        rest = self.number // _GROUP
        while rest:
            groups.insert(0, f"x{rest % _GROUP:03}")
            rest //= _GROUP
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"{self.level}/{'/'.join(groups)}{partial}"

    def is_within(self, size: int) -> bool:
        """Say whether a tree of ``size`` entries has every hash of the tile."""
        complete = size >> self.level * TILE_HEIGHT
        return self.number * TILE_WIDTH + self.width <= complete


def parse(path: str) -> Tile | None:
    """Read an address below ``tile/``; nothing for one that no tile has.

    >>> parse("0/x001/x234/067") == Tile(level=0, number=1234067)
    True
    >>> parse("0/x000/001") is parse("0/001.p/256") is parse("data/000") is None
    True
    """
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level, number, width = match.groups()
    tile = Tile(
        level=int(level),
        number=int(number.replace("x", "").replace("/", "")),
        width=int(width or TILE_WIDTH),
    )
    # One tile has one address: no leading groups of zeros, no partial tile that is full.
    return tile if tile.path == path else None


def read(tile: Tile) -> bytes:
    """Give the hashes of a tile, joined."""
    return b"".join(hashes(level=tile.level, first=tile.number * TILE_WIDTH, count=tile.width))


def hashes(*, level: int, first: int, count: int) -> list[bytes]:
    """Give neighbouring hashes of a level of tiles."""
    wanted = range(first, first + count)
    if level == 0:
        leaves = EntryRow.objects.using(DATABASE).filter(index__gte=first, index__lt=wanted.stop)
        found = dict(leaves.values_list("index", "leaf"))
    else:
        above = Subtree.objects.using(DATABASE).filter(
            level=level, number__gte=first, number__lt=wanted.stop
        )
        found = dict(above.values_list("number", "hash"))
    if len(found) != count:
        raise HashesMissing(level=level, first=first)
    return [bytes(found[number]) for number in wanted]


def root_at(size: int) -> bytes:
    """Give the root over the first ``size`` entries, from tiles."""
    peaks: list[bytes] = []
    start = 0
    for height in reversed(range(size.bit_length())):
        if not size >> height & 1:
            continue
        level, above = divmod(height, TILE_HEIGHT)
        first = start >> level * TILE_HEIGHT
        peaks.append(joined_root(hashes(level=level, first=first, count=1 << above)))
        start += 1 << height
    if not peaks:
        return EMPTY_ROOT
    *left, root = peaks
    for peak in reversed(left):
        root = node_hash(peak, root)
    return root
