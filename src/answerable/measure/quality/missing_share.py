"""How often a field is missing."""

import numpy as np

from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Finding, Measurement


def missing_share(*, missing: int, rows: int, level: float = 0.95) -> Finding:
    """Measure how often a field is missing among the rows of a group.

    Parameters
    ----------
    missing, rows
        Rows without a value in the field, and all rows of the group. One row per record
        of the table. A value is missing where it is null, not a number, or only spaces.

    Returns
    -------
    Measurement
        Share in [0, 1] with a 95 % Wilson interval. 0: always there; 1: never.
    CannotSay
        ``no_rows``: the group has no row.

    Notes
    -----
    ``missing / rows``. The interval speaks of the process that fills the field in; of the
    file itself the share is exact.

    Examples
    --------
    6,077 of 7,214 rows without a value: 0.842.

    >>> share = missing_share(missing=6077, rows=7214)
    >>> round(share.value, 3), round(share.low, 3), round(share.high, 3)
    (0.842, 0.834, 0.851)
    """
    if not rows:
        return CannotSay(reason="no_rows", needs="at least one row of this group")
    low, high = wilson_interval(np.array(missing), np.array(rows), level=level)
    return Measurement(
        value=missing / rows,
        low=float(low),
        high=float(high),
        numerator=missing,
        denominator=rows,
    )
