"""How far a group's rate lies from its reference's, in standard deviations."""

import numpy as np

from answerable.measure.arrays import Floats, Integers


def standard_deviations(x1: Integers, n1: Integers, x2: Integers, n2: Integers) -> Floats:
    """Measure the difference of two rates by what chance would make of equal ones.

    Parameters
    ----------
    x1, n1, x2, n2
        As in `fisher_p_values`, of any one shape; no side empty.

    Returns
    -------
    Floats
        0: no difference; below 0: the group's rate is the lower one. It grows with the
        square root of the records, so it says how sure a difference is and never how large.
        0 as well where nobody or everybody was counted.

    Notes
    -----
    ``(x1/n1 - x2/n2) / sqrt(p (1 - p) (1/n1 + 1/n2))`` with ``p = (x1 + x2) / (n1 + n2)``. US
    courts have asked for "more than two or three" [1]_.

    References
    ----------
    .. [1] Castaneda v. Partida, 430 U.S. 482, 496 n. 17 (1977).

    Examples
    --------
    40 of 100 against 60 of 100: p = 0.5, -0.2 / sqrt(0.25 x 0.02) = -2.83:

    >>> table = [np.array(number) for number in (40, 100, 60, 100)]
    >>> round(float(standard_deviations(*table)), 2)
    -2.83
    """
    p = (x1 + x2) / (n1 + n2)
    spread = np.sqrt(p * (1 - p) * (1 / n1 + 1 / n2))
    there = spread > 0
    return np.where(there, (x1 / n1 - x2 / n2) / np.where(there, spread, 1.0), 0.0)
