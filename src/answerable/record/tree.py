"""The Merkle tree of RFC 9162 section 2.1: roots, and proofs made and checked."""

import hashlib
from collections.abc import Iterable, Sequence

from answerable.errors import AnswerableError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class OutsideTree(AnswerableError):
    """An entry or a size was asked for that the tree does not have."""

    code = "record.outside_tree"
    message = "The tree has no {what}: it holds {held} entries."
    hint = "Ask for an entry and a size the tree has reached."


class NotAHash(AnswerableError):
    """Something that stands in the place of a SHA-256 hash has another length."""

    code = "record.not_a_hash"
    message = "A hash is 32 bytes; {what} has {length}."
    hint = "The file was changed or cut short: get it again from its source."


class InclusionNotProven(AnswerableError):
    """A proof does not lead from an entry to a root."""

    code = "record.inclusion_not_proven"
    message = "The proof does not show entry {index} in the tree of {size}: {reason}."
    hint = "Treat the entry as not in the ledger until another proof shows it."
    citation = "RFC 9162, 2.1.3.2"


class ConsistencyNotProven(AnswerableError):
    """A proof does not show that an older tree is the start of a newer one."""

    code = "record.consistency_not_proven"
    message = "The proof does not show the tree of {new} beginning with that of {old}: {reason}."
    hint = "Ask the log for another proof, and keep both checkpoints."
    citation = "RFC 9162, 2.1.4.2"


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry; the prefix keeps a leaf from ever posing as a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbouring subtrees into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """An append-only Merkle tree that keeps the hash of every complete subtree.

    Appending costs two hashes on average. A root or proof for any earlier size costs
    a number of hashes in the order of the logarithm squared. About two hashes are
    held per entry; entries themselves are not held.

    Examples
    --------
    >>> tree = Tree()
    >>> tree.append(b"first"), tree.append(b"second")
    (0, 1)
    >>> proof = tree.inclusion_proof(index=0, size=2)
    >>> proof == (leaf_hash(b"second"),)
    True
    >>> verify_inclusion(
    ...     leaf=leaf_hash(b"first"), index=0, size=2, proof=proof, root=tree.root()
    ... )
    """

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """Start from leaf hashes already known, none by default."""
        # _levels[k][i] is the hash of the complete subtree over entries i * 2**k onwards.
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append_leaf(leaf)

    @property
    def size(self) -> int:
        """Count the entries."""
        return len(self._levels[0])

    def append(self, entry: bytes) -> int:
        """Add an entry and return its index."""
        return self.append_leaf(leaf_hash(entry))

    def append_leaf(self, leaf: bytes) -> int:
        """Add an entry by its leaf hash and return its index."""
        _check_hash(leaf, "the leaf")
        index = self.size
        level, subtree = 0, leaf
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(subtree)
            if len(row) % 2:
                return index
            subtree = node_hash(row[-2], row[-1])
            level += 1

    def root(self, size: int | None = None) -> bytes:
        """Give the root over the first ``size`` entries, all of them by default."""
        size = self.size if size is None else size
        self._check_size(size)
        return self._hash_of(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, *, index: int, size: int) -> tuple[bytes, ...]:
        """Prove that an entry is in the tree of ``size``: PATH of RFC 9162 2.1.3.1."""
        self._check_size(size)
        if not 0 <= index < size:
            raise OutsideTree(what=f"entry {index} at size {size}", held=self.size)
        start, end = 0, size
        path: list[bytes] = []
        while end - start > 1:
            middle = start + _left_width(end - start)
            if index < middle:
                path.append(self._hash_of(middle, end))
                end = middle
            else:
                path.append(self._hash_of(start, middle))
                start = middle
        return tuple(reversed(path))

    def consistency_proof(self, *, old_size: int, new_size: int) -> tuple[bytes, ...]:
        """Prove that the tree of ``new_size`` begins with that of ``old_size`` (2.1.4.1).

        Empty where nothing needs proof: two equal sizes, or an empty older tree.
        """
        self._check_size(new_size)
        if not 0 <= old_size <= new_size:
            raise OutsideTree(what=f"size {old_size} before size {new_size}", held=self.size)
        if old_size == 0:
            return ()
        start, end = 0, new_size
        path: list[bytes] = []
        while end != old_size:
            middle = start + _left_width(end - start)
            if old_size <= middle:
                path.append(self._hash_of(middle, end))
                end = middle
            else:
                path.append(self._hash_of(start, middle))
                start = middle
        if start > 0:  # from 0 on it is the older tree itself, whose root the reader has
            path.append(self._hash_of(start, end))
        return tuple(reversed(path))

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise OutsideTree(what=f"size {size}", held=self.size)

    def _hash_of(self, start: int, end: int) -> bytes:
        width = end - start
        level = width.bit_length() - 1
        if width == 1 << level:  # every split leaves such a range on a multiple of its width
            return self._levels[level][start >> level]
        middle = start + _left_width(width)
        return node_hash(self._hash_of(start, middle), self._hash_of(middle, end))


def verify_inclusion(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash stands at ``index`` in the tree of ``size`` with ``root``.

    Returns nothing, or raises `InclusionNotProven`. The size is trusted to belong to
    the root, as it does in a signed checkpoint: a tree one entry larger may lend the
    same proof the same shape.
    """
    _check_hashes({"the leaf": leaf, "the root": root}, proof)
    if not 0 <= index < size:
        raise InclusionNotProven(index=index, size=size, reason="the tree has no such entry")
    node, last = index, size - 1
    subtree = leaf
    for sibling in proof:
        if last == 0:
            raise InclusionNotProven(index=index, size=size, reason="the proof is too long")
        if node & 1 or node == last:
            subtree = node_hash(sibling, subtree)
            node, last = _up_to_right_child(node, last)
        else:
            subtree = node_hash(subtree, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise InclusionNotProven(index=index, size=size, reason="the proof is too short")
    if subtree != root:
        raise InclusionNotProven(index=index, size=size, reason="it leads to another root")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of ``new_size`` begins with every entry of ``old_size``.

    Returns nothing, or raises `ConsistencyNotProven`. Equal sizes, or an older size of
    0, take the empty proof only. Each size is trusted to belong to its root.
    """
    _check_hashes({"the older root": old_root, "the newer root": new_root}, proof)
    if 0 <= old_size == new_size:
        known_root = new_root if new_size else EMPTY_ROOT
        fits = not proof and old_root == new_root == known_root
    elif 0 == old_size < new_size:
        fits = not proof and old_root == EMPTY_ROOT
    else:
        led_to = roots_led_to(old_size=old_size, new_size=new_size, old_root=old_root, proof=proof)
        fits = led_to == (old_root, new_root)
    if not fits:
        reason = "it does not lead to these roots"
        raise ConsistencyNotProven(old=old_size, new=new_size, reason=reason)


def roots_led_to(
    *, old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Give the older and the newer root that a consistency proof leads to.

    Whoever compares them with two signed roots can tell a proof that fits neither from
    a newer tree that has another beginning. Refused unless ``0 < old_size < new_size``.
    """
    _check_hashes({"the older root": old_root}, proof)

    def refusal(*, reason: str) -> ConsistencyNotProven:
        return ConsistencyNotProven(old=old_size, new=new_size, reason=reason)

    if not 0 < old_size < new_size:
        raise refusal(reason="the sizes are not two that need a proof")
    if not proof:
        raise refusal(reason="the proof is too short")
    # A power of two is one complete subtree of the newer tree: the proof leaves it out.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise refusal(reason="the proof is too long")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            node, last = _up_to_right_child(node, last)
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise refusal(reason="the proof is too short")
    return old, new


def _left_width(width: int) -> int:
    """Give the largest power of two below ``width``, where RFC 9162 splits."""
    return 1 << ((width - 1).bit_length() - 1)


def _up_to_right_child(node: int, last: int) -> tuple[int, int]:
    """Climb past the levels where the last node has no sibling and moves up alone."""
    while not node & 1 and node:
        node, last = node >> 1, last >> 1
    return node, last


def _check_hashes(named: dict[str, bytes], proof: Sequence[bytes]) -> None:
    for what, value in named.items():
        _check_hash(value, what)
    for value in proof:
        _check_hash(value, "an element of the proof")


def _check_hash(value: bytes, what: str) -> None:
    if len(value) != HASH_BYTES:
        raise NotAHash(what=what, length=len(value))
