"""Checkpoints of C2SP tlog-checkpoint, and what two of them show about a log."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from answerable.errors import AnswerableError
from answerable.record import b64, notes
from answerable.record.keys import SigningKey, VerifierKey
from answerable.record.measurement import CannotSay
from answerable.record.tree import (
    EMPTY_ROOT,
    HASH_BYTES,
    ConsistencyNotProven,
    NotAHash,
    roots_led_to,
)

LARGEST_SIZE = 2**63 - 1

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_FIXED_LINES = 3


class CheckpointMalformed(AnswerableError):
    """A text is not a checkpoint, or a checkpoint could not be written."""

    code = "record.checkpoint_malformed"
    message = "This is not a checkpoint: {reason}."
    hint = "A checkpoint is the log's name, its size and its root, each on a line."
    citation = "C2SP tlog-checkpoint"


class OriginIsNotTheKeyName(AnswerableError):
    """A checkpoint of one log would be signed by another log's key."""

    code = "record.origin_is_not_the_key_name"
    message = "A checkpoint of {origin} is not signed with the key {key}."
    hint = "Use the key whose name is the log's."
    citation = "C2SP tlog-checkpoint"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint:
    """What a log says it holds: so many entries, and the root over them.

    Examples
    --------
    >>> checkpoint = Checkpoint(origin="agency.example/ledger", size=0, root=EMPTY_ROOT)
    >>> checkpoint.text.splitlines()
    ['agency.example/ledger', '0', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=']
    >>> Checkpoint.parse(checkpoint.text) == checkpoint
    True
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what has no text form."""
        if not 0 <= self.size <= LARGEST_SIZE:
            raise CheckpointMalformed(reason="the size is not between 0 and 2**63 - 1")
        if len(self.root) != HASH_BYTES:
            raise CheckpointMalformed(reason=f"the root has {len(self.root)} bytes, not 32")
        for line in (self.origin, *self.extensions):
            if not line or any(mark < " " for mark in line):
                raise CheckpointMalformed(reason="a line is empty or holds a control character")

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), b64.encode(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a note that has been opened; extension lines are kept."""
        if not text.endswith("\n"):
            raise CheckpointMalformed(reason="the last line does not end")
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < _FIXED_LINES:
            raise CheckpointMalformed(reason=f"it has {len(lines)} of its 3 lines")
        origin, size, root, *extensions = lines
        if not _DECIMAL.fullmatch(size):
            raise CheckpointMalformed(reason="the size is not a decimal number as logs write it")
        try:
            root_bytes = b64.decode(root)
        except b64.NotBase64 as error:
            raise CheckpointMalformed(reason="the root is not base64") from error
        return cls(origin=origin, size=int(size), root=root_bytes, extensions=tuple(extensions))


@dataclass(frozen=True, kw_only=True, slots=True)
class Consistent:
    """The newer tree begins with every entry of the older one, unchanged."""

    older: Checkpoint
    newer: Checkpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Misbehaviour:
    """One key has signed two trees that cannot both be the same log.

    The two files, and the proof where one was given, show it to anyone who has the
    public key; nobody's word is needed.
    """

    key: VerifierKey
    older: Checkpoint
    newer: Checkpoint

    @property
    def sentence(self) -> str:
        """The finding in one sentence for people."""
        older, newer = self.older, self.newer
        roots = f"roots {b64.encode(older.root)} and {b64.encode(newer.root)}"
        if older.size == newer.size:
            found = f"signed two different trees of {older.size} entries"
        elif older.size == 0:
            found = "signed a root for an empty tree that no empty tree has"
        else:
            found = (
                f"signed a tree of {newer.size} entries that does not begin with "
                f"the {older.size} it had signed before"
            )
        return f"The log {older.origin} {found} ({roots}): entries were changed, removed or hidden."


def sign(checkpoint: Checkpoint, *, key: SigningKey) -> bytes:
    """Write a signed checkpoint; the key bears the log's name."""
    if key.name != checkpoint.origin:
        raise OriginIsNotTheKeyName(origin=ascii(checkpoint.origin[:80]), key=key.name)
    return notes.sign(checkpoint.text, keys=[key])


def open_signed(data: bytes, *, key: VerifierKey) -> Checkpoint:
    """Read a checkpoint that this key has signed; other signatures are ignored."""
    return Checkpoint.parse(notes.open_signed(data, known=[key]).text)


def compare(
    first: bytes, second: bytes, *, key: VerifierKey, proof: Sequence[bytes] | None = None
) -> Consistent | Misbehaviour | CannotSay:
    """Say what two signed checkpoints, in any order, show about the log that signed them.

    Parameters
    ----------
    first, second
        Signed checkpoints as files; either may be the older. Refused unless ``key``
        has signed both.
    key
        The log's public key, from a source other than the two files.
    proof
        Consistency proof between the two sizes; not needed for equal sizes, nor
        where the older tree is empty.

    Returns
    -------
    Consistent
        Every entry of the older tree stands unchanged in the newer.
    Misbehaviour
        One size with two roots, a root for an empty tree that is none, or a proof
        that fits the newer root and leads to another older root.
    CannotSay
        Two logs, or no proof that fits the newer root. A wrong proof shows nothing:
        anyone could have made it up.

    Notes
    -----
    Where the older size is a power of two, a proof in the form of RFC 9162 leaves the
    older root out, so a forked log gives *cannot say* here, never *consistent*.
    """
    opened = (open_signed(first, key=key), open_signed(second, key=key))
    older, newer = sorted(opened, key=lambda checkpoint: checkpoint.size)
    if older.origin != newer.origin:
        return CannotSay(reason="two_logs", needs="Two checkpoints of one log.")
    wrong = Misbehaviour(key=key, older=older, newer=newer)
    consistent = Consistent(older=older, newer=newer)
    if older.size in {0, newer.size}:
        root = newer.root if older.size == newer.size else EMPTY_ROOT
        return consistent if older.root == root else wrong
    if proof is None:
        return CannotSay(
            reason="no_consistency_proof",
            needs=f"A consistency proof from size {older.size} to size {newer.size}.",
        )
    misfit = CannotSay(
        reason="proof_does_not_fit",
        needs=f"A consistency proof that leads to the root of size {newer.size}.",
    )
    try:
        led_to_old, led_to_new = roots_led_to(
            old_size=older.size, new_size=newer.size, old_root=older.root, proof=proof
        )
    except (ConsistencyNotProven, NotAHash):
        return misfit
    if led_to_new != newer.root:
        return misfit
    return consistent if led_to_old == older.root else wrong
