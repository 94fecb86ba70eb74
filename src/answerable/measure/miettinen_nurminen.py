"""Miettinen and Nurminen's score interval for the difference of two shares."""

import numpy as np
from scipy.special import ndtri

from answerable.measure.arrays import Floats, Integers
from answerable.measure.bisection import crossing
from answerable.measure.score import difference_score


def miettinen_nurminen_interval(
    x1: Integers, n1: Integers, x2: Integers, n2: Integers, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Bound the difference of two independent shares from counts.

    Parameters
    ----------
    x1, n1, x2, n2
        Records counted of records, in the group and in the reference; arrays of one
        shape, ``n1 >= 1`` and ``n2 >= 1``.
    level
        Nominal coverage, in (0, 1).

    Returns
    -------
    low, high
        Bounds of ``x1/n1 - x2/n2``, in [-1, 1].

    Notes
    -----
    All differences d whose score statistic is at most z in size, the nuisance share
    estimated under d [1]_. Swapping the groups turns the interval round. At adjusted
    levels far below 5 % its tails are too thin: verdicts use exact tests.

    References
    ----------
    .. [1] Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226.

    Examples
    --------
    56 of 70 against 48 of 80, the pair used by Newcombe (1998):

    >>> one = lambda k: np.array(k)
    >>> low, high = miettinen_nurminen_interval(one(56), one(70), one(48), one(80))
    >>> round(float(low), 4), round(float(high), 4)
    (0.0528, 0.3382)
    """
    z = float(ndtri(0.5 + level / 2))
    observed = np.asarray(x1 / n1 - x2 / n2)
    low, _ = crossing(
        lambda d: difference_score(x1, n1, x2, n2, d),
        z,
        -np.ones_like(observed),
        observed,
    )
    _, high = crossing(
        lambda d: difference_score(x1, n1, x2, n2, d),
        -z,
        observed,
        np.ones_like(observed),
    )
    return low, high
