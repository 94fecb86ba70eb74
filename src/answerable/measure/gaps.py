"""The gaps of many groups to their references, at once: what was seen, and what it could be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Floats
from answerable.measure.counts import Counts
from answerable.measure.koopman import koopman_interval
from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.measure.rate import Rate
from answerable.measure.rate_difference import difference_of
from answerable.measure.rate_ratio import ratio_of
from answerable.measure.two_groups import Scale, Table
from answerable.record.measurement import CannotSay, Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class RateGap:
    """One rate of a group against its reference: the counts, and both comparisons of them."""

    table: Table
    difference: Finding
    ratio: Finding

    def on(self, scale: Scale) -> Finding:
        """The comparison on one scale."""
        return self.ratio if scale is Scale.RATIO else self.difference


def rate_gaps(rate: Rate, group: Counts, reference: Counts, *, level: float) -> list[RateGap]:
    """Compare a rate in each group with the same rate in its reference.

    ``group`` and ``reference`` have shape (groups, 9), row by row; no record is in both
    rows. Intervals have the nominal coverage ``level``.
    """
    (x1, n1), (x2, n2) = rate.tally(group), rate.tally(reference)
    # Empty sides get their answer below; the intervals are told 1 to have something to divide by.
    sizes = np.maximum(n1, 1), np.maximum(n2, 1)
    differences = miettinen_nurminen_interval(x1, sizes[0], x2, sizes[1], level=level)
    ratios = koopman_interval(x1, sizes[0], x2, sizes[1], level=level)
    counts = zip(x1.tolist(), n1.tolist(), x2.tolist(), n2.tolist(), strict=True)
    tables = [Table(x1=a, n1=b, x2=c, n2=d) for a, b, c, d in counts]
    return [
        _rate_gap(rate, table, difference, ratio)
        for table, difference, ratio in zip(
            tables, _pairs(differences), _pairs(ratios), strict=True
        )
    ]


def _pairs(bounds: tuple[Floats, Floats]) -> Sequence[tuple[float, float]]:
    return list(zip(bounds[0].tolist(), bounds[1].tolist(), strict=True))


def _rate_gap(
    rate: Rate, table: Table, difference: tuple[float, float], ratio: tuple[float, float]
) -> RateGap:
    empty: CannotSay | None = None
    if not table.n1:
        empty = rate.cannot_say
    elif not table.n2:
        empty = rate.cannot_say.in_reference()
    if empty is not None:
        return RateGap(table=table, difference=empty, ratio=empty)
    return RateGap(
        table=table,
        difference=difference_of(table, low=difference[0], high=difference[1]),
        ratio=ratio_of(table, low=ratio[0], high=ratio[1]),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Counts of many groups, each of shape (groups, 9): certain members, and possible ones."""

    certain: Counts
    possible: Counts

    def extremes(self, rate: Rate) -> tuple[Floats, Floats]:
        """The lowest and the highest share that each group could have."""
        x, n = rate.lowest_tally(self.certain)
        joining, among = rate.lowest_tally(self.possible)
        lowest = _share((x, n + among - joining))
        x, n = rate.highest_tally(self.certain)
        joining, _ = rate.highest_tally(self.possible)
        return lowest, _share((x + joining, n + joining))


def furthest_gaps(
    rate: Rate, *, group: Known, reference: Known, scale: Scale
) -> tuple[Floats, Floats]:
    """The lowest and highest value each gap could have, were missing values known.

    Every missing decision and label is filled in, and every record without an attribute put
    into the group, the reference or neither, as badly as possible one way and then the other.
    """
    low1, high1 = group.extremes(rate)
    low2, high2 = reference.extremes(rate)
    if scale is Scale.DIFFERENCE:
        return low1 - high2, high1 - low2
    nothing, everything = np.zeros(low1.shape), np.full(low1.shape, np.inf)
    return (
        np.divide(low1, high2, out=nothing, where=high2 > 0),
        np.divide(high1, low2, out=everything, where=low2 > 0),
    )


def _share(tally: tuple[Counts, Counts]) -> Floats:
    x, n = tally
    # A rate over nobody is bounded by nothing but 0; such gaps are never judged.
    return np.divide(x, n, out=np.zeros(x.shape), where=n > 0)
