"""The last day of a length of law that is counted from an event, with the calendar it needs."""

from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.metadata import version
from zoneinfo import ZoneInfo

import holidays

from answerable.errors import AnswerableError
from answerable.law import files
from answerable.law.lengths import NotALength, later
from answerable.law.profiles import profile as law_profile
from answerable.law.rules import DatedValue, Unit

_WITHIN_A_DAY = frozenset({Unit.SECONDS, Unit.MINUTES, Unit.HOURS})
_WEEKEND = (5, 6)
_DAY = timedelta(days=1)


class UnknownCalendar(AnswerableError):
    """Nobody keeps the holidays of this place."""

    code = "law.unknown_calendar"
    message = "There is no calendar of holidays for {country}."
    hint = "Use a country code of the holidays library, such as NL, or none for weekends alone."


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Where a clock runs: whose days of rest it leaves out, and when its day begins.

    Without a ``country`` only Saturdays and Sundays are days of rest.
    """

    country: str | None = None
    subdivision: str | None = None
    timezone: str = "UTC"

    @property
    def version(self) -> str:
        """What was counted with, so that a date can be explained after the calendar changed.

        >>> Calendar().version
        'Saturdays and Sundays left out, no holidays known; UTC'
        """
        if self.country is None:
            return f"Saturdays and Sundays left out, no holidays known; {self.timezone}"
        place = "-".join(filter(None, (self.country, self.subdivision)))
        return f"holidays {version('holidays')} for {place}; {self.timezone}"


WEEKENDS = Calendar()
"""The calendar where no law names one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """When a clock runs out, to be stored as it was computed and never computed again.

    ``on`` is the last day in time, as the calendar's place counts days, and ``at`` the
    moment from which it is too late. ``calendar`` says what was counted with, and
    ``skipped`` lists the days of rest that were left out.
    """

    at: datetime
    on: date
    calendar: str
    skipped: tuple[date, ...]


@cache
def calendars() -> dict[str, Calendar]:
    """Give the calendar of each jurisdiction that has one."""
    listed = files.read("calendars")
    return {name: _calendar(listed.child(name)) for name in listed.content}


def calendar_for(profile: str) -> Calendar:
    """Give the calendar by which the clocks of a profile run.

    >>> calendar_for("statement").version
    'Saturdays and Sundays left out, no holidays known; UTC'
    """
    return calendar_of(law_profile(profile).jurisdictions)


def calendar_of(jurisdictions: tuple[str, ...]) -> Calendar:
    """Give the calendar of the first jurisdiction that has one, the most specific.

    >>> calendar_of(("nl", "eu", "statement")).timezone
    'Europe/Amsterdam'
    """
    known = calendars()
    return next((known[name] for name in jurisdictions if name in known), WEEKENDS)


def day_of(at: datetime, *, calendar: Calendar) -> date:
    """Say which day it is at a moment where a clock runs.

    Half past eleven at night in UTC is the next day already in Amsterdam:

    >>> late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    >>> day_of(late, calendar=calendar_of(("nl",))).isoformat()
    '2026-11-24'
    """
    return at.astimezone(ZoneInfo(calendar.timezone)).date()


def due(length: DatedValue, *, start: datetime, calendar: Calendar) -> Due:
    """Say when a length of law that starts with an event runs out.

    Parameters
    ----------
    length
        The rule's value. Hours and shorter run from the event itself. Days, weeks, months
        and years run from the day after it and end with the last day; working days leave
        out days of rest. A last day of rest is not moved: that would lengthen the wait.
    start
        The event, an aware time.
    calendar
        Whose days of rest, and whose midnight.

    Raises
    ------
    NotALength
        The rule holds a share, a ratio, a count or a day.

    Examples
    --------
    Two working days from a Thursday are Friday and Monday:

    >>> from answerable.law.rules import value
    >>> two = value("challenge_acknowledgement", jurisdiction="statement", on=date(2026, 11, 26))
    >>> answer = due(two, start=datetime(2026, 11, 26, 9, tzinfo=UTC), calendar=WEEKENDS)
    >>> answer.on.isoformat(), answer.at.isoformat()
    ('2026-11-30', '2026-12-01T00:00:00+00:00')
    >>> [day.isoformat() for day in answer.skipped]
    ['2026-11-28', '2026-11-29']
    """
    zone = ZoneInfo(calendar.timezone)
    first = day_of(start, calendar=calendar)
    if length.unit in _WITHIN_A_DAY:
        ends = later(start.astimezone(UTC), length)
        # Half-open: a clock that ends at midnight ran through the day before.
        last = day_of(ends - timedelta(microseconds=1), calendar=calendar)
        return Due(at=ends, on=last, calendar=calendar.version, skipped=())
    last, skipped = _last_day(length, first, calendar)
    ends = datetime.combine(last + _DAY, time(), tzinfo=zone).astimezone(UTC)
    return Due(at=ends, on=last, calendar=calendar.version, skipped=skipped)


def _last_day(length: DatedValue, first: date, calendar: Calendar) -> tuple[date, tuple[date, ...]]:
    match length.unit:
        case Unit.DAYS:
            return first + length.whole * _DAY, ()
        case Unit.WEEKS:
            return first + 7 * length.whole * _DAY, ()
        case Unit.MONTHS:
            return _months_later(first, length.whole), ()
        case Unit.YEARS:
            return _months_later(first, 12 * length.whole), ()
        case Unit.WORKING_DAYS:
            return _working_days_later(first, length.whole, calendar)
        case _:
            raise NotALength(rule=length.rule, unit=length.unit)


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def _working_days_later(
    first: date, wanted: int, calendar: Calendar
) -> tuple[date, tuple[date, ...]]:
    is_rest = _rest(calendar)
    skipped: list[date] = []
    for day in _days_after(first):
        if is_rest(day):
            skipped.append(day)
            continue
        wanted -= 1
        if wanted == 0:
            return day, tuple(skipped)
    raise AssertionError  # pragma: no cover - days do not end


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += _DAY
        yield day


def _rest(calendar: Calendar) -> Callable[[date], bool]:
    if calendar.country is None:
        return lambda day: day.weekday() in _WEEKEND
    try:
        kept = holidays.country_holidays(calendar.country, subdiv=calendar.subdivision)
    except NotImplementedError as error:
        raise UnknownCalendar(country=calendar.country) from error
    return lambda day: not kept.is_working_day(day)


def _calendar(fields: files.Fields) -> Calendar:
    fields.known("country", "timezone", optional=("subdivision",))
    return Calendar(
        country=fields.text("country"),
        subdivision=fields.text_or_none("subdivision"),
        timezone=fields.text("timezone"),
    )
