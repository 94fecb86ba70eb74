"""Files that hold a secret: made anew, for their owner alone, and never overwritten."""

import os
import stat
from pathlib import Path

from answerable.errors import AnswerableError

_LARGEST_KEY_FILE = 4096


class KeyFileExists(AnswerableError):
    """A key would overwrite a file."""

    code = "record.key_file_exists"
    message = "{path} exists already, and a key file is never overwritten."
    hint = "Choose another path; what an old key signed can be checked only while it is known."


class KeyFileNotWritten(AnswerableError):
    """A key file could not be written."""

    code = "record.key_file_not_written"
    message = "The key file {path} could not be written: {reason}."
    hint = "Check that the folder exists, is yours and has space."


class KeyFileUnreadable(AnswerableError):
    """A key file could not be read."""

    code = "record.key_file_unreadable"
    message = "The key file {path} cannot be read: {reason}."
    hint = "Check the path and the permissions."


class KeyFileOpenToOthers(AnswerableError):
    """Anyone on the machine may read or replace a private key."""

    code = "record.key_file_open_to_others"
    message = "The key file {path} is open to everyone on this machine (mode {mode})."
    hint = "Take the permission away (chmod 600), and replace the key if others had access."


def write_new(path: Path, secret: bytes) -> None:
    """Write a secret to a new file that only its owner can read, from the first moment."""
    create = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        descriptor = os.open(path, create, mode=stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError as error:
        raise KeyFileExists(path=path) from error
    except OSError as error:
        raise KeyFileNotWritten(path=path, reason=_reason(error)) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        # Half a key is no key, and would bar the next attempt.
        path.unlink(missing_ok=True)
        raise KeyFileNotWritten(path=path, reason=_reason(error)) from error


def read(path: Path) -> bytes:
    """Read a secret; refuse a file that everyone on the machine may open."""
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(_LARGEST_KEY_FILE)
    except OSError as error:
        raise KeyFileUnreadable(path=path, reason=_reason(error)) from error
    # A group is left alone: it is how a service is often handed its key.
    if os.name == "posix" and mode & stat.S_IRWXO:
        raise KeyFileOpenToOthers(path=path, mode=f"{mode:04o}")
    return data


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
