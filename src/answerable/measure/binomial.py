"""The binomial distribution: exact limits of a share, and chances of its tails."""

import numpy as np
from scipy.special import betainc, betainccinv, betaincinv

from answerable.measure.arrays import Floats, Integers, Numbers


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


def at_least(x: Integers, n: Numbers, share: Floats) -> Floats:
    """The chance of ``x`` or more of ``n``."""
    chance = betainc(np.maximum(x, 0.5), np.maximum(n - x + 1.0, 0.5), share)
    return np.where(x <= 0, 1.0, np.where(x > n, 0.0, chance))


def at_most(x: Integers, n: Numbers, share: Floats) -> Floats:
    """The chance of ``x`` or fewer of ``n``."""
    # The mirrored form; betaincc says the same at six times the cost.
    chance = betainc(np.maximum(n - x, 0.5), np.maximum(x + 1.0, 0.5), 1 - share)
    return np.where(x >= n, 1.0, np.where(x < 0, 0.0, chance))
