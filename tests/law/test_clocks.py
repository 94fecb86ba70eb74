"""A clock of law ends on a day that anyone can count on a calendar of that place."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.law.clocks import (
    WEEKENDS,
    Calendar,
    UnknownCalendar,
    calendar_for,
    calendar_of,
    calendars,
    day_of,
    due,
)
from answerable.law.lengths import NotALength
from answerable.law.rules import DatedValue, Unit, value

from .situations import TODAY

DUTCH = Calendar(country="NL", timezone="Europe/Amsterdam")
STATEMENT = value("challenge_acknowledgement", jurisdiction="statement", on=TODAY)


def a_length(whole: int, unit: Unit) -> DatedValue:
    return replace(STATEMENT, value=whole, unit=unit)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("whole", "unit", "start", "last"),
    [
        # Monday 23 November 2026 and the days after it.
        (10, Unit.WORKING_DAYS, "2026-11-23T09:00", "2026-12-07"),
        (1, Unit.WORKING_DAYS, "2026-11-27T09:00", "2026-11-30"),
        (1, Unit.WORKING_DAYS, "2026-11-28T09:00", "2026-11-30"),
        (30, Unit.DAYS, "2026-11-23T09:00", "2026-12-23"),
        (6, Unit.WEEKS, "2026-11-23T09:00", "2027-01-04"),
        (1, Unit.MONTHS, "2027-01-31T09:00", "2027-02-28"),
        (1, Unit.YEARS, "2028-02-29T09:00", "2029-02-28"),
    ],
)
def test_days_run_from_the_day_after_and_end_with_the_last_day(
    whole: int, unit: Unit, start: str, last: str
) -> None:
    found = due(a_length(whole, unit), start=at(start), calendar=WEEKENDS)
    assert found.on == date.fromisoformat(last)
    assert found.at == at(last) + timedelta(days=1)


def test_hours_run_from_the_event_also_through_a_weekend() -> None:
    hours = value("urgent_human_consideration", jurisdiction="statement", on=TODAY)
    found = due(hours, start=at("2026-11-27T18:30"), calendar=WEEKENDS)
    assert (found.at, found.on) == (at("2026-11-30T18:30"), date(2026, 11, 30))
    assert found.skipped == ()


def test_a_holiday_of_the_place_is_no_working_day() -> None:
    # King's Day 2026 is Monday 27 April; elsewhere it is a Monday like any other.
    friday = at("2026-04-24T09:00")
    dutch = due(a_length(1, Unit.WORKING_DAYS), start=friday, calendar=DUTCH)
    assert dutch.on == date(2026, 4, 28)
    assert date(2026, 4, 27) in dutch.skipped
    elsewhere = due(a_length(1, Unit.WORKING_DAYS), start=friday, calendar=WEEKENDS)
    assert elsewhere.on == date(2026, 4, 27)


def test_the_day_is_the_day_of_the_place() -> None:
    # Half past eleven at night in UTC is half past midnight on the next day in Amsterdam.
    found = due(a_length(1, Unit.DAYS), start=at("2026-11-23T23:30"), calendar=DUTCH)
    assert found.on == date(2026, 11, 25)
    assert found.at == at("2026-11-25T23:00")
    assert due(a_length(1, Unit.DAYS), start=at("2026-11-23T23:30"), calendar=WEEKENDS).on == date(
        2026, 11, 24
    )


@given(
    st.integers(1, 400),
    st.datetimes(datetime(2013, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from([WEEKENDS, *calendars().values()]),
)
def test_it_is_the_last_day_until_the_clock_has_run_out(
    days: int, start: datetime, calendar: Calendar
) -> None:
    found = due(a_length(days, Unit.DAYS), start=start.replace(tzinfo=UTC), calendar=calendar)
    instant = timedelta(microseconds=1)
    assert day_of(found.at - instant, calendar=calendar) == found.on
    assert day_of(found.at, calendar=calendar) > found.on


def test_what_was_counted_with_is_said() -> None:
    found = due(a_length(1, Unit.WORKING_DAYS), start=at("2026-04-24T09:00"), calendar=DUTCH)
    assert found.calendar.startswith("holidays 0.")
    assert found.calendar.endswith("for NL; Europe/Amsterdam")


@pytest.mark.parametrize("unit", [Unit.SHARE, Unit.RATIO, Unit.COUNT, Unit.DATE])
def test_what_is_no_length_is_refused(unit: Unit) -> None:
    with pytest.raises(NotALength, match="challenge_acknowledgement"):
        due(a_length(2, unit), start=at("2026-11-23T09:00"), calendar=WEEKENDS)


def test_an_unknown_place_is_refused() -> None:
    with pytest.raises(UnknownCalendar, match="XX"):
        due(
            a_length(1, Unit.WORKING_DAYS),
            start=at("2026-11-23T09:00"),
            calendar=Calendar(country="XX"),
        )


def test_every_calendar_of_the_data_can_count() -> None:
    for calendar in calendars().values():
        found = due(a_length(1, Unit.WORKING_DAYS), start=at("2026-12-24T12:00"), calendar=calendar)
        assert date(2026, 12, 25) in found.skipped


def test_a_profile_goes_by_its_most_specific_calendar() -> None:
    assert calendar_for("statement") == WEEKENDS
    assert calendar_of(("nl", "eu", "statement")) == DUTCH


@given(
    st.integers(1, 60),
    st.datetimes(datetime(2013, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from([WEEKENDS, DUTCH]),
)
def test_as_many_days_of_work_were_counted_as_were_asked_for(
    whole: int, start: datetime, calendar: Calendar
) -> None:
    aware = start.replace(tzinfo=UTC)
    found = due(a_length(whole, Unit.WORKING_DAYS), start=aware, calendar=calendar)
    began = aware.astimezone(ZoneInfo(calendar.timezone)).date()
    assert (found.on - began).days == whole + len(found.skipped)
    assert found.at > aware
