"""Score statistics of two shares: how far the data lie from a given difference or ratio.

Group 1 has ``x1`` of ``n1``, group 2 (the reference) ``x2`` of ``n2``. Both statistics
are on the z scale, rise with ``x1``, fall with ``x2``, and are 0 where the observed
difference or ratio is the one asked about.
"""

from collections.abc import Callable

import numpy as np

from answerable.measure.arrays import Floats, Numbers

Statistic = Callable[[Numbers, Numbers, Numbers, Numbers, Floats], Floats]

_DUST = 1e-12
"""A distance below this is the rounding of 0."""


def restricted_by_difference(
    x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers, difference: Floats
) -> Floats:
    """The reference's most likely share, given that group 1's is larger by ``difference``.

    The root in the admissible range of the cubic ``N p³ + a p² + b p + c = 0`` found by
    setting the derivative of the restricted binomial likelihood to zero, in its
    trigonometric form (Farrington and Manning 1990, Statistics in Medicine 9:1447-1454).
    """
    d = difference
    n = n1 + n2
    x = x1 + x2
    a = ((n1 + 2.0 * n2) * d - n - x) / n
    b = ((n2 * d - n - 2.0 * x2) * d + x) / n
    c = x2 * d * (1 - d) / n
    third = a / 3
    q = third**3 - a * b / 6 + c / 2
    radius = np.copysign(np.sqrt(np.maximum(third**2 - b / 3, 0.0)), q)
    cube = radius**3
    # A radius of 0 is a triple root: every angle gives it.
    cosine = np.divide(q, cube, out=np.zeros_like(cube), where=cube != 0)
    angle = (np.pi + np.arccos(np.clip(cosine, -1.0, 1.0))) / 3
    p2 = 2 * radius * np.cos(angle) - third
    return np.asarray(np.clip(p2, np.maximum(0.0, -d), np.minimum(1.0, 1 - d)))


def restricted_by_ratio(
    x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers, ratio: Floats
) -> Floats:
    """The reference's most likely share, given that group 1's is ``ratio`` times as large.

    The smaller root of ``N r p² - (n1 r + x1 + n2 + x2 r) p + x1 + x2 = 0`` (Koopman
    1984, Biometrics 40:513-517). It is written with the sum of like signs below the
    line, since the textbook form loses every digit where shares are small.
    """
    r = ratio
    b = (n1 + x2) * r + x1 + n2
    c = (x1 + x2) * 1.0
    root = np.sqrt(np.maximum(b * b - 4.0 * (n1 + n2) * r * c, 0.0))
    return np.asarray(np.clip(2 * c / (b + root), 0.0, 1 / np.maximum(r, 1.0)))


def _standardised(distance: Numbers, variance: Numbers) -> Floats:
    # No variance and no distance is no evidence; no variance and some distance is all of it.
    at_zero = np.abs(distance) < _DUST
    spread = np.sqrt(np.maximum(variance, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = distance / spread
    return np.where(at_zero, 0.0, np.where(spread == 0, np.copysign(np.inf, distance), z))


def difference_score(
    x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers, difference: Floats
) -> Floats:
    """Miettinen and Nurminen's statistic for a difference of shares, N / (N - 1) included."""
    p2 = restricted_by_difference(x1, n1, x2, n2, difference)
    p1 = p2 + difference
    n = n1 + n2
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n / (n - 1.0))
    distance = np.asarray(x1 / n1 - x2 / n2 - difference, dtype=np.float64)
    return _standardised(distance, variance)


def ratio_score(x1: Numbers, n1: Numbers, x2: Numbers, n2: Numbers, ratio: Floats) -> Floats:
    """Koopman's statistic for a ratio of shares."""
    p2 = restricted_by_ratio(x1, n1, x2, n2, ratio)
    p1 = np.minimum(ratio * p2, 1.0)
    variance = p1 * (1 - p1) / n1 + ratio * ratio * p2 * (1 - p2) / n2
    return _standardised(np.asarray(x1 / n1 - ratio * (x2 / n2), dtype=np.float64), variance)
