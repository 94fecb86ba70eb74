"""Holm's adjustment of p-values for a family of claims."""

import numpy as np

from answerable.measure.arrays import Floats


def holm_adjusted(p_values: Floats) -> Floats:
    """Adjust p-values so that comparing each with the level holds for the whole family.

    Parameters
    ----------
    p_values
        Shape (m,), in [0, 1]; claims that cannot be made enter with 1.

    Returns
    -------
    Floats
        Shape (m,), in [0, 1], never below ``p_values``. Claiming all those at or below
        0.05 makes even one false claim with a chance of at most 5 %, whatever the
        dependence between them.

    Notes
    -----
    The i-th smallest of m is multiplied by m - i + 1, and made no smaller than the one
    before it [1]_.

    References
    ----------
    .. [1] Holm (1979), Scandinavian Journal of Statistics 6:65-70.

    Examples
    --------
    0.01 x 3, 0.02 x 2, and 0.04 x 1 raised to the 0.04 before it:

    >>> holm_adjusted(np.array([0.02, 0.04, 0.01])).tolist()
    [0.04, 0.04, 0.03]
    """
    m = len(p_values)
    order = np.argsort(p_values, kind="stable")
    stepped = np.maximum.accumulate(p_values[order] * np.arange(m, 0, -1))
    adjusted = np.empty(m)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
