"""People in the log: a random token for each person and use, the mapping encrypted apart."""

import os
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from answerable.errors import AnswerableError

LOOKUP_BYTES = 16
TOKEN_BYTES = 16
NONCE_BYTES = 12
MARK_BYTES = 16

# The use of a member of staff: one token in the whole agency.
STAFF = ""


class PersonUnreadable(AnswerableError):
    """A stored pseudonym does not open with this key."""

    code = "intake.person_unreadable"
    message = "The mapping of a person's token does not open with the contact key."
    hint = "Use the contact key it was written with; the row may also have been changed."


class Pseudonyms:
    """Finds, closes and opens the mapping between pseudonyms and tokens.

    Examples
    --------
    >>> pseudonyms = Pseudonyms(lookup=bytes(32), encryption=bytes(32))
    >>> place = pseudonyms.lookup_of(agency="north", use="north.benefit-check", person="p-1")
    >>> closed = pseudonyms.close("p-1", lookup=place)
    >>> b"p-1" in closed, pseudonyms.open(closed, lookup=place)
    (False, 'p-1')
    """

    def __init__(self, *, lookup: bytes, encryption: bytes) -> None:
        """Take the two halves of the contact key, 32 bytes each."""
        # BLAKE2 takes a key by itself, and a row in half the time of HMAC; it is copied with
        # the key already in it.
        self._lookup = blake2b(digest_size=LOOKUP_BYTES, key=lookup)
        self._marking = blake2b(b"attributes", digest_size=32, key=lookup).digest()
        self._cipher = AESGCM(encryption)

    def lookup_of(self, *, agency: str, use: str, person: str) -> bytes:
        """Give the key under which a person's token is found in a use."""
        lookup = self._lookup.copy()
        lookup.update(f"{agency}\0{use}\0{person}".encode())
        return lookup.digest()

    def close(self, person: str, *, lookup: bytes, nonce: bytes | None = None) -> bytes:
        """Encrypt a pseudonym for its row; a ``nonce`` is one of `new_nonces`, used once."""
        nonce = nonce or os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, person.encode(), lookup)

    def open(self, ciphertext: bytes, *, lookup: bytes) -> str:
        """Decrypt the pseudonym of a row."""
        nonce, closed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, closed, lookup).decode()
        except (InvalidTag, ValueError) as error:
            raise PersonUnreadable from error

    def mark(self, message: bytes) -> str:
        """Commit to something guessable so that only this key's holder can test a guess."""
        return blake2b(message, digest_size=MARK_BYTES, key=self._marking).hexdigest()


def new_tokens(count: int) -> list[bytes]:
    """Draw random tokens."""
    return _drawn(count, TOKEN_BYTES)


def new_nonces(count: int) -> list[bytes]:
    """Draw what pseudonyms are encrypted with, each for one of them."""
    return _drawn(count, NONCE_BYTES)


def _drawn(count: int, length: int) -> list[bytes]:
    # At once: whoever asks the machine for randomness gives up the interpreter each time.
    drawn = os.urandom(length * count)
    return [drawn[at : at + length] for at in range(0, len(drawn), length)]
