"""Clopper and Pearson's interval for one share: the one that keeps its promise in any group."""

import numpy as np

from answerable.measure.arrays import Floats, Integers
from answerable.measure.binomial import clopper_pearson


def clopper_pearson_interval(
    x: Integers, n: Integers, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Bound a share from counts, and hold the truth at least as often as promised.

    Parameters
    ----------
    x, n
        Records counted, and records among which they were counted; arrays of one
        shape. ``0 <= x <= n`` and ``n >= 1``.
    level
        Least coverage, in (0, 1).

    Returns
    -------
    low, high
        In [0, 1]. ``low`` is 0 where ``x`` is 0, ``high`` is 1 where ``x`` is ``n``.

    Notes
    -----
    The shares under which neither ``x`` or fewer nor ``x`` or more has a chance below
    ``(1 - level) / 2`` [1]_. Wider than Wilson's: mean coverage at a promised 95 % is 0.977
    for n = 20, its minimum over all shares 0.958.

    References
    ----------
    .. [1] Clopper and Pearson (1934), Biometrika 26:404-413.

    Examples
    --------
    Nobody of 10: the upper end solves (1 - p)^10 = 0.025, so p = 1 - 0.025^0.1 = 0.3085.

    >>> low, high = clopper_pearson_interval(np.array(0), np.array(10))
    >>> float(low), round(float(high), 4)
    (0.0, 0.3085)
    """
    return clopper_pearson(x, n, np.array((1 - level) / 2))
