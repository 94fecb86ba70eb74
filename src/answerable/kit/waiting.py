"""What waits for somebody: the lines of a home page, told by each room for its own things."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Urgency(StrEnum):
    """How a thing that waits stands, most pressing first."""

    OVERDUE = "overdue"
    BLOCKED = "blocked"
    WAITING = "waiting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """One thing that somebody can do something about.

    ``what`` is a sentence without personal data, ``url`` the page where it is done. ``due``
    is the moment from which it is overdue; None where no rule gives one.
    """

    what: str
    url: str
    agency: str
    since: datetime
    urgency: Urgency
    due: datetime | None = None


def in_order(lines: list[Waiting]) -> list[Waiting]:
    """Put what presses most first, and of that what has waited longest."""
    pressing = list(Urgency)
    return sorted(lines, key=lambda line: (pressing.index(line.urgency), line.due or line.since))
