"""Read and write base64 so that every byte string has exactly one accepted spelling."""

import base64
import binascii

from answerable.errors import AnswerableError

_TO_STANDARD = str.maketrans("-_", "+/")


class NotBase64(AnswerableError):
    """A text is not the base64 of anything, or not in the one form accepted."""

    code = "record.not_base64"
    message = "The text is not base64 as this format writes it: {reason}."
    hint = "Copy it again from its source; a character was changed, lost or added."


def encode(data: bytes) -> str:
    """Write bytes as standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def decode(text: str, *, urlsafe_too: bool = False) -> bytes:
    """Read padded base64; ``urlsafe_too`` also takes the alphabet with ``-`` and ``_``.

    Nothing is skipped or repaired. The unused bits of the last character must be
    zero, so that changing any character changes the bytes or is refused.

    Examples
    --------
    >>> decode("YWk=")
    b'ai'
    >>> try:
    ...     decode("YWl=")
    ... except NotBase64 as error:
    ...     error.fields["reason"]
    'the padding or the last bits differ from the standard form'
    """
    standard = text
    if urlsafe_too and not set(text) & set("+/"):
        standard = text.translate(_TO_STANDARD)
    try:
        data = base64.b64decode(standard, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotBase64(reason="a character is wrong or the padding is") from error
    if encode(data) != standard:
        raise NotBase64(reason="the padding or the last bits differ from the standard form")
    return data
