"""Where a falling function crosses a level, for many functions at once."""

from collections.abc import Callable

import numpy as np

from answerable.measure.arrays import Floats

HALVINGS = 40
"""Enough to place a root in an interval of length 2 to within 2 in 10^12."""


def crossing(
    falling: Callable[[Floats], Floats], level: float, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """Enclose the points where ``falling`` passes ``level`` between ``low`` and ``high``.

    Returns the ends of the last, tiny enclosures. Where the function never passes the
    level, both ends run into the bound at which it comes nearest.
    """
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = falling(middle) > level
        low = np.where(above, middle, low)
        high = np.where(above, high, middle)
    return low, high
