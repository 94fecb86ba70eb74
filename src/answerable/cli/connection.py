"""Opening the installation: for every command that works with its database."""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime

from answerable.cli.extras import require
from answerable.project.installation import Installation, the_one
from answerable.project.settings import Settings, read_settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """An installation that is ready to be worked with."""

    settings: Settings
    installation: Installation


_OPENED: list[Opened] = []


def start_django() -> Settings:
    """Load the rooms that have tables; done late, because it takes most of a second."""
    require("web")
    settings = read_settings()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.project.web")
    import django

    django.setup()
    return settings


def open_installation() -> Opened:
    """Open the installation of this machine; refuse where there is none, or an older one."""
    require("web")
    settings = read_settings()
    found = the_one(settings)
    start_django()
    from answerable.project.database import check_up_to_date

    check_up_to_date()
    opened = Opened(settings=settings, installation=found)
    _OPENED.append(opened)
    return opened


def sign_what_was_entered() -> None:
    """Sign the ledger, where this command has entered something and nobody has signed it yet.

    Without it, what was done by command would be in no checkpoint until the service runs.
    """
    if "django" not in sys.modules or not _OPENED:
        return
    from answerable.ledger import checkpoints
    from answerable.ledger.append import DATABASE
    from answerable.ledger.models import EntryRow
    from answerable.project import keys

    opened = _OPENED.pop()
    last = EntryRow.objects.using(DATABASE).order_by("index").values_list("index", flat=True).last()
    if last is not None and last >= checkpoints.latest_size():
        held = keys.read(opened.settings.keys)
        checkpoints.make(key=held.ledger, folder=opened.settings.checkpoints, at=now())


def now() -> datetime:
    """The one look at the clock that a command makes."""
    return datetime.now(UTC)
