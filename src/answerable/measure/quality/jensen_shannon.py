"""How unlike two sets of shares are, between 0 and 1: the Jensen-Shannon divergence."""

import numpy as np
from scipy.special import xlogy

from answerable.measure.arrays import Integers


def jensen_shannon(first: Integers, second: Integers) -> float:
    """Describe how unlike two sets of counts are, whatever their sizes.

    Parameters
    ----------
    first, second
        Records per cell, at least one record in each set.

    Returns
    -------
    float
        In [0, 1]. 0: the same shares; 1: no cell in common. It is a description without
        an interval: in small sets chance alone makes it larger than 0.

    Notes
    -----
    ``(sum p log2(p / m) + sum q log2(q / m)) / 2`` with ``m = (p + q) / 2`` [1]_.

    References
    ----------
    .. [1] Lin (1991), IEEE Transactions on Information Theory 37:145-151.

    Examples
    --------
    (1, 0) against (1/2, 1/2): m = (3/4, 1/4); (log2(4/3) + log2(2/3)/2 + log2(2)/2) / 2
    = (0.415 - 0.292 + 0.5) / 2 = 0.311.

    >>> round(jensen_shannon(np.array([10, 0]), np.array([5, 5])), 3)
    0.311
    """
    p, q = first / first.sum(), second / second.sum()
    middle = (p + q) / 2
    seen = middle > 0
    p, q, middle = p[seen], q[seen], middle[seen]
    total = float((xlogy(p, p / middle) + xlogy(q, q / middle)).sum() / (2 * np.log(2)))
    return min(1.0, max(0.0, total))
