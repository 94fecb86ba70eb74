"""The clock of a replay moves when it is told to, and never back."""

from datetime import UTC, datetime, timedelta

from answerable.project.demo.clock import ReplayClock

BEGIN = datetime(2013, 1, 1, tzinfo=UTC)


def test_it_stands_until_it_is_moved() -> None:
    clock = ReplayClock(BEGIN)
    assert (BEGIN, BEGIN) == (clock.now(), clock.now())
    assert BEGIN + timedelta(seconds=1) == clock.step() == clock.now()


def test_it_never_goes_back() -> None:
    clock = ReplayClock(BEGIN)
    later = clock.move_to(BEGIN + timedelta(days=1))
    assert later == clock.move_to(BEGIN)


def test_its_units_tell_the_same_moment() -> None:
    clock = ReplayClock(BEGIN + timedelta(microseconds=7))
    seconds = int(BEGIN.timestamp())
    assert (seconds * 1_000_000 + 7, seconds * 1_000_000_000 + 7_000) == (clock.us(), clock.ns())
