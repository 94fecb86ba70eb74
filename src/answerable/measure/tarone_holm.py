"""Holm's adjustment where some claims could never be made: Tarone's improvement of it."""

from bisect import bisect_right, insort

import numpy as np

from answerable.measure.arrays import Floats


def tarone_holm_adjusted(p_values: Floats, floors: Floats) -> Floats:
    """Adjust p-values for a family, without counting those that could not have mattered.

    Parameters
    ----------
    p_values, floors
        Shape (m,), in [0, 1]: each claim's p-value, and the smallest one it could have had
        whatever the data, fixed by something that the p-value is conditional on.
        ``floors <= p_values``.

    Returns
    -------
    Floats
        Shape (m,), in [0, 1], never below ``p_values`` and never above Holm's. Claiming all
        those at or below 0.05 makes even one false claim with a chance of at most 5 %,
        whatever the dependence between them.

    Notes
    -----
    In rising order, each p-value is multiplied by the number of claims, among it and those
    after it, whose floor is no larger than it, and made no smaller than the one before it.
    Valid since the chance that any of k true claims has a p-value of at most t is at most t
    times the number of those that can have one [1]_; the form of Hommel and Krummenauer [2]_,
    which never takes back at a higher level what it granted at a lower one.

    References
    ----------
    .. [1] Tarone (1990), Biometrics 46:515-522.
    .. [2] Hommel and Krummenauer (1998), Biometrics 54:673-681.

    Examples
    --------
    0.02 could be reached by the first and the second only: 0.02 x 2. Of what is left 0.03
    counts one, 0.9 two:

    >>> adjusted = tarone_holm_adjusted(
    ...     np.array([0.02, 0.03, 0.9, 1.0]), np.array([0.001, 0.01, 0.5, 0.6])
    ... )
    >>> adjusted.tolist()
    [0.04, 0.04, 1.0, 1.0]
    """
    order = np.argsort(p_values, kind="stable")
    ranked = p_values[order].tolist()
    left: list[float] = []
    times = [0] * len(ranked)
    for at in range(len(ranked) - 1, -1, -1):
        insort(left, float(floors[order[at]]))
        times[at] = bisect_right(left, ranked[at])
    adjusted = np.empty(len(ranked))
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * np.array(times)), 1.0)
    return adjusted
