"""Whether two groups' rates differ at all: Fisher's exact test of many tables at once."""

import numpy as np
from scipy.special import gammaln

from answerable.measure.arrays import Floats, Integers

LEFT_OUT = 1e-15
"""Chances smaller than this are given as this: the promise holds, and nobody needs them."""


def fisher_p_values(x1: Integers, n1: Integers, x2: Integers, n2: Integers) -> Floats:
    """Test in each of many tables whether two groups have the same rate.

    Parameters
    ----------
    x1, n1, x2, n2
        Records counted, and records among which they were counted, of the group and of its
        reference; shape (tables,), ``0 <= x <= n``.

    Returns
    -------
    Floats
        Two-sided p-values in [1e-15, 1], shape (tables,). Rejecting at p <= a has a chance
        of at most a of being wrong, in groups of any size. 1 where a side is empty.

    Notes
    -----
    With all margins held, the group's count under equal rates is hypergeometric; p is twice
    the smaller of its two tails, at most 1 [1]_. The tails are summed from the middle
    outwards by the ratio of neighbours, over 8.5 standard deviations and 40 counts each way;
    a hypergeometric count strays further with a chance below 1e-15 [2]_.

    References
    ----------
    .. [1] Fisher (1935), Journal of the Royal Statistical Society 98:39-82.
    .. [2] Hoeffding (1963), Journal of the American Statistical Association 58:13-30.

    Examples
    --------
    3 of 3 against 0 of 3: of the 20 ways to choose three of six, one gives that; twice
    1/20:

    >>> table = [np.array([number]) for number in (3, 3, 0, 3)]
    >>> fisher_p_values(*table).round(6).tolist()
    [0.1]
    """
    tables = zip(x1.tolist(), n1.tolist(), x2.tolist(), n2.tolist(), strict=True)
    return np.array([_p_value(*table) for table in tables], dtype=np.float64)


def fisher_floors(x1: Integers, n1: Integers, x2: Integers, n2: Integers) -> Floats:
    """Find the smallest p-value that each table's margins allow, however its records fall.

    A comparison of two people with a million can never be established; its floor says so
    before the outcome is looked at, since margins are held in `fisher_p_values`.

    Examples
    --------
    With three of six counted and groups of three and three, nothing is below 2/20:

    >>> fisher_floors(*[np.array([number]) for number in (2, 3, 1, 3)]).round(6).tolist()
    [0.1]
    """
    total, size = x1 + x2, n1 + n2
    lowest, highest = np.maximum(0, total - n2), np.minimum(n1, total)
    ends = [_log_chance(end, n1, total, size) for end in (lowest, highest)]
    # Where only one table is possible its chance is 1, and so is its p-value.
    return np.asarray(np.clip(2 * np.exp(np.minimum(*ends)), LEFT_OUT, 1.0))


def _log_chance(x: Integers, n: Integers, total: Integers, size: Integers) -> Floats:
    return np.asarray(
        _log_choose(total, x) + _log_choose(size - total, n - x) - _log_choose(size, n)
    )


def _log_choose(n: Integers, k: Integers) -> Floats:
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))


def _p_value(x1: int, n1: int, x2: int, n2: int) -> float:
    total, size = x1 + x2, n1 + n2
    lowest, highest = max(0, total - n2), min(n1, total)
    if lowest >= highest:
        return 1.0
    share = total / size
    middle = min(highest, max(lowest, round(n1 * share)))
    reach = 8.5 * float(np.sqrt(n1 * share * (1 - share))) + 40
    first, last = max(lowest, int(middle - reach)), min(highest, int(middle + reach) + 1)
    if not first <= x1 <= last:
        return LEFT_OUT
    k = np.arange(first, last, dtype=np.float64)
    # Neighbours' chances stand in a ratio that no large number has to be cancelled for.
    steps = np.log((total - k) * (n1 - k)) - np.log((k + 1) * (size - total - n1 + k + 1))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    at = x1 - first
    tail = min(weights[: at + 1].sum(), weights[at:].sum()) / weights.sum()
    return float(min(1.0, max(LEFT_OUT, 2 * tail)))
