"""When evidence is an alarm, on what share of the budget, and when the breaker steps on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np

from answerable.gate.terms import Level
from answerable.measure.e_process_alarms import amber_from, red_from, system_evidence
from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.practices.monitoring.rules.limits import Stream
from answerable.practices.monitoring.rules.streams import CELLS, Cells, Counted, Point
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes

QUARTER = timedelta(days=91)
DRIFT_LEVEL = 0.99
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """From when a stream is judged, and on what budget of false alarms.

    The first goes until the first alarm. Each that follows begins the day after that
    incident was closed, on half of the budget before, so that all sum to twice the first;
    the chance of any false alarm of a use that keeps its limits is the first one's alone.
    """

    number: int
    begins_on: date
    alpha: float


def episode(
    *, begins_on: date, alpha: float, closings: Sequence[datetime | None]
) -> Episode | None:
    """Give the episode of a stream after its red alarms; None while one of them is open.

    >>> episode(begins_on=date(2026, 1, 1), alpha=0.05, closings=()).alpha
    0.05
    >>> episode(begins_on=date(2026, 1, 1), alpha=0.05, closings=(None,)) is None
    True
    """
    if any(closed is None for closed in closings):
        return None
    last = max((closed.date() for closed in closings if closed is not None), default=None)
    return Episode(
        number=1 + len(closings),
        begins_on=begins_on if last is None else max(begins_on, last + _DAY),
        alpha=alpha / 2 ** len(closings),
    )


def first_red(points: Sequence[Point], stream: Stream, *, alpha: float) -> Point | None:
    """Give the first point at which a stream is in breach."""
    return _first(points, red_from(weight=stream.weight, alpha=alpha))


def first_amber(points: Sequence[Point], stream: Stream) -> Point | None:
    """Give the first point at which a person should look."""
    return _first(points, amber_from(weight=stream.weight))


@dataclass(frozen=True, kw_only=True, slots=True)
class Together:
    """All streams on the first day on which they speak against the use together."""

    evidence: float
    latest: tuple[tuple[Stream, Point], ...]


def known_on(stream: Stream, point: Point) -> date:
    """Give the first day on which a point could be known: its last day has reached the age."""
    return point.counted.period.until + stream.age * _DAY


def first_together(
    streams: Sequence[tuple[Stream, Sequence[Point]]], *, least: float, before: date | None = None
) -> Together | None:
    """Find the first day, of those ``before`` another, on which all streams show so much.

    Every day is looked at as it was then, so that a late run finds what one in time did.
    """
    told = sorted(
        (
            (known_on(stream, point), place, point)
            for place, (stream, points) in enumerate(streams)
            for point in points
        ),
        key=lambda one: one[:2],
    )
    latest: dict[int, tuple[Stream, Point]] = {}
    for day, on_day in groupby(told, key=lambda one: one[0]):
        if before is not None and day >= before:
            return None
        latest |= {place: (streams[place][0], point) for _, place, point in on_day}
        shown = tuple(latest.values())
        found = system_now(shown)
        if found >= least:
            return Together(evidence=found, latest=shown)
    return None


def system_now(latest: Sequence[tuple[Stream, Point]]) -> float:
    """Join what every stream shows now."""
    grown = np.array([point.evidence for _, point in latest])
    return float(system_evidence(grown, np.array([stream.weight for stream, _ in latest])))


def drifted(before: Cells, now: Cells, *, tolerance: float) -> tuple[float, float] | None:
    """Give the interval of a change of the share of selected; None where none is shown.

    Shown is a change of more than ``tolerance``, at 99 %.
    """
    if not before.decisions or not now.decisions:
        return None
    counts = (now.selected, now.decisions, before.selected, before.decisions)
    low, high = miettinen_nurminen_interval(*(np.array(one) for one in counts), level=DRIFT_LEVEL)
    moved = float(low) > tolerance or float(high) < -tolerance
    return (float(low), float(high)) if moved else None


def digest_of(counts: Sequence[Counted]) -> HexDigest:
    """Hash the counts that an alarm or a figure rests on."""
    return sha256_of_bytes(
        canonical_bytes(
            [
                [
                    one.period.first.isoformat(),
                    one.period.until.isoformat(),
                    one.hits,
                    one.cases,
                    one.reference_hits,
                    one.reference_cases,
                ]
                for one in counts
            ]
        )
    )


def digest_of_cells(quarters: Sequence[Cells]) -> HexDigest:
    """Hash the counts of some quarters."""
    return sha256_of_bytes(
        canonical_bytes([[getattr(one, name) for name in CELLS] for one in quarters])
    )


def grades_due(
    *, opened_at: datetime, pause: timedelta, stop: timedelta, at: datetime
) -> tuple[Level, ...]:
    """Say which grades of the breaker an open breach has come to.

    Effects wait at once; when the hours to a pause are over people decide instead, and when
    those to a stop are over the use stops.
    """
    found = [Level.PAUSE]
    if at >= opened_at + pause:
        found.append(Level.PEOPLE_ONLY)
    if at >= opened_at + stop:
        found.append(Level.STOPPED)
    return tuple(found)


def _first(points: Sequence[Point], least: float) -> Point | None:
    return next((point for point in points if point.evidence >= least), None)
