"""How far two distributions lie apart, whatever the number of records: Cohen's w."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chndtr, ndtr

from answerable.measure.arrays import Floats
from answerable.measure.bisection import crossing

_NORMAL_ABOVE = 1e4


@dataclass(frozen=True, kw_only=True, slots=True)
class Distance:
    """A distance of 0 or more, and between which bounds the one behind it may lie."""

    value: float
    low: float
    high: float


def cohen_w(*, chi_squared: float, cells: int, records: float, level: float = 0.95) -> Distance:
    """Turn Pearson's chi-squared into a distance that does not grow with the records.

    Parameters
    ----------
    chi_squared, cells
        The statistic, and the number of cells it was summed over; 2 or more.
    records
        Records for each unit of the distance: n where shares are compared with known ones,
        ``n m / (n + m)`` where two sets of n and m records are compared.

    Returns
    -------
    Distance
        0: alike. Cohen calls 0.1 small, 0.3 medium and 0.5 large [1]_.

    Notes
    -----
    ``w = sqrt(chi² / records) = sqrt(sum (p - P)² / P)``. With a true w the statistic is
    about a noncentral chi-squared with cells - 1 degrees of freedom and noncentrality
    ``records w²``; the bounds are the w for which it would be as large, or as small, with
    a chance of 2.5 % [2]_ (above 10,000: by its mean and variance, as normal). The
    approximation wants five records expected in each cell.

    References
    ----------
    .. [1] Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 7.
    .. [2] Steiger and Fouladi (1997), in What If There Were No Significance Tests?, 221-257.

    Examples
    --------
    60 and 40 where 50 and 50 were expected: chi² = 4, w = sqrt(4 / 100) = 0.2. No distance at
    all gives as much with a chance of 4.6 %, more than 2.5 %, so the lower bound is 0:

    >>> distance = cohen_w(chi_squared=4.0, cells=2, records=100)
    >>> round(distance.value, 2), round(distance.low, 3), round(distance.high, 2)
    (0.2, 0.0, 0.4)
    """
    degrees, tail = max(1, cells - 1), (1 - level) / 2

    def below(center: Floats) -> Floats:
        if chi_squared <= _NORMAL_ABOVE:
            return np.asarray(chndtr(chi_squared, degrees, center))
        spread = np.sqrt(2 * degrees + 4 * center)
        return np.asarray(ndtr((chi_squared - degrees - center) / spread))

    def noncentrality(chance: float) -> float:
        nothing = np.array(0.0)
        # Where even no distance makes so small a value likely, the bound is 0.
        if float(below(nothing)) <= chance:
            return 0.0
        low, high = crossing(below, chance, nothing, np.array(2 * chi_squared + 1000.0))
        return float(low + high) / 2

    return Distance(
        value=math.sqrt(chi_squared / records),
        low=math.sqrt(noncentrality(1 - tail) / records),
        high=math.sqrt(noncentrality(tail) / records),
    )
