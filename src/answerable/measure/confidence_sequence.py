"""An interval for a share that stays right however often it is looked at."""

import numpy as np
from scipy.special import betaln

from answerable.measure.arrays import Floats, Integers

_HALVINGS = 60


def confidence_sequence(x: Integers, n: Integers, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Bound a share from counts that keep growing.

    Parameters
    ----------
    x, n
        Records counted so far, and records among which they were counted; arrays of one
        shape. ``0 <= x <= n``; without records the bounds are 0 and 1.
    level
        The chance that the truth lies within at every look at once, in (0, 1).

    Returns
    -------
    low, high
        In [0, 1]. Wider than Wilson's at one look: 1.6 times at 50 records, 1.9 at 5,000.

    Notes
    -----
    All p with ``B(1 + x, 1 + n - x) <= p^x (1 - p)^(n - x) / (1 - level)``: the mixture of
    likelihood ratios over a uniform share is a martingale from 1 at the truth, so it ever
    exceeds ``1 / (1 - level)`` with a chance of at most ``1 - level`` [1]_.

    References
    ----------
    .. [1] Robbins (1970), Annals of Mathematical Statistics 41:1397-1409.

    Examples
    --------
    0 of 10. B(1, 11) = 1/11, so p runs to 1 - (0.05/11)^(1/10) = 0.417:

    >>> low, high = confidence_sequence(np.array(0), np.array(10))
    >>> float(low), round(float(high), 3), round(1 - (0.05 / 11) ** 0.1, 3)
    (0.0, 0.417, 0.417)
    """
    among = np.asarray(n, np.float64) + np.zeros(np.shape(x))
    hits = np.asarray(x, np.float64) + np.zeros(np.shape(n))
    floor = betaln(1 + hits, 1 + among - hits) + np.log(1 - level)
    seen = np.where(among > 0, hits / np.maximum(among, 1), 0.5)
    low = _crossing(hits, among, floor, inside=seen, outside=np.zeros_like(seen))
    high = _crossing(hits, among, floor, inside=seen, outside=np.ones_like(seen))
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


def _crossing(x: Floats, n: Floats, floor: Floats, *, inside: Floats, outside: Floats) -> Floats:
    """Halve the way to where the likelihood falls below the floor; give the outer end."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        p = np.clip(middle, 1e-300, 1 - 1e-16)
        kept = x * np.log(p) + (n - x) * np.log1p(-p) >= floor
        inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
    return outside
