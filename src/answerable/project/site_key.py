"""The secret with which the site signs its cookies: kept, so that a restart ends no session."""

import secrets
from pathlib import Path

from answerable.record import key_files

FILE = "site.key"
_SECRET_BYTES = 48


def make_missing(folder: Path) -> None:
    """Make the secret where there is none."""
    path = folder / FILE
    if not path.exists():
        key_files.write_new(path, f"{secrets.token_urlsafe(_SECRET_BYTES)}\n".encode())


def read_or_passing(folder: Path) -> str:
    """Read the secret; before the installation is set up, give one that nobody keeps."""
    path = folder / FILE
    if not path.exists():
        return secrets.token_urlsafe(_SECRET_BYTES)
    return key_files.read(path).decode().strip()
