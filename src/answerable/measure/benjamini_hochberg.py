"""Which of many findings to look into, so that few of them are false: Benjamini-Hochberg."""

import numpy as np

from answerable.measure.arrays import Floats


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Adjust p-values so that those at most q hold a share of at most q of false ones.

    Parameters
    ----------
    p_values
        One per question, in [0, 1], in any order.

    Returns
    -------
    Floats
        Adjusted values in the same order. The list of all at most q is expected to hold
        false findings to a share of at most q: a list to look into, not of what is
        established one by one.

    Notes
    -----
    In rising order, ``min over j >= i of p_(j) m / j`` [1]_. Holds for independent
    questions and for those that go together.

    References
    ----------
    .. [1] Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B
       57:289-300.

    Examples
    --------
    0.01, 0.03 and 0.04 of three: 0.01 x 3/1, 0.03 x 3/2 = 0.045 but no more than
    0.04 x 3/3:

    >>> benjamini_hochberg(np.array([0.03, 0.01, 0.04])).round(3).tolist()
    [0.04, 0.03, 0.04]
    """
    m = len(p_values)
    order = np.argsort(p_values, kind="stable")
    raised = p_values[order] * m / np.arange(1, m + 1)
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return adjusted
