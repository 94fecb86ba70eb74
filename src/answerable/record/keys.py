"""Ed25519 keys in the text form of C2SP signed notes, and the files that hold them."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from answerable.errors import AnswerableError
from answerable.record import b64, key_files

KEY_BYTES = 32
KEY_ID_BYTES = 4

_ED25519 = b"\x01"
_PRIVATE_PREFIX = "PRIVATE+KEY+"
_KEY_ID = re.compile(r"[0-9a-f]{8}")


class KeyNameRefused(AnswerableError):
    """A key name is one that a signature line cannot carry."""

    code = "record.key_name_refused"
    message = "{name} cannot name a key: a name is not empty and has no space, plus or control."
    hint = "Name it like a web address without the scheme: agency.example/ledger."
    citation = "C2SP signed-note"


class KeyMalformed(AnswerableError):
    """A text is not a key. The text is never repeated: it may be a private one."""

    code = "record.key_malformed"
    message = "The text is not {what}: {reason}."
    hint = "Copy the whole line again: name, plus, eight hexadecimal digits, plus, base64."
    citation = "C2SP signed-note"


class SignatureRefused(AnswerableError):
    """A signature is not this key's signature of these bytes."""

    code = "record.signature_refused"
    message = "The signature is not one by {key} over these bytes."
    hint = "The bytes or the signature were changed, or another key signed."


def check_key_name(name: str) -> None:
    """Refuse a name that is empty or has a space, a plus or a control character."""
    barred = (mark == "+" or mark.isspace() or _is_control(mark) for mark in name)
    if not name or any(barred):
        raise KeyNameRefused(name=ascii(name[:80]))


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifierKey:
    """A public key with its name; its text form is safe to publish.

    Examples
    --------
    >>> text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    >>> key = VerifierKey.parse(text)
    >>> key.name, key.key_id.hex(), str(key) == text
    ('PeterNeumann', 'c74f20a3', True)
    """

    name: str
    public: bytes

    def __post_init__(self) -> None:
        """Refuse a name no signature line can carry, and a key of another length."""
        check_key_name(self.name)
        if len(self.public) != KEY_BYTES:
            raise KeyMalformed(what="a public key", reason=f"it has {len(self.public)} bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form ``name+hash+base64``, and refuse one whose hash does not fit."""
        name, key_id, public = _parts(text, what="a public key")
        key = cls(name=name, public=public)
        _check_key_id(key, key_id)
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes that tell apart keys of one name; no proof of anything."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    @property
    def label(self) -> str:
        """The name and the bytes that tell apart keys of one name: enough for a sentence."""
        return f"{self.name}+{self.key_id.hex()}"

    def __str__(self) -> str:
        """Write the text form."""
        return f"{self.name}+{self.key_id.hex()}+{b64.encode(_ED25519 + self.public)}"

    def has_signed(self, message: bytes, *, signature: bytes) -> bool:
        """Say whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def verify(self, message: bytes, *, signature: bytes) -> None:
        """Refuse a signature that is not this key's over the message."""
        if not self.has_signed(message, signature=signature):
            raise SignatureRefused(key=self.name)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SigningKey:
    """A private key with its name. Neither ``repr`` nor an error ever shows the secret.

    Examples
    --------
    >>> key = SigningKey.make("agency.example/ledger")
    >>> key
    SigningKey(name='agency.example/ledger')
    >>> key.verifier.verify(b"entry", signature=key.sign(b"entry"))
    """

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a name no signature line can carry."""
        check_key_name(self.name)

    @classmethod
    def make(cls, name: str) -> Self:
        """Make a new key from the operating system's randomness."""
        return cls(name=name, private=Ed25519PrivateKey.generate())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form ``PRIVATE+KEY+name+hash+base64``."""
        if not text.startswith(_PRIVATE_PREFIX):
            raise KeyMalformed(what="a private key", reason="it does not begin like one")
        name, key_id, seed = _parts(text.removeprefix(_PRIVATE_PREFIX), what="a private key")
        key = cls(name=name, private=Ed25519PrivateKey.from_private_bytes(seed))
        _check_key_id(key.verifier, key_id)
        return key

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file; refuse one that everyone on the machine may open."""
        try:
            text = key_files.read(path).decode("utf-8")
        except UnicodeDecodeError:
            raise KeyMalformed(what="a private key", reason="it is not text") from None
        return cls.parse(text.removesuffix("\n"))

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(name=self.name, public=self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Sign bytes as RFC 8032 does: the same bytes always get the same signature."""
        return self.private.sign(message)

    def secret_text(self) -> str:
        """Write the text form, which whoever reads it can sign with."""
        encoded = b64.encode(_ED25519 + self.private.private_bytes_raw())
        return f"{_PRIVATE_PREFIX}{self.name}+{self.verifier.key_id.hex()}+{encoded}"

    def write(self, path: Path) -> None:
        """Write the key to a new file that only its owner can read, from the first moment."""
        key_files.write_new(path, f"{self.secret_text()}\n".encode())


def _parts(text: str, *, what: str) -> tuple[str, str, bytes]:
    match text.split("+", 2):
        case [name, key_id, encoded] if _KEY_ID.fullmatch(key_id):
            check_key_name(name)
        case _:
            raise KeyMalformed(what=what, reason="it does not have the three parts of one")
    try:
        data = b64.decode(encoded)
    except b64.NotBase64:
        raise KeyMalformed(what=what, reason="its last part is not base64") from None
    if len(data) != len(_ED25519) + KEY_BYTES or not data.startswith(_ED25519):
        raise KeyMalformed(what=what, reason="it is not an Ed25519 key")
    return name, key_id, data.removeprefix(_ED25519)


def _check_key_id(key: VerifierKey, found: str) -> None:
    if found != key.key_id.hex():
        raise KeyMalformed(what="a key", reason="its hash does not fit its name and bytes")


def _is_control(mark: str) -> bool:
    # Cs: half a surrogate pair, which has no UTF-8 form to sign.
    return unicodedata.category(mark) in {"Cc", "Cs"}
