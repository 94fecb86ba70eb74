"""What changes in time: fields that come or go, labels that break, records that dry up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Integers
from answerable.measure.quality.empty_stretch import Stretch, empty_stretches
from answerable.measure.quality.step_change import (
    FEWEST_PERIODS,
    Step,
    noticeable_share_step,
    noticeable_volume_step,
    step_in_share,
    step_in_volume,
)
from answerable.measure.tables.codes import STANDARD
from answerable.measure.tables.whole import Filled, WholeTable
from answerable.record.measurement import CannotSay
from answerable.verdict.quality_limits import FAMILYWISE, MET, NOT_MET, Answer, Band, cannot_say

LEVEL = FAMILYWISE / 2
"""Accepted chance of a false step in the label, and again in the volume: 5 % for both."""

LONGEST_GAP = 600
"""Periods between the first and the last; a year 9999 would make all the rest a gap."""

_CONSTANT = 0.99
_YEAR = 4
_ONE_PERIOD = CannotSay(reason="too_few_periods", needs="records of at least two periods")
_SPAN_TOO_LONG = CannotSay(
    reason="time_span_too_long",
    needs=f"times within {LONGEST_GAP} periods of each other: some are stand-ins, such as 9999",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChange:
    """A field that is nearly empty in a stretch of periods and not in the others.

    ``first`` is None where it is empty from the beginning, ``until`` (the first period after
    it) where it is to the end.
    """

    column: str
    first: str | None
    until: str | None
    stretch: Stretch


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A step in a series, and the period from which on things are otherwise.

    ``before`` and ``after`` are (counted, among), of volumes (records, periods).
    ``last_other`` gives the last day with the label that is all but gone after the step, and
    the rows after that day.
    """

    period: str
    before: tuple[int, int]
    after: tuple[int, int]
    p_value: float
    last_other: tuple[str, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """The steps of a series, or why it could not be tested; what would have been noticed."""

    breaks: tuple[Break, ...]
    noticeable: float | None
    answer: Answer
    band: Band


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeFound:
    """What was found along a column of time. ``label`` is None where none was named."""

    column: str
    periods: tuple[str, ...]
    without_time: int
    forms: tuple[FormChange, ...]
    form_answer: Answer
    volume: Steps
    label: Steps | None


def look_at_time(
    table: WholeTable, time: str, label: str | None, *, bands: Mapping[str, Band]
) -> TimeFound:
    """Follow every field, the label, and the number of records through the periods."""
    columns = [column for column in table.columns if column != time]
    filled = table.filled_in_time(time, columns)
    seen = sorted(key for (key,) in filled.cells if key)
    periods = _between(seen[0], seen[-1])
    rows = _series(filled, periods or tuple(seen), None)
    forms = _form_changes(filled, periods or tuple(seen), columns, rows)
    return TimeFound(
        column=time,
        periods=tuple(seen),
        without_time=sum(rows for (key,), (rows, _) in filled.cells.items() if not key),
        forms=forms,
        form_answer=NOT_MET if forms else MET if len(seen) > 1 else cannot_say(_ONE_PERIOD),
        volume=_volume(periods, rows, bands["volume.ratio"]),
        label=None
        if label is None
        else _label(table, time, label, seen, bands["label.difference"]),
    )


def _between(first: str, last: str) -> tuple[str, ...] | None:
    """Name every period from the first to the last; None where they are too many."""
    if len(first) == _YEAR:
        years = range(int(first), int(last) + 1)
        return tuple(f"{year:04d}" for year in years) if len(years) <= LONGEST_GAP else None
    start, end = (int(text[:4]) * 12 + int(text[5:]) - 1 for text in (first, last))
    if end - start >= LONGEST_GAP:
        return None
    return tuple(f"{at // 12:04d}-{at % 12 + 1:02d}" for at in range(start, end + 1))


def _series(filled: Filled, periods: Sequence[str], at: int | None) -> Integers:
    found = (filled.cells.get((period,)) for period in periods)
    numbers = [0 if one is None else one[0] if at is None else one[1][at] for one in found]
    return np.array(numbers, dtype=np.int64)


def _form_changes(
    filled: Filled, periods: Sequence[str], columns: Sequence[str], rows: Integers
) -> tuple[FormChange, ...]:
    return tuple(
        FormChange(
            column=column,
            first=periods[stretch.first] if rows[: stretch.first].any() else None,
            until=periods[stretch.until] if rows[stretch.until :].any() else None,
            stretch=stretch,
        )
        for at, column in enumerate(columns)
        for stretch in empty_stretches(
            _series(filled, periods, at), rows, fields=len(columns), level=FAMILYWISE
        )
    )


def _volume(periods: tuple[str, ...] | None, rows: Integers, band: Band) -> Steps:
    if periods is None:
        return Steps(breaks=(), noticeable=None, answer=cannot_say(_SPAN_TOO_LONG), band=band)
    return _steps(
        periods,
        lambda low, high: step_in_volume(rows[low:high]),
        lambda level: noticeable_volume_step(rows, level=level),
        largest=min(1 / band.low if band.low > 0 else np.inf, band.high),
        band=band,
    )


def _label(table: WholeTable, time: str, label: str, periods: Sequence[str], band: Band) -> Steps:
    x, n, written = _read_label(table, time, label, periods)
    steps = _steps(
        periods,
        lambda low, high: step_in_share(x[low:high], n[low:high]),
        lambda level: noticeable_share_step(x, n, level=level),
        largest=min(-band.low, band.high),
        band=band,
    )
    return Steps(
        breaks=tuple(_with_last(table, time, label, one, written) for one in steps.breaks),
        noticeable=steps.noticeable,
        answer=steps.answer,
        band=band,
    )


def _read_label(
    table: WholeTable, time: str, label: str, periods: Sequence[str]
) -> tuple[Integers, Integers, Mapping[bool, set[str]]]:
    place = {period: at for at, period in enumerate(periods)}
    x, n = np.zeros(len(periods), dtype=np.int64), np.zeros(len(periods), dtype=np.int64)
    written: dict[bool, set[str]] = {True: set(), False: set()}
    for (period, value), number in table.ones_in_time(time, label).items():
        if value is None:
            continue
        one = STANDARD.read(value)
        if one is None:
            continue
        written[one].add(value)
        if period in place:
            n[place[period]] += number
            x[place[period]] += number if one else 0
    return x, n, written


def _with_last(
    table: WholeTable, time: str, label: str, one: Break, written: Mapping[bool, set[str]]
) -> Break:
    """Where hardly any other label follows, find the day of the last one."""
    counted, among = one.after
    share = counted / among
    rare = share >= _CONSTANT, share <= 1 - _CONSTANT
    if not any(rare):
        return one
    other = written[not rare[0]]
    if len(other) != 1:
        return one
    return Break(
        period=one.period,
        before=one.before,
        after=one.after,
        p_value=one.p_value,
        last_other=table.after_the_last(time, label, next(iter(other))),
    )


def _steps(
    periods: Sequence[str],
    find: Callable[[int, int], Step | CannotSay],
    noticeable: Callable[[float], float | None],
    *,
    largest: float,
    band: Band,
) -> Steps:
    """Part a series at its most telling step, then each part again, at half the level."""
    found: list[Break] = []
    why = _part(periods, find, 0, len(periods), LEVEL, found)
    breaks = tuple(sorted(found, key=lambda one: one.period))
    if breaks:
        return Steps(breaks=breaks, noticeable=None, answer=NOT_MET, band=band)
    if why is not None:
        return Steps(breaks=(), noticeable=None, answer=cannot_say(why), band=band)
    smallest = noticeable(LEVEL)
    if smallest is not None and smallest <= largest + 1e-9:
        return Steps(breaks=(), noticeable=smallest, answer=MET, band=band)
    needs = "more periods, or more records in each: a step as large as the limit might go unseen"
    quiet = CannotSay(reason="step_not_noticeable", needs=needs)
    return Steps(breaks=(), noticeable=smallest, answer=cannot_say(quiet), band=band)


def _part(
    periods: Sequence[str],
    find: Callable[[int, int], Step | CannotSay],
    low: int,
    high: int,
    level: float,
    found: list[Break],
) -> CannotSay | None:
    if high - low < FEWEST_PERIODS and (low, high) != (0, len(periods)):
        return None
    step = find(low, high)
    if isinstance(step, CannotSay):
        return step
    if step.p_value > level:
        return None
    at = low + step.at
    found.append(
        Break(period=periods[at], before=step.before, after=step.after, p_value=step.p_value)
    )
    _part(periods, find, low, at, level / 2, found)
    _part(periods, find, at, high, level / 2, found)
    return None
