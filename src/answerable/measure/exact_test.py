"""Exact p-values for the claim that two shares differ by less, or by more, than a bound."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.special import (
    betainc,
    betainccinv,
    betaincinv,
    gammaln,
    xlog1py,
    xlogy,
)

from answerable.measure.arrays import Flags, Floats, Integers, Numbers
from answerable.measure.score import (
    Statistic,
    difference_score,
    ratio_score,
    restricted_by_difference,
    restricted_by_ratio,
)

LEFT_OUT = 1e-8
"""Chance that the reference's true share lies outside the range searched; added to p."""

LARGEST_SMALLER_SIDE = 50_000
"""Above this size of the smaller side a bound free of n takes the place of the sum."""

_CROSSING_HALVINGS = 40
"""Enough for a bound within a millionth of the smallest there is, on the safe side."""

_STEP = 0.35
"""Spacing of the first search, in standard deviations of either side's observed share."""

_BENDS = 257
_FINE = 9
_WORTH = (0.6, 0.95, 0.997)
"""Each round of the finer search leaves out peaks below this part of the highest."""

_NEGLIGIBLE = 1e-14
"""Terms with a smaller factor are left out; `LEFT_OUT` covers them many times over."""

_BLOCK = 1 << 18
"""Terms computed at once, so that memory stays small."""


class Scale(Enum):
    """How the two shares are compared."""

    RATIO = "ratio"
    DIFFERENCE = "difference"

    @property
    def statistic(self) -> Statistic:
        """The score statistic that orders the tables."""
        return ratio_score if self is Scale.RATIO else difference_score

    @property
    def restricted(self) -> Statistic:
        """The reference's most likely share were group 1's just on the bound."""
        return restricted_by_ratio if self is Scale.RATIO else restricted_by_difference

    def edge(self, reference_share: Floats, bound: float) -> Floats:
        """What group 1's share would be if it lay just on the bound; may leave [0, 1]."""
        if self is Scale.RATIO:
            return reference_share * bound
        return reference_share + bound

    def group_share(self, reference_share: Floats, bound: float) -> Floats:
        """Group 1's share on the edge of the null, given the reference's."""
        return np.clip(self.edge(reference_share, bound), 0.0, 1.0)

    def reference_range(self, bound: float) -> tuple[float, float]:
        """The reference shares that the edge of the null admits."""
        if self is Scale.RATIO:
            return 0.0, min(1.0, 1.0 / bound) if bound > 0 else 1.0
        return max(0.0, -bound), min(1.0, 1.0 - bound)


class Side(Enum):
    """Which claim is tested."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Two groups' counts: ``x1`` of ``n1`` in the group, ``x2`` of ``n2`` in the reference."""

    x1: int
    n1: int
    x2: int
    n2: int


def clopper_pearson(x: Numbers, n: Numbers, tail: Floats) -> tuple[Floats, Floats]:
    """Bound a share so that the truth lies beyond each end with a chance of at most ``tail``.

    Clopper and Pearson (1934), Biometrika 26:404-413. For 0 of n the upper end solves
    (1 - p)^n = tail:

    >>> low, high = clopper_pearson(np.array(0), np.array(29), np.array(0.05))
    >>> float(low), round(float(high), 3)
    (0.0, 0.098)
    """
    # Shape parameters must stay positive where an end is 0 or 1 by definition.
    low = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), n - x + 1, tail))
    high = np.where(x == n, 1.0, betainccinv(x + 1, np.maximum(n - x, 1), tail))
    return low, high


def exact_p_value(table: Table, *, scale: Scale, bound: float, side: Side) -> float:
    """Find the largest chance, under any null, of data at least as telling as these.

    Parameters
    ----------
    table
        Independent counts of two groups.
    scale, bound, side
        The claim: group 1's share divided by (or less) the reference's lies ``side``
        the ``bound``. The null is that it does not.

    Returns
    -------
    float
        In [1e-8, 1]. Rejecting when it is at most a has a chance of at most a of being
        wrong, for groups of any size.

    Notes
    -----
    Tables are ordered by the score statistic [2]_; the nuisance share is searched over
    its Clopper-Pearson range of level 1 - 1e-8, and 1e-8 is added [3]_. Since the
    statistic is monotone in each count, the sum runs over the smaller group only, and
    the other's cut-off is found by bisection. Where even the smaller group has more
    than 50,000 records, a value built from two Clopper-Pearson limits is returned, to
    which the same promise applies.

    References
    ----------
    .. [1] Barnard (1945), Nature 156:177.
    .. [2] Chan and Zhang (1999), Biometrics 55:1202-1209.
    .. [3] Berger and Boos (1994), Journal of the American Statistical Association
       89:1012-1016.

    Examples
    --------
    0 of 2 against 2 of 2, "the group's share is lower": only this table is so extreme,
    and its chance (1 - p)² p² is largest at p = 1/2, where it is 1/16.

    >>> table = Table(x1=0, n1=2, x2=2, n2=2)
    >>> p = exact_p_value(table, scale=Scale.DIFFERENCE, bound=0.0, side=Side.BELOW)
    >>> round(p, 6)
    0.0625
    """
    if min(table.n1, table.n2) > LARGEST_SMALLER_SIDE:
        one = (np.array(count) for count in (table.x1, table.n1, table.x2, table.n2))
        return float(bounds_on_p_values(*one, scale=scale, bound=bound, side=side))
    return _Region(table, scale, bound, side).largest_chance()


class _Region:
    """The tables at least as telling as the one observed, and their chance."""

    def __init__(self, table: Table, scale: Scale, bound: float, side: Side) -> None:
        self._scale, self._bound = scale, bound
        self._sum_group = table.n1 <= table.n2
        self._small = table.n1 if self._sum_group else table.n2
        self._large = table.n2 if self._sum_group else table.n1
        # Telling tables have few events on the side claimed to be lower, many on the other.
        self._large_is_high = (side is Side.BELOW) is self._sum_group
        self._sign = 1.0 if side is Side.BELOW else -1.0
        low, high = clopper_pearson(np.array(table.x2), np.array(table.n2), np.array(LEFT_OUT / 2))
        first, last = scale.reference_range(bound)
        self._low = float(np.clip(low, first, last))
        self._high = float(np.clip(high, first, last))
        observed = self._telling(np.array(table.x1), table.n1, np.array(table.x2), table.n2)
        # Equal tables must fall inside whatever the order of rounding.
        dust = 1e-9 * max(1.0, abs(float(observed))) if np.isfinite(observed) else 0.0
        self._observed = float(observed) + dust
        self._rows = self._window()
        self._cuts = self._cut_offs()

    def _telling(self, x1: Integers, n1: int, x2: Integers, n2: int) -> Floats:
        """The smaller, the more telling."""
        bound = np.array(self._bound)
        sizes = np.array(n1), np.array(n2)
        return self._sign * self._scale.statistic(x1, sizes[0], x2, sizes[1], bound)

    def _small_share(self, reference: Floats) -> Floats:
        return self._scale.group_share(reference, self._bound) if self._sum_group else reference

    def _large_share(self, reference: Floats) -> Floats:
        return reference if self._sum_group else self._scale.group_share(reference, self._bound)

    def _window(self) -> Integers:
        """Counts of the smaller side that are not out of reach for every share searched.

        By Bernstein's inequality a binomial count strays by 8.5 standard deviations and
        40 more with a chance below 1e-15, which `LEFT_OUT` covers many times over.
        """
        ends = self._small_share(np.array([self._low, self._high]))
        reach = 8.5 * np.sqrt(self._small * np.maximum(ends * (1 - ends), 0.0)) + 40
        first = max(0, int(np.floor(self._small * ends[0] - reach[0])))
        last = min(self._small, int(np.ceil(self._small * ends[1] + reach[1])))
        return np.arange(first, last + 1)

    def _cut_offs(self) -> Integers:
        """For each count of the smaller side, the least telling count of the larger one.

        A telling larger side has at least (or at most) this many events.
        """
        rows = self._rows
        inside, outside = np.full(rows.shape, self._large), np.full(rows.shape, -1)
        if not self._large_is_high:
            inside, outside = (
                np.full(rows.shape, 0),
                np.full(rows.shape, self._large + 1),
            )
        reached = self._is_telling(rows, inside)
        while np.any(np.abs(inside - outside) > 1):
            middle = (inside + outside) // 2
            telling = self._is_telling(rows, middle)
            inside = np.where(telling, middle, inside)
            outside = np.where(telling, outside, middle)
        nowhere = self._large + 1 if self._large_is_high else -1
        return np.where(reached, inside, nowhere)

    def _is_telling(self, small: Integers, large: Integers) -> Flags:
        if self._sum_group:
            values = self._telling(small, self._small, large, self._large)
        else:
            values = self._telling(large, self._large, small, self._small)
        return np.asarray(values <= self._observed)

    def _chances(self, reference: Floats) -> Floats:
        """The region's chance at each reference share."""
        size = max(1, _BLOCK // len(self._rows))
        blocks = [reference[at : at + size] for at in range(0, len(reference), size)]
        return np.concatenate([self._chances_of_block(block) for block in blocks])

    def _chances_of_block(self, reference: Floats) -> Floats:
        share = self._small_share(reference)[:, None]
        k, n = self._rows[None, :].astype(float), float(self._small)
        log_choose = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        mass = np.exp(log_choose + xlogy(k, share) + xlog1py(n - k, -share))
        point, row = np.nonzero(mass > _NEGLIGIBLE)
        tail = _at_least if self._large_is_high else _at_most
        chance = tail(self._cuts[row], np.array(self._large), self._large_share(reference)[point])
        terms = mass[point, row] * chance
        return np.bincount(point, weights=terms, minlength=len(reference)).astype(np.float64)

    def largest_chance(self) -> float:
        shares = self._first_search()
        chances = self._chances(shares)
        best = float(chances.max())
        if best == 0.0:
            return LEFT_OUT
        # The sum is a saw-tooth: each cut-off lets it rise and fall once, so that the
        # largest value of a coarse search need not stand beside the largest there is.
        outer = np.concatenate([[-1.0], chances, [-1.0]])
        top = np.flatnonzero((chances >= outer[:-2]) & (chances >= outer[2:]))
        left, right = shares[np.maximum(top - 1, 0)], shares[np.minimum(top + 1, len(shares) - 1)]
        heights = chances[top]
        for worth in _WORTH:
            high = heights >= worth * heights.max()
            fine = np.linspace(left[high], right[high], _FINE, axis=1)
            values = self._chances(fine.ravel()).reshape(fine.shape)
            peak, top = np.arange(len(fine)), values.argmax(axis=1)
            left = fine[peak, np.maximum(top - 1, 0)]
            right = fine[peak, np.minimum(top + 1, _FINE - 1)]
            heights = values[peak, top]
            best = max(best, float(heights.max()))
        return min(1.0, best + LEFT_OUT)

    def _first_search(self) -> Floats:
        """Reference shares so close together that neither side's share moves far between.

        On the scale of the angle ``arcsin(sqrt(share))`` a standard deviation of an
        observed share is ``1 / (2 sqrt(n))`` wherever the share lies.
        """
        # Ever closer at both ends, where an angle turns fast while a share hardly moves.
        bends = (1 - np.cos(np.linspace(0.0, np.pi, _BENDS))) / 2
        known = self._low + (self._high - self._low) * bends
        small, large = self._small_share(known), self._large_share(known)
        # Where many counts of the smaller side fall within one deviation of the larger
        # side's share, their teeth merge and only the smaller side's deviation is felt.
        merged = self._small**2 * large * (1 - large) > self._large
        felt = np.sqrt(np.where(merged[1:] & merged[:-1], self._small, self._large))
        turns = np.sqrt(self._small) * np.diff(_angle(small)) + felt * np.diff(_angle(large))
        turned = np.concatenate([[0.0], np.cumsum(turns)]) * 2 / _STEP
        steps = int(np.ceil(turned[-1])) + 2
        return np.interp(np.linspace(0.0, turned[-1], steps), turned, known)


def _angle(share: Floats) -> Floats:
    return np.asarray(np.arcsin(np.sqrt(share)))


def floors_under_p_values(
    x1: Integers,
    n1: Integers,
    x2: Integers,
    n2: Integers,
    *,
    scale: Scale,
    bound: float,
    side: Side,
) -> Floats:
    """Bound exact p-values from below, many at once, at a cost that is free of the counts.

    The chance that both groups' counts are at least as far out as those observed, at the
    nuisance share that fits the data best: a corner of the tables that the exact value
    sums over. Only where that share lies outside the range searched (a chance of 1e-8)
    can the exact value be smaller.
    """
    p2 = scale.restricted(x1, n1, x2, n2, np.full(x1.shape, bound))
    p1 = scale.group_share(p2, bound)
    if side is Side.BELOW:
        return _at_most(x1, n1, p1) * _at_least(x2, n2, p2)
    return _at_least(x1, n1, p1) * _at_most(x2, n2, p2)


def _at_least(x: Integers, n: Numbers, share: Floats) -> Floats:
    """The chance of ``x`` or more of ``n``."""
    chance = betainc(np.maximum(x, 0.5), np.maximum(n - x + 1.0, 0.5), share)
    return np.where(x <= 0, 1.0, np.where(x > n, 0.0, chance))


def _at_most(x: Integers, n: Numbers, share: Floats) -> Floats:
    """The chance of ``x`` or fewer of ``n``."""
    # The mirrored form; betaincc says the same at six times the cost.
    chance = betainc(np.maximum(n - x, 0.5), np.maximum(x + 1.0, 0.5), 1 - share)
    return np.where(x >= n, 1.0, np.where(x < 0, 0.0, chance))


def bounds_on_p_values(
    x1: Integers,
    n1: Integers,
    x2: Integers,
    n2: Integers,
    *,
    scale: Scale,
    bound: float,
    side: Side,
) -> Floats:
    """Give many p-values at once, at a cost that is free of the counts.

    The smallest a for which the Clopper-Pearson limits of the two groups, each missed
    with a chance of at most a / 2, lie on the claimed side of the bound. Rejecting by it
    is wrong with a chance of at most the level, as by the exact value; it is right less
    often. It orders tables in its own way: beside most exact values it is the larger,
    far beyond the bound it can be the smaller. Whoever uses both must pay for both.
    """
    # At a reference share of p, how surprising would each group's count be? Where both
    # would be equally so lies the point at which the two limits meet.
    low, high = np.zeros(x1.shape), np.ones(x1.shape)
    smallest = np.ones(x1.shape)
    for _ in range(_CROSSING_HALVINGS):
        middle = (low + high) / 2
        edge = scale.edge(middle, bound)
        if side is Side.BELOW:
            group = np.where(edge > 1, 0.0, _at_most(x1, n1, np.clip(edge, 0.0, 1.0)))
            reference = _at_least(x2, n2, middle)
            further = group > reference
        else:
            group = np.where(edge < 0, 0.0, _at_least(x1, n1, np.clip(edge, 0.0, 1.0)))
            reference = _at_most(x2, n2, middle)
            further = group < reference
        smallest = np.minimum(smallest, 2 * np.maximum(group, reference))
        low, high = np.where(further, middle, low), np.where(further, high, middle)
    return smallest
