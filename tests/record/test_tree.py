"""Roots and proofs against the definitions of RFC 9162, for every pair of sizes to 300."""

import functools
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from answerable.record.tree import (
    EMPTY_ROOT,
    ConsistencyNotProven,
    InclusionNotProven,
    NotAHash,
    OutsideTree,
    Tree,
    leaf_hash,
    node_hash,
    roots_led_to,
    verify_consistency,
    verify_inclusion,
)
from tests.record.situations import a_tree, entries, flipped, is_refused

MOST = 300
ENTRIES = entries(MOST + 1)
TREE = a_tree(MOST + 1)
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [TREE.root(size) for size in range(MOST + 2)]


@functools.cache
def mth(start: int, end: int) -> bytes:
    """MTH(D[start:end]) as RFC 9162 2.1.1 defines it."""
    if end - start == 0:
        return EMPTY_ROOT
    if end - start == 1:
        return leaf_hash(ENTRIES[start])
    middle = start + split(end - start)
    return node_hash(mth(start, middle), mth(middle, end))


def split(width: int) -> int:
    """Give the largest power of two smaller than the width, by trying."""
    power = 1
    while power * 2 < width:
        power *= 2
    return power


def path(index: int, start: int, end: int) -> list[bytes]:
    """PATH(m, D[start:end]) as 2.1.3.1 defines it."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle - start:
        return [*path(index, start, middle), mth(middle, end)]
    return [*path(index - (middle - start), middle, end), mth(start, middle)]


def subproof(old: int, start: int, end: int, *, known: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:end], b) as 2.1.4.1 defines it."""
    width = end - start
    if old == width:
        return [] if known else [mth(start, end)]
    left = split(width)
    middle = start + left
    if old <= left:
        return [*subproof(old, start, middle, known=known), mth(middle, end)]
    return [*subproof(old - left, middle, end, known=False), mth(start, middle)]


def test_every_root_is_the_one_the_definition_gives() -> None:
    assert [mth(0, size) for size in range(MOST + 2)] == ROOTS
    assert ROOTS[0] == EMPTY_ROOT


def test_every_inclusion_proof_is_the_one_the_definition_gives() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            assert TREE.inclusion_proof(index=index, size=size) == tuple(path(index, 0, size))


def test_every_consistency_proof_is_the_one_the_definition_gives() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            proof = TREE.consistency_proof(old_size=old, new_size=new)
            assert proof == tuple(subproof(old, 0, new, known=True))


def tampered(proof: tuple[bytes, ...], seed: int) -> list[tuple[bytes, ...]]:
    """Flip a bit, drop an element, add one and swap two, at a place that varies."""
    at = seed % (len(proof) + 1)
    changed = [(*proof[:at], ROOTS[1], *proof[at:])]
    if at < len(proof):
        bit = flipped(proof[at], at=seed % 32, mask=1 << seed % 8)
        changed.append((*proof[:at], bit, *proof[at + 1 :]))
        changed.append((*proof[:at], *proof[at + 1 :]))
    if at + 1 < len(proof) and proof[at] != proof[at + 1]:
        changed.append((*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]))
    return changed


def test_every_entry_is_proven_at_every_size_and_no_tampered_proof_is() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = TREE.inclusion_proof(index=index, size=size)
            honest: dict[str, Any] = {
                "leaf": LEAVES[index],
                "index": index,
                "size": size,
                "proof": proof,
                "root": ROOTS[size],
            }
            verify_inclusion(**honest)
            wrong: list[dict[str, Any]] = [
                *({"proof": changed} for changed in tampered(proof, seed=index + size)),
                {"root": ROOTS[size - 1]},
                {"size": size + 1, "root": ROOTS[size + 1]},
                {"index": (index + 1) % size if size > 1 else 1},
            ]
            for change in wrong:
                assert is_refused(verify_inclusion, **{**honest, **change}), (index, size, change)


def test_every_older_tree_begins_every_newer_one_and_no_tampered_proof_shows_it() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new):
            proof = TREE.consistency_proof(old_size=old, new_size=new)
            honest: dict[str, Any] = {
                "old_size": old,
                "new_size": new,
                "old_root": ROOTS[old],
                "new_root": ROOTS[new],
                "proof": proof,
            }
            verify_consistency(**honest)
            wrong: list[dict[str, Any]] = [
                *({"proof": changed} for changed in tampered(proof, seed=old + new)),
                {"old_root": ROOTS[old + 1]} if (old + new) % 2 else {"new_root": ROOTS[new + 1]},
                {"new_size": new + 1, "new_root": ROOTS[new + 1]},
                {"old_size": old + 1},
            ]
            for change in wrong:
                assert is_refused(verify_consistency, **{**honest, **change}), (old, new, change)


def test_one_size_is_consistent_with_itself_by_the_empty_proof_alone() -> None:
    for size in (0, 1, 2, 7, 8):
        root = ROOTS[size]
        assert TREE.consistency_proof(old_size=size, new_size=size) == ()
        verify_consistency(old_size=size, new_size=size, old_root=root, new_root=root, proof=())
        with pytest.raises(ConsistencyNotProven):
            verify_consistency(
                old_size=size, new_size=size, old_root=root, new_root=ROOTS[9], proof=()
            )
        with pytest.raises(ConsistencyNotProven):
            verify_consistency(
                old_size=size, new_size=size, old_root=root, new_root=root, proof=(root,)
            )


def test_every_tree_begins_with_the_empty_one_if_its_root_is_the_empty_root() -> None:
    assert TREE.consistency_proof(old_size=0, new_size=5) == ()
    verify_consistency(old_size=0, new_size=5, old_root=EMPTY_ROOT, new_root=ROOTS[5], proof=())
    with pytest.raises(ConsistencyNotProven):
        verify_consistency(old_size=0, new_size=5, old_root=ROOTS[1], new_root=ROOTS[5], proof=())
    with pytest.raises(ConsistencyNotProven):
        verify_consistency(old_size=0, new_size=0, old_root=ROOTS[1], new_root=ROOTS[1], proof=())


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5), (-1, -1), (5, 0)])
def test_sizes_out_of_order_are_refused(old: int, new: int) -> None:
    root = ROOTS[5]
    with pytest.raises(ConsistencyNotProven):
        verify_consistency(old_size=old, new_size=new, old_root=root, new_root=root, proof=())
    with pytest.raises(ConsistencyNotProven):
        roots_led_to(old_size=old, new_size=new, old_root=root, proof=())
    with pytest.raises(OutsideTree):
        TREE.consistency_proof(old_size=old, new_size=new)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5), (0, -1)])
def test_an_entry_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(OutsideTree):
        TREE.inclusion_proof(index=index, size=size)
    with pytest.raises(InclusionNotProven):
        verify_inclusion(leaf=LEAVES[0], index=index, size=size, proof=(), root=ROOTS[5])


def test_a_size_the_tree_has_not_reached_has_no_root_and_no_proof() -> None:
    tree = a_tree(5)
    assert tree.root() == tree.root(5)
    for size in (6, -1):
        with pytest.raises(OutsideTree):
            tree.root(size)
        with pytest.raises(OutsideTree):
            tree.inclusion_proof(index=0, size=size)


def test_a_hash_of_another_length_is_refused_wherever_it_stands() -> None:
    root, proof = ROOTS[2], TREE.inclusion_proof(index=0, size=2)
    for short in (b"", root[:31], root + b"\0"):
        with pytest.raises(NotAHash):
            Tree([short])
        with pytest.raises(NotAHash):
            verify_inclusion(leaf=short, index=0, size=2, proof=proof, root=root)
        with pytest.raises(NotAHash):
            verify_inclusion(leaf=LEAVES[0], index=0, size=2, proof=(short,), root=root)
        with pytest.raises(NotAHash):
            verify_consistency(
                old_size=1, new_size=2, old_root=ROOTS[1], new_root=short, proof=proof
            )


def test_a_tree_of_known_leaf_hashes_is_the_tree_of_the_entries() -> None:
    assert Tree(LEAVES[:20]).root() == ROOTS[20]


def test_a_proof_of_one_entry_is_none_of_another() -> None:
    proof, root = TREE.inclusion_proof(index=3, size=7), ROOTS[7]
    verify_inclusion(leaf=LEAVES[3], index=3, size=7, proof=proof, root=root)
    with pytest.raises(InclusionNotProven, match="leads to another root"):
        verify_inclusion(leaf=LEAVES[4], index=3, size=7, proof=proof, root=root)


def test_a_leaf_never_poses_as_a_node() -> None:
    assert a_tree(2).root() != leaf_hash(LEAVES[0] + LEAVES[1])


hashes = st.binary(min_size=31, max_size=33)
sizes = st.integers(min_value=-2, max_value=2**70)


@settings(deadline=None)
@given(leaf=hashes, index=sizes, size=sizes, proof=st.lists(hashes, max_size=70), root=hashes)
def test_an_invented_inclusion_proof_is_refused_cleanly(
    leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> None:
    assume(leaf != root)
    assert is_refused(verify_inclusion, leaf=leaf, index=index, size=size, proof=proof, root=root)


@settings(deadline=None)
@given(old=sizes, new=sizes, proof=st.lists(hashes, max_size=70), first=hashes, second=hashes)
def test_an_invented_consistency_proof_is_refused_cleanly(
    old: int, new: int, proof: list[bytes], first: bytes, second: bytes
) -> None:
    assume(first != second)
    assert is_refused(
        verify_consistency,
        old_size=old,
        new_size=new,
        old_root=first,
        new_root=second,
        proof=proof,
    )
