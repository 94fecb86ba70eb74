"""Reading the small files that commands are given: evidence, checkpoints, public keys."""

from pathlib import Path

from answerable.errors import AnswerableError
from answerable.record.keys import VerifierKey

LARGEST_BYTES = 256 << 20


class CannotRead(AnswerableError):
    """A file that was named cannot be read."""

    code = "cli.cannot_read"
    message = "{path} cannot be read: {reason}."
    hint = "Check the name and that you may read it."


def read_file(path: Path) -> bytes:
    """Read a whole file of bounded size."""
    try:
        size = path.stat().st_size
        if not size:
            raise CannotRead(path=path, reason="it is empty")
        if size > LARGEST_BYTES:
            raise CannotRead(path=path, reason=f"it is larger than {LARGEST_BYTES >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise CannotRead(path=path, reason=str(error.strerror).lower()) from error


def verifier_key(text: str) -> VerifierKey:
    """Read a public key from its text form, or from a file that holds it."""
    path = Path(text)
    # A key holds base64, which may look like a path but is never an existing one.
    if path.is_file():
        text = read_file(path).decode("utf-8", errors="replace")
    elif "+" not in text:
        raise CannotRead(path=text, reason="there is no such file, and it is no public key")
    return VerifierKey.parse(text.strip())
