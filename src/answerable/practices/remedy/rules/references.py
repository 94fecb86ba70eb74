"""References and secrets of letters: easy to read aloud, impossible to guess."""

import hashlib
import secrets

# Without letters and digits that are taken for each other: 32 signs, 5 bits each.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_REFERENCE, _SECRET, _GROUP = 10, 26, 4
_LONGEST = 80


def new_reference() -> str:
    """Draw the reference of a notice, which may be read aloud and shown."""
    return _grouped(_drawn(_REFERENCE))


def new_secret() -> str:
    """Draw the secret of a letter: 130 bits, shown to the person alone."""
    return _grouped(_drawn(_SECRET))


def tidy(text: str) -> str:
    """Read what a person typed: spaces, hyphens and small letters make no difference.

    >>> tidy(" 7kq2-wxyz 3a")
    '7KQ2-WXYZ-3A'
    """
    signs = "".join(sign for sign in text[:_LONGEST].upper() if sign.isalnum())
    return _grouped(signs)


def secret_hash(secret: str) -> str:
    """Give what is kept of a secret. 130 random bits need no slow hash."""
    return hashlib.sha256(b"answerable case secret v1\0" + tidy(secret).encode()).hexdigest()


def _drawn(signs: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(signs))


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))
