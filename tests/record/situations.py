"""Situations the tests of this room begin from."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerable.errors import AnswerableError
from answerable.record.keys import SigningKey
from answerable.record.tree import Tree

LEDGER = "agency.example/ledger"


def a_key(name: str = LEDGER, *, variant: str = "") -> SigningKey:
    """Make the same key every time, so that a failing test can be run again."""
    seed = hashlib.sha256(f"{name} {variant}".encode()).digest()
    return SigningKey(name=name, private=Ed25519PrivateKey.from_private_bytes(seed))


def entries(count: int) -> list[bytes]:
    """Give the entries ``entry 0``, ``entry 1`` and so on."""
    return [f"entry {number}".encode() for number in range(count)]


def a_tree(count: int, *, changed: int = -1) -> Tree:
    """Grow a tree over `entries`, one of them changed where asked."""
    tree = Tree()
    for number, entry in enumerate(entries(count)):
        tree.append(b"changed" if number == changed else entry)
    return tree


def flipped(data: bytes, *, at: int, mask: int = 1) -> bytes:
    """Change one byte."""
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def is_refused(call: Callable[..., object], *given: object, **named: object) -> bool:
    """Say whether a call is refused as every refusal should be; anything else is raised."""
    try:
        call(*given, **named)
    except AnswerableError:
        return True
    return False
