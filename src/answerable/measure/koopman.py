"""Koopman's score interval for the ratio of two shares."""

import numpy as np
from scipy.special import ndtri

from answerable.measure.arrays import Floats, Integers
from answerable.measure.bisection import crossing
from answerable.measure.score import ratio_score

_EDGE = 1e-9


def koopman_interval(
    x1: Integers, n1: Integers, x2: Integers, n2: Integers, *, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Bound the ratio of two independent shares from counts.

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
        Bounds of ``(x1/n1) / (x2/n2)``, in [0, inf]. ``low`` is 0 where ``x1`` is 0 and
        ``high`` infinite where ``x2`` is 0.

    Notes
    -----
    All ratios r whose score statistic is at most z in size, the nuisance share estimated
    under r [1]_; searched on r / (1 + r), so that 0 and infinity are ordinary places.

    References
    ----------
    .. [1] Koopman (1984), Biometrics 40:513-517.

    Examples
    --------
    36 of 40 against 16 of 80, Koopman's own example: 0.9 / 0.2 = 4.5.

    >>> one = lambda k: np.array(k)
    >>> low, high = koopman_interval(one(36), one(40), one(16), one(80))
    >>> round(float(low), 2), round(float(high), 2)
    (2.94, 7.15)
    """
    z = float(ndtri(0.5 + level / 2))
    # The observed r / (1 + r), without dividing by a reference that has no events.
    events = x1 * (n2 * 1.0)
    both = events + x2 * (n1 * 1.0)
    seen = np.divide(events, both, out=np.full_like(both, 0.5), where=both > 0)
    seen = np.clip(seen, _EDGE, 1 - _EDGE)

    def falling(share: Floats) -> Floats:
        return ratio_score(x1, n1, x2, n2, share / (1 - share))

    low, _ = crossing(falling, z, np.full_like(seen, _EDGE), seen)
    _, high = crossing(falling, -z, seen, np.full_like(seen, 1 - _EDGE))
    return (
        np.where(x1 == 0, 0.0, low / (1 - low)),
        np.where(x2 == 0, np.inf, high / (1 - high)),
    )
