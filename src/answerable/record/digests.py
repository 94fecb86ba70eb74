"""SHA-256 digests of bytes and of files, and the form in which records name them."""

import hashlib
import re
from pathlib import Path
from typing import NewType

from answerable.errors import AnswerableError

HexDigest = NewType("HexDigest", str)

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


class NotADigest(AnswerableError):
    """A text does not have the form of a SHA-256 digest."""

    code = "record.not_a_digest"
    message = "A SHA-256 digest is 64 characters of 0-9 and a-f, which {found} is not."
    hint = "Compute it again from the file."


class FileUnreadable(AnswerableError):
    """A file to be hashed cannot be read."""

    code = "record.file_unreadable"
    message = "The file {path} cannot be read: {reason}."
    hint = "Check the path and the permissions."


def hex_digest(text: str) -> HexDigest:
    """Take a text as a digest, or refuse it."""
    if not _SHA256_HEX.fullmatch(text):
        raise NotADigest(found=ascii(text[:80]))
    return HexDigest(text)


def sha256_of_bytes(data: bytes) -> HexDigest:
    """Hash bytes.

    Examples
    --------
    >>> sha256_of_bytes(b"abc")[:16]
    'ba7816bf8f01cfea'
    """
    return HexDigest(hashlib.sha256(data).hexdigest())


def sha256_of_file(path: Path) -> HexDigest:
    """Hash a file of any size in constant memory."""
    try:
        with path.open("rb") as file:
            return HexDigest(hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileUnreadable(path=path, reason=reason) from error
