"""From daily counts to evidence: the same counts give the same evidence, whenever it is asked."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from answerable.measure.arrays import Floats, Integers
from answerable.measure.e_process import (
    Bets,
    bets_below,
    evidence,
    information,
    onset,
    stakes,
    starts_every,
)
from answerable.measure.e_process_two_groups import (
    guesses,
    two_group_gains,
    two_group_information,
)
from answerable.measure.earliest_notice import earliest_notice
from answerable.measure.two_groups import Scale
from answerable.practices.monitoring.rules.limits import Measured, Side, Stream
from answerable.practices.monitoring.rules.periods import Period

_WHOLE_FROM, _MOST_TOLD = 100, 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Cells:
    """Decisions of some days: selected or not, by label (yes, no, none yet)."""

    selected_yes: int = 0
    selected_no: int = 0
    selected_open: int = 0
    other_yes: int = 0
    other_no: int = 0
    other_open: int = 0

    def __add__(self, other: "Cells") -> "Cells":
        """Add other days."""
        return Cells(
            selected_yes=self.selected_yes + other.selected_yes,
            selected_no=self.selected_no + other.selected_no,
            selected_open=self.selected_open + other.selected_open,
            other_yes=self.other_yes + other.other_yes,
            other_no=self.other_no + other.other_no,
            other_open=self.other_open + other.other_open,
        )

    @property
    def selected(self) -> int:
        """Decisions that selected."""
        return self.selected_yes + self.selected_no + self.selected_open

    @property
    def decisions(self) -> int:
        """All of them."""
        return self.selected + self.other_yes + self.other_no + self.other_open

    @property
    def open(self) -> int:
        """Those without a label."""
        return self.selected_open + self.other_open


CELLS = tuple(one.name for one in fields(Cells))


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """``hits`` of ``cases`` in a period, and the same of the reference group, if any."""

    period: Period
    hits: int
    cases: int
    reference_hits: int = 0
    reference_cases: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """Where the evidence of a stream stood after a period, and since when it may be wrong."""

    counted: Counted
    evidence: float
    since: date

    @property
    def words(self) -> str:
        """Write the evidence."""
        return odds(self.evidence)


def odds(evidence: float) -> str:
    """Write evidence with three digits; beyond a million nobody can tell the difference.

    >>> odds(89.7988), odds(123456), odds(3.6e21), odds(0.02)
    ('1 in 89.8', '1 in 123000', '1 in over 1000000', 'none')
    """
    if evidence <= 1:
        return "none"
    if evidence > _MOST_TOLD:
        return f"1 in over {_MOST_TOLD}"
    rounded = float(f"{evidence:.3g}")
    return f"1 in {rounded:.0f}" if rounded >= _WHOLE_FROM else f"1 in {rounded:g}"


def tally(stream: Stream, cells: Cells) -> tuple[int, int]:
    """Give what counts and among what, of the cells of a period.

    A label that is missing when it is counted never speaks against the limit: missing
    labels are a stream of their own.

    >>> from answerable.practices.monitoring.rules.limits import Measured
    >>> class Ceiling:
    ...     measured, side, low, high = Measured.LABEL, Side.AT_MOST, 0, 0
    >>> tally(Ceiling, Cells(selected_yes=3, other_no=5, other_open=2))
    (3, 10)
    """
    match stream.measured:
        case Measured.VOLUME:
            return int(stream.low <= cells.decisions <= stream.high), 1
        case Measured.SELECTED:
            return cells.selected, cells.decisions
        case Measured.LABEL:
            known = cells.selected_yes + cells.other_yes
            kind = cells.open if stream.side is Side.AT_LEAST else 0
            return known + kind, cells.decisions
        case Measured.MISSING_LABEL:
            return cells.open, cells.decisions
        case Measured.FALSE_POSITIVE:
            return cells.selected_no, cells.selected_no + cells.other_no
        case Measured.FALSE_NEGATIVE:
            return cells.other_yes, cells.selected_yes + cells.other_yes


def counted(
    stream: Stream,
    period: Period,
    *,
    group: Sequence[Cells],
    reference: Sequence[Cells] = (),
) -> Counted:
    """Count a period of a stream from the cells of its days."""
    hits, cases = tally(stream, sum(group, Cells()))
    other = tally(stream, sum(reference, Cells())) if stream.reference else (0, 0)
    return Counted(
        period=period, hits=hits, cases=cases, reference_hits=other[0], reference_cases=other[1]
    )


def evidence_of(stream: Stream, counts: Sequence[Counted]) -> list[Point]:
    """Give the evidence after each period, in their order from the first that is judged.

    After a year the budget is new, and the evidence begins at 1 again.
    """
    year = stream.cadence.a_year
    return [
        point
        for start in range(0, len(counts), year)
        for point in _of_year(stream, counts[start : start + year])
    ]


def notice(stream: Stream, *, alpha: float, counts: Sequence[Counted] = ()) -> float:
    """Say after how many periods the breach that is to be caught would be noticed; or never.

    With as many cases as were counted in the last year, or where none is counted yet as
    were expected: a group that never comes is not watched by a limit of its own.
    """
    periods = stream.cadence.a_year
    cases, others = _cases_a_period(stream, counts[-periods:])
    if not cases:
        return math.inf
    if stream.reference:
        told = _ratio_information(stream, cases, others)
        return earliest_notice(information=told, cases=periods, alpha=alpha, weight=stream.weight)
    floor = _floor(stream)
    caught = stream.catches if stream.side is Side.AT_LEAST else 1 - stream.catches
    told = float(information(np.array(caught), floor))
    needed = earliest_notice(
        information=told, cases=periods * cases, alpha=alpha, weight=stream.weight
    )
    return needed / cases


def _cases_a_period(stream: Stream, counts: Sequence[Counted]) -> tuple[float, float]:
    """Give the cases a period, in the group and in the reference."""
    if counts:
        total, others = (
            sum(getattr(one, name) for one in counts) for name in ("cases", "reference_cases")
        )
        return total / len(counts), others / len(counts)
    expected = 1.0 if stream.measured is Measured.VOLUME else stream.cases
    return expected, expected


def _of_year(stream: Stream, counts: Sequence[Counted]) -> list[Point]:
    periods = stream.cadence.a_year
    columns = (
        np.array([getattr(one, name) for one in counts], dtype=np.int64)
        for name in ("hits", "cases", "reference_hits", "reference_cases")
    )
    hits, cases, reference_hits, reference_cases = columns
    bets = bets_below(_floor(stream)) if not stream.reference else _near(stream)
    if stream.reference:
        gains = _ratio_gains(stream, hits, cases, reference_hits, reference_cases)
    else:
        kept = hits if stream.side is Side.AT_LEAST else cases - hits
        gains = bets.log_gains(kept, cases)
    expected = 1.0 if stream.measured is Measured.VOLUME else stream.cases
    every = starts_every(bets, cases=expected, periods=periods)
    placed = stakes(periods, starts_every=every)[: len(counts)]
    grown = evidence(gains, placed)
    return [
        Point(
            counted=one,
            evidence=float(grown[t]),
            since=counts[onset(gains[: t + 1], placed[: t + 1])].period.first,
        )
        for t, one in enumerate(counts)
    ]


def _floor(stream: Stream) -> float:
    return stream.limit if stream.side is Side.AT_LEAST else 1 - stream.limit


def _near(stream: Stream) -> Bets:
    """Stand in for the bets of a ratio, to say how often each starts anew."""
    return bets_below(min(max(stream.expected, 0.05), 0.95))


def _ratio_gains(
    stream: Stream,
    hits: Integers,
    cases: Integers,
    reference_hits: Integers,
    reference_cases: Integers,
) -> Floats:
    """Bet against "group over reference is at least the limit", or its mirror image."""
    if stream.side is Side.AT_LEAST:
        guess = guesses(reference_hits, reference_cases, first=stream.expected)
        return two_group_gains(
            hits,
            cases,
            reference_hits,
            reference_cases,
            guess,
            scale=Scale.RATIO,
            bound=stream.limit,
        )
    # At most twice as often as the reference: the reference at least half as often.
    first = min(stream.expected * stream.limit, 0.98)
    return two_group_gains(
        reference_hits,
        reference_cases,
        hits,
        cases,
        guesses(hits, cases, first=first),
        scale=Scale.RATIO,
        bound=1 / stream.limit,
    )


def _ratio_information(stream: Stream, cases: float, others: float) -> float:
    share = min(stream.expected * stream.catches, 0.998)
    group, reference = (share, cases), (stream.expected, others)
    if stream.side is Side.AT_LEAST:
        return two_group_information(*group, *reference, scale=Scale.RATIO, bound=stream.limit)
    return two_group_information(*reference, *group, scale=Scale.RATIO, bound=1 / stream.limit)


def by_period(
    stream: Stream,
    periods: Sequence[Period],
    *,
    group: Mapping[date, Cells],
    reference: Mapping[date, Cells],
) -> list[Counted]:
    """Count whole periods from daily cells, up to the first with a day not counted yet."""
    found = []
    for period in periods:
        days = [
            date.fromordinal(day)
            for day in range(period.first.toordinal(), period.until.toordinal())
        ]
        if not all(day in group for day in days):
            break
        found.append(
            counted(
                stream,
                period,
                group=[group[day] for day in days],
                reference=[reference.get(day, Cells()) for day in days],
            )
        )
    return found
