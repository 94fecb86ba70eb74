"""Reading every row once, believing none: what the tree is by the payloads alone."""

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from answerable.ledger import edge
from answerable.ledger.append import DATABASE
from answerable.ledger.models import EntryRow
from answerable.record.tree import EMPTY_ROOT, leaf_hash

_ROWS_AT_ONCE = 2000
_COLUMNS = ("index", "agency", "kind", "payload_type", "payload", "leaf")

_Row = tuple[int, str, str, str, bytes | memoryview, bytes | memoryview]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """What the rows amount to.

    ``roots`` are those at the sizes asked for that the rows reach, ``subtrees`` by level
    and number, ``missing`` and ``changed`` the first index that is.
    """

    edge: edge.Edge
    roots: dict[int, bytes]
    subtrees: dict[tuple[int, int], bytes]
    missing: int | None
    changed: int | None


def scan(*, sizes: AbstractSet[int]) -> Scan:
    """Hash every payload again and grow the tree from nothing."""
    rows = EntryRow.objects.using(DATABASE).order_by("index").values_list(*_COLUMNS)
    return grown_from(rows.iterator(chunk_size=_ROWS_AT_ONCE), sizes=sizes)


def grown_from(rows: Iterable[_Row], *, sizes: AbstractSet[int]) -> Scan:
    """Grow the tree from rows in the order of their indexes."""
    tree = edge.EMPTY
    roots = {0: EMPTY_ROOT}
    subtrees: dict[tuple[int, int], bytes] = {}
    missing = changed = None
    for row in rows:
        index, payload = row[0], _bytes(row[4])
        if missing is None and index != tree.size:
            missing = tree.size
        leaf = leaf_hash(payload)
        if changed is None and not _agrees(row, payload, leaf):
            changed = index
        grown = edge.grow(tree, leaf)
        tree = grown.edge
        subtrees |= {(one.level, one.number): one.hash for one in grown.completed}
        if tree.size in sizes:
            roots[tree.size] = tree.root
    return Scan(edge=tree, roots=roots, subtrees=subtrees, missing=missing, changed=changed)


def _bytes(cell: object) -> bytes:
    # SQLite keeps whatever type it is given: text in the place of bytes is a change.
    return bytes(cell) if isinstance(cell, bytes | memoryview) else b""


def _agrees(row: _Row, payload: bytes, leaf: bytes) -> bool:
    """Say whether the columns beside a payload are the ones it tells of."""
    index, agency, kind, payload_type, _, stored = row
    try:
        told = json.loads(payload)
        inside = (told["index"], told["agency"], told["kind"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return False
    return (
        inside == (index, agency, kind)
        and payload_type == f"application/vnd.answerable.{kind}.v1+json"
        and _bytes(stored) == leaf
    )
