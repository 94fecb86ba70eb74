"""The folder kept elsewhere: checkpoints that a restored database cannot take back.

It should lie on another machine or medium than the database. A checkpoint is written
before it is published, under a name of its size and digest, and again as ``last``.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from answerable.errors import AnswerableError
from answerable.record import notes
from answerable.record.checkpoints import Checkpoint
from answerable.record.digests import sha256_of_bytes

LAST = "last"
_SUFFIX = ".checkpoint"
_LARGEST_FILE = notes.MAX_NOTE_BYTES


class FolderNotWritten(AnswerableError):
    """A checkpoint could not be put where it is kept."""

    code = "ledger.folder_not_written"
    message = "The checkpoint could not be kept in {folder}: {reason}."
    hint = "Check that the folder is mounted, is yours and has space."


class FolderUnreadable(AnswerableError):
    """The checkpoints kept elsewhere cannot be read."""

    code = "ledger.folder_unreadable"
    message = "The checkpoints kept in {folder} cannot be read: {reason}."
    hint = "Check that the folder is mounted and yours, and that nobody changed it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A checkpoint that was kept, not yet verified."""

    note: bytes
    checkpoint: Checkpoint


def keep(note: bytes, *, folder: Path) -> None:
    """Write a checkpoint so that it is there after a power cut, or refuse.

    Examples
    --------
    The file ``last`` and one named for size and digest hold the same bytes.
    """
    size = Checkpoint.parse(notes.parse(note).text).size
    # The size first, so that names sort by it.
    name = f"{size:020}-{sha256_of_bytes(note)[:16]}{_SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for target in (folder / name, folder / LAST):
            _write(target, note)
        _sync(folder)
    except OSError as error:
        raise FolderNotWritten(folder=folder, reason=_reason(error)) from error


def newest(folder: Path) -> tuple[Kept, ...]:
    """Give ``last`` and the largest of the others, which are the same unless one was put back.

    Empty where nothing is kept. Their signatures are for the caller to check.
    """
    try:
        named = sorted(path for path in folder.glob(f"*{_SUFFIX}") if path.is_file())
        has_last = (folder / LAST).exists()
        found = [*([folder / LAST] if has_last else []), *named[-1:]]
        contents = {_read(path) for path in found}
    except OSError as error:
        raise FolderUnreadable(folder=folder, reason=_reason(error)) from error
    if named and not has_last:
        raise FolderUnreadable(folder=folder, reason=f"the file {LAST} is missing")
    try:
        return tuple(
            Kept(note=note, checkpoint=Checkpoint.parse(notes.parse(note).text))
            for note in sorted(contents)
        )
    except AnswerableError as error:
        raise FolderUnreadable(folder=folder, reason="a file is no checkpoint") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST_FILE + 1)


def _write(target: Path, data: bytes) -> None:
    aside = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    if os.name != "posix":
        return
    # A new name is durable only once its folder is.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
