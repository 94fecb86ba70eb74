"""One comparison over many strata: like compared with like, and put together."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, ndtri

from answerable.measure.arrays import Flags, Floats, Integers
from answerable.record.measurement import CannotSay, Finding, Measurement

FEWEST_EVENTS = 5
"""Fewer records of either kind on either side, and the large-sample intervals do not hold."""

_EQUAL_ODDS = 1e-9

_TOO_FEW = CannotSay(
    reason="too_few_records",
    needs="strata that hold both groups, with at least five records counted and five not "
    "counted on each side",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Strata:
    """Counts of a group and its reference, stratum by stratum; four arrays of one length."""

    x1: Integers
    n1: Integers
    x2: Integers
    n2: Integers

    @property
    def both(self) -> Flags:
        """The strata in which both sides have records: only they compare like with like."""
        return np.asarray((self.n1 > 0) & (self.n2 > 0))

    def within_both(self) -> "Strata":
        """Leave out the strata in which one side has nobody."""
        kept = self.both
        return Strata(x1=self.x1[kept], n1=self.n1[kept], x2=self.x2[kept], n2=self.n2[kept])


def stratified_ratio(strata: Strata, *, level: float = 0.95) -> Finding:
    """Compare a group's rate with its reference's, within strata, by division.

    Parameters
    ----------
    strata
        Counts by stratum. Strata without records on one side add nothing.

    Returns
    -------
    Measurement
        The ratio that the strata have in common, 0 or more, with a 95 % interval; 1:
        equally often, once strata are held alike. Counts are the group's.
    CannotSay
        ``too_few_records``.

    Notes
    -----
    ``sum(x1 n2 / N) / sum(x2 n1 / N)`` [1]_, on the scale of logarithms with the variance
    ``sum((x1 + x2) n1 n2 / N² - x1 x2 / N) / (sum(x1 n2 / N) sum(x2 n1 / N))`` [2]_, which
    holds for few large strata and for many small ones.

    References
    ----------
    .. [1] Mantel and Haenszel (1959), Journal of the National Cancer Institute 22:719-748.
    .. [2] Greenland and Robins (1985), Biometrics 41:55-68.

    Examples
    --------
    40 of 50 against 20 of 50 in one stratum and 20 of 50 against 10 of 50 in the other, twice
    as often in both: (20 + 10) / (10 + 5) = 2.

    >>> from numpy import array
    >>> strata = Strata(x1=array([40, 20]), n1=array([50, 50]),
    ...                 x2=array([20, 10]), n2=array([50, 50]))
    >>> ratio = stratified_ratio(strata)
    >>> round(ratio.value, 2), round(ratio.low, 2), round(ratio.high, 2)
    (2.0, 1.44, 2.77)
    """
    held = strata.within_both()
    if _too_few(held):
        return _TOO_FEW
    size = held.n1 + held.n2
    ours, theirs = (held.x1 * held.n2 / size).sum(), (held.x2 * held.n1 / size).sum()
    between = (held.x1 + held.x2) * held.n1 * held.n2 / size**2 - held.x1 * held.x2 / size
    spread = float(np.sqrt(between.sum() / (ours * theirs))) * _z(level)
    value = float(ours / theirs)
    return _measured(held, value, value * np.exp(-spread), value * np.exp(spread))


def stratified_difference(strata: Strata, *, level: float = 0.95) -> Finding:
    """Compare a group's rate with its reference's, within strata, by subtraction.

    Parameters and results are those of `stratified_ratio`; the value lies in [-1, 1], and 0
    means equally often.

    Notes
    -----
    ``D = sum((x1 n2 - x2 n1) / N) / sum(n1 n2 / N)``, with Sato's variance
    ``(D P + Q) / sum(n1 n2 / N)²`` where ``P = sum((n1² x2 - n2² x1 + n1 n2 (n2 - n1) / 2) / N²)``
    and ``Q = sum((x1 (n2 - x2) + x2 (n1 - x1)) / 2 N)`` [1]_.

    References
    ----------
    .. [1] Sato (1989), Biometrics 45:1323-1324.

    Examples
    --------
    As above: (0.8 - 0.4) and (0.4 - 0.2) in strata of one size are 0.3 on average.

    >>> from numpy import array
    >>> strata = Strata(x1=array([40, 20]), n1=array([50, 50]),
    ...                 x2=array([20, 10]), n2=array([50, 50]))
    >>> difference = stratified_difference(strata)
    >>> round(difference.value, 2), round(difference.low, 2), round(difference.high, 2)
    (0.3, 0.17, 0.43)
    """
    held = strata.within_both()
    if _too_few(held):
        return _TOO_FEW
    x1, n1, x2, n2 = (side.astype(np.float64) for side in (held.x1, held.n1, held.x2, held.n2))
    size = n1 + n2
    weight = float((n1 * n2 / size).sum())
    value = float(((x1 * n2 - x2 * n1) / size).sum()) / weight
    p = float(((n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / size**2).sum())
    q = float(((x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * size)).sum())
    spread = float(np.sqrt(max(0.0, value * p + q))) / weight * _z(level)
    return _measured(held, value, max(-1.0, value - spread), min(1.0, value + spread))


def unlike_strata(strata: Strata) -> float | None:
    """Test whether the strata can have one odds ratio in common.

    Returns
    -------
    float or None
        P-value in [0, 1]. Small: the strata differ, so one figure for all of them hides
        something. None: fewer than two strata in which it could be seen.

    Notes
    -----
    Breslow and Day's chi-squared, with Tarone's correction, about the odds ratio of Mantel
    and Haenszel; strata - 1 degrees of freedom [1]_ [2]_.

    References
    ----------
    .. [1] Breslow and Day (1980), Statistical Methods in Cancer Research I, 142-146.
    .. [2] Tarone (1985), Biometrika 72:91-95.

    Examples
    --------
    An odds ratio of 16 in one stratum and of 1/16 in the other:

    >>> from numpy import array
    >>> strata = Strata(x1=array([40, 10]), n1=array([50, 50]),
    ...                 x2=array([10, 40]), n2=array([50, 50]))
    >>> unlike_strata(strata) < 1e-10
    True
    """
    held = strata.within_both()
    telling = (held.x1 + held.x2 > 0) & (held.x1 + held.x2 < held.n1 + held.n2)
    x1, n1, x2, n2 = (
        side[telling].astype(np.float64) for side in (held.x1, held.n1, held.x2, held.n2)
    )
    size = n1 + n2
    above, below = (x1 * (n2 - x2) / size).sum(), (x2 * (n1 - x1) / size).sum()
    if len(x1) < 2 or above == 0 or below == 0:  # noqa: PLR2004 - one stratum is like itself
        return None
    odds, total = above / below, x1 + x2
    expected = _expected(odds, total, n1, n2)
    variance = 1 / (
        1 / expected + 1 / (total - expected) + 1 / (n1 - expected) + 1 / (n2 - total + expected)
    )
    off = x1 - expected
    chi = float((off**2 / variance).sum() - off.sum() ** 2 / variance.sum())
    return float(gammaincc((len(x1) - 1) / 2, max(0.0, chi) / 2))


def _expected(odds: float, total: Floats, n1: Floats, n2: Floats) -> Floats:
    """The group's count in each stratum, were its odds ratio the common one."""
    # e (n2 - t + e) = odds (t - e) (n1 - e), of which the smaller root is a count.
    a, b = odds - 1, n2 - total + odds * (n1 + total)
    if abs(a) < _EQUAL_ODDS:
        return np.asarray(odds * n1 * total / b)
    return np.asarray((b - np.sqrt(b**2 - 4 * a * odds * n1 * total)) / (2 * a))


def _too_few(held: Strata) -> bool:
    sides = (held.x1, held.n1 - held.x1, held.x2, held.n2 - held.x2)
    return any(int(side.sum()) < FEWEST_EVENTS for side in sides)


def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))


def _measured(held: Strata, value: float, low: float, high: float) -> Measurement:
    return Measurement(
        value=value,
        low=float(low),
        high=float(high),
        numerator=int(held.x1.sum()),
        denominator=int(held.n1.sum()),
    )
