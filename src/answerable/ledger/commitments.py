"""Salted commitments: what stands in an entry in place of a person."""

import hashlib
import secrets

SALT_BYTES = 32

_COMMITMENT = b"answerable person commitment v1"
_LOOKUP = b"answerable person lookup v1"


def new_salt() -> bytes:
    """Draw a salt; every name in every entry has its own, so that no two can be linked."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(*, ref: str, salt: bytes) -> str:
    """Commit to a person: with the salt anyone can check it, without it nobody can guess.

    SHA-256 over the purpose, the salt and the reference, with a zero byte between the
    purpose and the rest; the salt has a fixed length.

    Examples
    --------
    >>> commitment(ref="account/7", salt=bytes(32))[:16]
    '8b149acb4fd93836'
    """
    return hashlib.sha256(b"\0".join((_COMMITMENT, salt + ref.encode()))).hexdigest()


def lookup(ref: str) -> str:
    """Hash a reference so that the salts of one person can be found and erased."""
    return hashlib.sha256(b"\0".join((_LOOKUP, ref.encode()))).hexdigest()
