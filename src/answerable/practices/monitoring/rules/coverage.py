"""How much of the period of use was seen, and for how long nothing was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """The decisions of a day that were counted, and those that came too late for it."""

    decisions: int
    late: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """What was seen of the days on which the version ran.

    ``days`` ran and are due to be counted, ``seen`` of them were and had decisions.
    ``longest_blind`` and ``blind_now`` count days in a row on which nothing was seen.
    """

    days: int
    counted: int
    seen: int
    decisions: int
    late: int
    longest_blind: int
    blind_now: int
    blind_since: date | None

    @property
    def share(self) -> float:
        """The share of decisions that were counted in time; 0 of none."""
        total = self.decisions + self.late
        return self.decisions / total if total else 0.0


def coverage(live: Sequence[date], seen: Mapping[date, Seen]) -> Coverage:
    """Hold the days on which a version ran, and that are due, against what was counted.

    >>> days = [date(2026, 1, day) for day in range(1, 6)]
    >>> found = coverage(days, {days[0]: Seen(decisions=4, late=0)})
    >>> found.blind_now, found.blind_since.day
    (4, 2)
    """
    longest = blind = 0
    since: date | None = None
    before: date | None = None
    for day in live:
        one = seen.get(day)
        if one is not None and one.decisions:
            blind, since = 0, None
        else:
            # A gap between two stretches of use is no blind period.
            joined = before is not None and day - before == _DAY
            since = since if joined and since is not None else day
            blind = blind + 1 if joined else 1
        longest, before = max(longest, blind), day
    kept = [seen[day] for day in live if day in seen]
    return Coverage(
        days=len(live),
        counted=len(kept),
        seen=sum(one.decisions > 0 for one in kept),
        decisions=sum(one.decisions for one in kept),
        late=sum(one.late for one in kept),
        longest_blind=longest,
        blind_now=blind,
        blind_since=since,
    )
