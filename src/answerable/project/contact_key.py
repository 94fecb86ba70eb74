"""The secret behind people's data, which signs nothing and is shown to nobody."""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from answerable.errors import AnswerableError
from answerable.record import key_files

_SECRET_BYTES = 32
FILE = "contact.key"


class ContactKeyMalformed(AnswerableError):
    """The file of the contact key holds something else. Its content is never repeated."""

    code = "project.contact_key_malformed"
    message = "The file {path} does not hold a contact key."
    hint = "Put back the copy that was kept; without it no person's mapping can be read."


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ContactKey:
    """One secret, from which the two keys are derived that hide who people are."""

    secret: bytes = field(repr=False)

    @property
    def encryption(self) -> bytes:
        """The key under which who a person is lies encrypted. 32 bytes."""
        return self._derived(b"answerable contact encryption v1")

    @property
    def lookup(self) -> bytes:
        """The key of the keyed hash by which a person's row is found. 32 bytes."""
        return self._derived(b"answerable contact lookup v1")

    def _derived(self, purpose: bytes) -> bytes:
        derivation = HKDF(algorithm=SHA256(), length=_SECRET_BYTES, salt=None, info=purpose)
        return derivation.derive(self.secret)


def make_missing(folder: Path) -> None:
    """Make the secret where there is none."""
    path = folder / FILE
    if not path.exists():
        secret = base64.b64encode(secrets.token_bytes(_SECRET_BYTES))
        key_files.write_new(path, secret + b"\n")


def read(path: Path) -> ContactKey:
    """Read the secret from its file."""
    try:
        secret = base64.b64decode(key_files.read(path).strip(), validate=True)
    except binascii.Error as error:
        raise ContactKeyMalformed(path=path) from error
    if len(secret) != _SECRET_BYTES:
        raise ContactKeyMalformed(path=path)
    return ContactKey(secret=secret)
