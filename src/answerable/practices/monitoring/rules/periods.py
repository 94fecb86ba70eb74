"""Periods: which days are counted together, and when they may be counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

ARRIVES_WITHIN = timedelta(hours=1)
"""A day is counted so long after it ended, for records that are still on their way."""

SETTLES_WITHIN = timedelta(minutes=5)
"""A record that was taken in so long ago can be read: its commit has ended since."""

_DAY = timedelta(days=1)


class Cadence(StrEnum):
    """How many days are looked at together."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def a_year(self) -> int:
        """Periods in a year, over which the budget of false alarms is spread."""
        return {Cadence.DAY: 365, Cadence.WEEK: 52, Cadence.MONTH: 12}[self]


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Days from ``first`` to before ``until``."""

    first: date
    until: date

    @property
    def last(self) -> date:
        """The last day of it."""
        return self.until - _DAY


def periods(cadence: Cadence, *, begins_on: date, until: date) -> Iterator[Period]:
    """List the whole periods from a day on that end by another.

    Months are those of the calendar; the first is short where it begins within one.

    >>> found = periods(Cadence.MONTH, begins_on=date(2026, 1, 20), until=date(2026, 3, 5))
    >>> [(one.first.isoformat(), one.until.isoformat()) for one in found]
    [('2026-01-20', '2026-02-01'), ('2026-02-01', '2026-03-01')]
    """
    first = begins_on
    while (after := _after(first, cadence)) <= until:
        yield Period(first=first, until=after)
        first = after


def days_ripe(*, begins_on: date, age: int, at: datetime) -> Iterator[date]:
    """List the days from one on whose decisions have reached an age by a moment.

    >>> now = datetime(2026, 1, 4, 0, 59, tzinfo=UTC)
    >>> [day.day for day in days_ripe(begins_on=date(2026, 1, 1), age=0, at=now)]
    [1, 2]
    """
    day = begins_on
    while ripe_at(day, age=age) <= at:
        yield day
        day += _DAY


def ripe_at(day: date, *, age: int) -> datetime:
    """Give the moment from which a day may be counted at an age."""
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + _DAY
    return end + age * _DAY + ARRIVES_WITHIN


def _after(first: date, cadence: Cadence) -> date:
    if cadence is Cadence.MONTH:
        return (first.replace(day=1) + timedelta(days=31)).replace(day=1)
    return first + (7 * _DAY if cadence is Cadence.WEEK else _DAY)
