"""Opening the installation: for every command that works with its database."""

import os
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
    settings = read_settings()
    found = the_one(settings)
    start_django()
    from answerable.project.database import check_up_to_date

    check_up_to_date()
    return Opened(settings=settings, installation=found)


def now() -> datetime:
    """The one look at the clock that a command makes."""
    return datetime.now(UTC)
