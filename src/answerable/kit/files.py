"""Style sheets and pictures: served under names that change with their content."""

import hashlib
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

# Made at set-up by tools/frontend.py, and carried by the wheel; never committed.
BUILT = Path(__file__).parent / "built"
_DIGITS = 12


class Files(StaticFilesStorage):
    """Gives addresses of files where they lie; nothing is copied before the site starts.

    The address carries a digest of the content, so that a browser keeps a file until it is
    another.
    """

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: FBT001, FBT002 - Django's signature
        """Give the address of a file."""
        del force
        address = super().url(name)
        digest = _digest_of(name or "")
        return f"{address}?v={digest}" if digest else address


@lru_cache(maxsize=1024)
def _digest_of(name: str) -> str:
    found = finders.find(name)
    if not found:
        return ""
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:_DIGITS]
