"""Exact p-values for the claim that two shares differ by less, or by more, than a bound."""

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from answerable.measure.arrays import Flags, Floats, Integers
from answerable.measure.binomial import at_least, at_most, clopper_pearson
from answerable.measure.quick_p_values import quick_p_values
from answerable.measure.two_groups import Scale, Side, Table

LEFT_OUT = 1e-8
"""Chance that the reference's true share lies outside the range searched; added to p."""

LARGEST_SMALLER_SIDE = 50_000
"""Above this size of the smaller side a bound free of n takes the place of the sum."""

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
        return float(quick_p_values(*table.as_arrays(), scale=scale, bound=bound, side=side))
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
        tail = at_least if self._large_is_high else at_most
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
