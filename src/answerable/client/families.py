"""Families: the folders of a spool, one to a living process, whose lock says that it lives.

The lock is the kernel's: it ends with the process, however that ends, and a family
without a lock is an orphan that any process of the same use takes over or ships.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from answerable.errors import AnswerableError

_LOCK = "lock"
_SOURCE = "source"
_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


class SpoolUnreadable(AnswerableError):
    """A spool cannot be read."""

    code = "client.spool_unreadable"
    message = "The spool {path} cannot be read: {reason}."
    hint = "Check the folder and its permissions; the client tries again by itself."


class SpoolUnwritable(AnswerableError):
    """A spool cannot be written."""

    code = "client.spool_unwritable"
    message = "The spool {path} cannot be written: {reason}."
    hint = "Check the disk's space and the permissions; the client tries again by itself."


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A folder that this process alone writes to, and the source its records are from."""

    folder: Path
    source: str
    lock: int

    @classmethod
    def orphans(cls, spool: Path) -> Iterator[Self]:
        """Lock one dead process's family after the other; whoever gets one releases it."""
        try:
            named = (path for path in spool.iterdir() if not path.name.startswith("."))
            folders = sorted(path for path in named if path.is_dir())
        except OSError as error:
            raise SpoolUnreadable(path=spool, reason=why(error)) from error
        for folder in folders:
            lock = _locked(folder)
            if lock is None:
                continue
            try:
                source = (folder / _SOURCE).read_text(encoding="ascii")
            except (OSError, UnicodeDecodeError):
                # No folder of ours, or one that cannot be read: a matter for people.
                os.close(lock)
                continue
            yield cls(folder=folder, source=source, lock=lock)

    @classmethod
    def found(cls, spool: Path, *, prefix: str) -> Self:
        """Begin a family, with a source that no other has.

        It gets its name when it is locked and whole, so that nobody sees half of one.
        """
        name = os.urandom(8).hex()
        unnamed, folder, source = spool / f".{name}", spool / name, f"{prefix}/{name}"
        try:
            lock = _made(unnamed, source)
            try:
                unnamed.rename(folder)
                sync_folder(spool)
            except OSError:
                os.close(lock)
                raise
        except OSError as error:
            shutil.rmtree(unnamed, ignore_errors=True)
            raise SpoolUnwritable(path=spool, reason=why(error)) from error
        return cls(folder=folder, source=source, lock=lock)

    @property
    def prefix(self) -> str:
        """What the source of the family begins with."""
        return self.source.removesuffix(f"/{self.folder.name}")

    def release(self) -> None:
        """Let another process have the family.

        In a forked child this closes the child's copy only: the parent keeps its lock.
        """
        os.close(self.lock)


def make_private(folder: Path) -> None:
    """Make the folder of a spool, and close one that is open to others."""
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        folder.chmod(_PRIVATE_FOLDER)
    except OSError as error:
        raise SpoolUnwritable(path=folder, reason=why(error)) from error


def why(error: OSError) -> str:
    """Give the system's reason in words."""
    return error.strerror or type(error).__name__


def append_durably(path: Path, data: bytes) -> None:
    """Add bytes to a file that only its owner may read, and wait until they are on disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _PRIVATE_FILE)
    try:
        write_all(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte: a full disk takes some of them before it refuses."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _made(folder: Path, source: str) -> int:
    folder.mkdir(mode=_PRIVATE_FOLDER)
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        append_durably(folder / _SOURCE, source.encode("ascii"))
        sync_folder(folder)
    except OSError:
        os.close(lock)
        raise
    return lock


def _locked(folder: Path) -> int | None:
    """Lock a folder, unless a living process has it or it is gone."""
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return None
    return lock
