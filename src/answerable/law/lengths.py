"""The moment at which a length of law has passed, for lengths without working days."""

from calendar import monthrange
from datetime import datetime, timedelta

from answerable.errors import AnswerableError
from answerable.law.rules import DatedValue, Unit

_MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}
_FIXED = {
    Unit.SECONDS: timedelta(seconds=1),
    Unit.MINUTES: timedelta(minutes=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.DAYS: timedelta(days=1),
    Unit.WEEKS: timedelta(weeks=1),
}


class NotALength(AnswerableError):
    """A rule holds something that cannot be added to a moment without a calendar."""

    code = "law.not_a_length"
    message = "The rule {rule} counts in {unit}, which does not add to a moment."
    hint = "Working days need the calendar of a jurisdiction; a share or a day is no length."


def later(at: datetime, length: DatedValue) -> datetime:
    """Add a length to a moment; months end on the last day where the day does not exist.

    Examples
    --------
    >>> from datetime import UTC, date
    >>> from answerable.law.rules import value
    >>> year = value("permit_length", jurisdiction="statement", on=date(2026, 11, 23))
    >>> later(datetime(2028, 2, 29, 9, tzinfo=UTC), year).isoformat()
    '2029-02-28T09:00:00+00:00'
    """
    if length.unit in _MONTHS:
        months = at.year * 12 + at.month - 1 + length.whole * _MONTHS[length.unit]
        year, month = divmod(months, 12)
        day = min(at.day, monthrange(year, month + 1)[1])
        return at.replace(year=year, month=month + 1, day=day)
    if length.unit in _FIXED:
        return at + length.whole * _FIXED[length.unit]
    raise NotALength(rule=length.rule, unit=length.unit)
