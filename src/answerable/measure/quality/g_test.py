"""Whether counts could come from known shares, or two sets of counts from the same ones."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, xlogy

from answerable.measure.arrays import Floats, Integers
from answerable.measure.quality.cohen_w import Distance, cohen_w

FEWEST_EXPECTED = 5.0
"""Below so many expected records in some cell the null is drawn, not looked up."""

DRAWS = 9_999
SEED = 1935


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """A G test: the statistic, the chance of one as large, and how far apart things lie.

    ``drawn`` is the number of tables the p-value was found with; 0: the chi-squared
    distribution, which is near enough where every cell expects five records or more.
    """

    g: float
    degrees: int
    p_value: float
    drawn: int
    w: Distance


def g_test(counts: Integers, shares: Floats, *, level: float = 0.95) -> Fit:
    """Test whether counts could come from a population with known shares.

    Parameters
    ----------
    counts, shares
        Records per cell, at least one in all, and the population's share of each cell,
        positive and together 1.
    level
        Of the interval of w.

    Returns
    -------
    Fit
        ``p_value`` small: hardly. With very many records any difference is "hardly", so w
        says how large it is.

    Notes
    -----
    ``G = 2 sum O log(O / E)`` with cells - 1 degrees of freedom [1]_. Where some E is
    below 5: ``(1 + #{G* >= G}) / 10,000`` over 9,999 tables drawn from the shares.

    References
    ----------
    .. [1] Woolf (1957), Annals of Human Genetics 21:397-409.

    Examples
    --------
    60 and 40 against one half each: 2 (60 log 1.2 + 40 log 0.8) = 4.03.

    >>> fit = g_test(np.array([60, 40]), np.array([0.5, 0.5]))
    >>> round(fit.g, 2), fit.degrees, round(fit.p_value, 3), round(fit.w.value, 2)
    (4.03, 1, 0.045, 0.2)
    """
    n = int(counts.sum())
    expected = n * shares
    g = _g(counts[None, :], expected[None, :])
    if float(expected.min()) < FEWEST_EXPECTED:
        tables = np.random.default_rng(SEED).multinomial(n, shares / shares.sum(), DRAWS)
        drawn, p_value = DRAWS, _rank(float(g[0]), _g(tables, expected[None, :]))
    else:
        drawn, p_value = 0, _chance(float(g[0]), len(counts) - 1)
    chi_squared = float(((counts - expected) ** 2 / expected).sum())
    return Fit(
        g=float(g[0]),
        degrees=len(counts) - 1,
        p_value=p_value,
        drawn=drawn,
        w=cohen_w(chi_squared=chi_squared, cells=len(counts), records=n, level=level),
    )


def g_test_of_two(first: Integers, second: Integers, *, level: float = 0.95) -> Fit:
    """Test whether two sets of counts could come from the same shares.

    Parameters
    ----------
    first, second
        Records per cell, at least one record in each set and in each cell of both together.

    Returns
    -------
    Fit
        As `g_test`. w is measured with the shares of both sets together in the place of
        the population's.

    Notes
    -----
    ``G = 2 sum O log(O / E)`` over both rows of the table, E from its margins. Where some
    E is below 5 the null is exact but for drawing: with its margins fixed the first row is
    multivariate hypergeometric, and ``p = (1 + #{G* >= G}) / 10,000`` [1]_.

    References
    ----------
    .. [1] Freeman and Halton (1951), Biometrika 38:141-149.

    Examples
    --------
    30 and 70 against 50 and 50; 40 and 60 expected in each:

    >>> fit = g_test_of_two(np.array([30, 70]), np.array([50, 50]))
    >>> round(fit.g, 2), fit.degrees, round(fit.p_value, 4), round(fit.w.value, 3)
    (8.4, 1, 0.0037, 0.408)
    """
    both = first + second
    n, m = int(first.sum()), int(second.sum())
    expected = np.outer(np.array([n, m]), both / (n + m))

    def statistic(rows: Integers) -> Floats:
        others = both[None, :] - rows
        return np.asarray(_g(rows, expected[:1]) + _g(others, expected[1:]))

    g = float(statistic(first[None, :])[0])
    if float(expected.min()) < FEWEST_EXPECTED:
        random = np.random.default_rng(SEED)
        rows = random.multivariate_hypergeometric(both, n, DRAWS, method="marginals")
        drawn, p_value = DRAWS, _rank(g, statistic(rows))
    else:
        drawn, p_value = 0, _chance(g, len(both) - 1)
    observed = np.stack([first, second])
    chi_squared = float(((observed - expected) ** 2 / expected).sum())
    return Fit(
        g=g,
        degrees=len(both) - 1,
        p_value=p_value,
        drawn=drawn,
        w=cohen_w(
            chi_squared=chi_squared,
            cells=len(both),
            records=n * m / (n + m),
            level=level,
        ),
    )


def _g(observed: Integers, expected: Floats) -> Floats:
    return np.asarray(2 * xlogy(observed, observed / expected).sum(axis=1))


def _chance(g: float, degrees: int) -> float:
    """The chance that a chi-squared is at least so large."""
    return float(gammaincc(degrees / 2, max(g, 0.0) / 2)) if degrees else 1.0


def _rank(g: float, drawn: Floats) -> float:
    # Tables alike differ in the last digits; such ties count against a finding.
    return (1 + int(np.count_nonzero(drawn >= g - 1e-9 * (1 + abs(g))))) / (1 + len(drawn))
