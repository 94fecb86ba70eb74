"""The public hashes: whoever has the tiles can build the tree and check every proof."""

import hashlib
from pathlib import Path

import pytest
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from answerable.ledger import pages, tiles
from answerable.ledger.models import EntryRow
from answerable.ledger.tiles import Tile
from answerable.record import checkpoints as notes_of_trees
from answerable.record.tree import Tree
from tests.ledger.situations import KEY, serve, serve_many, signed

pytestmark = pytest.mark.django_db(databases="__all__")

SIZE = 515
GET = RequestFactory().get("/")


def fetched(path: str) -> HttpResponse:
    return pages.tile(GET, path=path)


def is_there(path: str) -> bool:
    try:
        return 200 == fetched(path).status_code
    except Http404:
        return False


# RFC 9162, section 2.1, as it is written there: recursive, and sharing nothing with ours.


def mth(leaves: list[bytes]) -> bytes:
    """MTH over hashes of leaves."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def root_by_path(m: int, n: int, leaf: bytes, path: list[bytes]) -> bytes:
    """Undo PATH(m, D_n) from its end: the root that a proof leads to."""
    if n == 1:
        assert not path
        return leaf
    k = 1
    while 2 * k < n:
        k *= 2
    *inner, sibling = path
    if m < k:
        left, right = root_by_path(m, k, leaf, inner), sibling
    else:
        left, right = sibling, root_by_path(m - k, n - k, leaf, inner)
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_by_subproof(
    m: int, n: int, proof: list[bytes], *, older: bytes | None
) -> tuple[bytes, bytes]:
    """Undo SUBPROOF(m, D_n, b) from its end; ``older`` is the known root where b is true."""
    if m == n:
        (found,) = proof if older is None else [*proof, older]
        return found, found
    k = 1
    while 2 * k < n:
        k *= 2
    *inner, sibling = proof
    if m <= k:
        old, new = roots_by_subproof(m, k, inner, older=older)
        return old, hashlib.sha256(b"\x01" + new + sibling).digest()
    old, new = roots_by_subproof(m - k, n - k, inner, older=None)
    return (
        hashlib.sha256(b"\x01" + sibling + old).digest(),
        hashlib.sha256(b"\x01" + sibling + new).digest(),
    )


@pytest.fixture
def published(tmp_path: Path) -> notes_of_trees.Checkpoint:
    """A ledger of 515 entries with a checkpoint over them, and three entries more."""
    with transaction.atomic():
        serve_many(SIZE)
    signed(tmp_path)
    serve_many(3)
    note = pages.checkpoint(GET).content
    return notes_of_trees.open_signed(note, key=KEY.verifier)


def test_the_root_is_rebuilt_from_tiles_alone(published: notes_of_trees.Checkpoint) -> None:
    assert SIZE == published.size == 2 * 256 + 3
    lowest = b"".join(fetched(path).content for path in ("0/000", "0/001", "0/002.p/3"))
    leaves = [lowest[at : at + 32] for at in range(0, len(lowest), 32)]
    assert SIZE == len(leaves)
    assert published.root == mth(leaves)
    above = fetched("1/000.p/2").content
    assert mth(leaves[:256]) + mth(leaves[256:512]) == above


def test_proofs_made_from_tiles_verify_with_an_independent_reading_of_the_rfc(
    published: notes_of_trees.Checkpoint,
) -> None:
    lowest = b"".join(fetched(path).content for path in ("0/000", "0/001", "0/002.p/3"))
    tree = Tree(lowest[at : at + 32] for at in range(0, len(lowest), 32))
    for index in (0, 1, 255, 256, 511, 512, 514):
        payload = bytes(EntryRow.objects.get(index=index).payload)
        leaf = hashlib.sha256(b"\x00" + payload).digest()
        proof = list(tree.inclusion_proof(index=index, size=SIZE))
        assert published.root == root_by_path(index, SIZE, leaf, proof)
        other = hashlib.sha256(b"\x00" + payload + b" ").digest()
        assert published.root != root_by_path(index, SIZE, other, proof)


def test_consistency_proofs_made_from_tiles_verify_by_that_reading_too(
    published: notes_of_trees.Checkpoint,
) -> None:
    lowest = b"".join(fetched(path).content for path in ("0/000", "0/001", "0/002.p/3"))
    leaves = [lowest[at : at + 32] for at in range(0, len(lowest), 32)]
    tree = Tree(leaves)
    for size in (1, 2, 3, 255, 256, 257, 400, 512, 514):
        older = mth(leaves[:size])
        proof = list(tree.consistency_proof(old_size=size, new_size=SIZE))
        assert (older, published.root) == roots_by_subproof(size, SIZE, proof, older=older)
        # A beginning that was rewritten leads to neither root by the same proof.
        rewritten = mth([bytes(32), *leaves[1:size]])
        assert (rewritten, published.root) != roots_by_subproof(size, SIZE, proof, older=rewritten)


def test_a_root_of_any_size_comes_from_the_tiles() -> None:
    with transaction.atomic():
        serve_many(SIZE)
    tree = Tree(bytes(row.leaf) for row in EntryRow.objects.order_by("index"))
    for size in (0, 1, 2, 255, 256, 257, 300, 511, 512, 513, SIZE):
        assert tree.root(size) == tiles.root_at(size)
    with pytest.raises(tiles.HashesMissing):
        tiles.root_at(SIZE + 1)


THERE = ["0/000", "0/001", "0/002.p/1", "0/002.p/3", "0/001.p/255", "1/000.p/1", "1/000.p/2"]
# Three entries were appended since the checkpoint.
NOT_COVERED = ["0/002.p/4", "0/002", "0/003", "1/000.p/3", "1/000", "2/000", "2/000.p/1"]
NO_ADDRESS = [
    *("0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "0/0", "00/000", "0/x000/000"),
    *("0/001/000", "0/-01", "0/\u0660\u0660\u0660", "64/000", "0/000/", "", "0"),
]
ENTRIES = ["entries/000", "data/000"]


@pytest.mark.usefixtures("published")
def test_tiles_of_the_checkpoint_are_there_and_nothing_else_is() -> None:
    assert [path for path in THERE if not is_there(path)] == []
    assert [path for path in (*NOT_COVERED, *NO_ADDRESS, *ENTRIES) if is_there(path)] == []


def test_before_the_first_checkpoint_nothing_is_published() -> None:
    serve()
    assert not is_there("0/000.p/1")
    with pytest.raises(Http404):
        pages.checkpoint(GET)


def test_a_tile_may_be_cached_for_ever_and_a_checkpoint_for_a_moment(tmp_path: Path) -> None:
    serve()
    signed(tmp_path)
    tile, checkpoint = fetched("0/000.p/1"), pages.checkpoint(GET)
    assert ("application/octet-stream", "public, max-age=31536000, immutable") == (
        tile["Content-Type"],
        tile["Cache-Control"],
    )
    assert ("text/plain; charset=utf-8", "public, max-age=5") == (
        checkpoint["Content-Type"],
        checkpoint["Cache-Control"],
    )
    assert 405 == pages.checkpoint(RequestFactory().post("/")).status_code


def test_the_addresses_are_those_of_the_format() -> None:
    urls = "answerable.ledger.urls"
    found = resolve("/tile/0/x001/x234/067", urls)
    assert (pages.tile, {"path": "0/x001/x234/067"}) == (found.func, found.kwargs)
    assert pages.checkpoint == resolve("/checkpoint", urls).func


@pytest.mark.parametrize(
    "tile", [Tile(level=0, number=number) for number in (0, 7, 999, 1000, 1234067, 10**9)]
)
def test_every_tile_has_one_address_that_reads_back(tile: Tile) -> None:
    assert tile == tiles.parse(tile.path)


def test_the_example_of_the_format_has_the_tiles_it_says() -> None:
    """A tree of 70,000: C2SP tlog-tiles, "Partial Tiles"."""
    size = 70_000
    there = [Tile(level=0, number=272), Tile(level=0, number=273, width=112)]
    there += [Tile(level=1, number=0), Tile(level=1, number=1, width=17)]
    there += [Tile(level=2, number=0, width=1)]
    assert all(tile.is_within(size) for tile in there)
    beyond = [Tile(level=0, number=273), Tile(level=0, number=273, width=113)]
    beyond += [Tile(level=1, number=1, width=18), Tile(level=2, number=0, width=2)]
    beyond += [Tile(level=3, number=0, width=1)]
    assert not any(tile.is_within(size) for tile in beyond)
