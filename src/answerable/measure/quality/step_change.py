"""A step in time: from which period on a share, or a number of records, is another one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from answerable.measure.arrays import Floats, Integers
from answerable.record.measurement import CannotSay

DRAWS = 9_999
"""Orders of the periods that are drawn beside the one observed."""

SEED = 1933
FEWEST_PERIODS = 4

_QUICK_DRAWS = 1_999
_BLOCK = 1 << 21
_SHARE_STEPS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_VOLUME_STEPS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)

Statistic = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """The most telling step of a series.

    ``at`` is the number of the first period after it. ``p_value`` is the chance of a step at
    least as telling somewhere, had the periods come in another order. ``before`` and
    ``after`` are counts: (counted, among); of volumes: (records, periods).
    """

    at: int
    p_value: float
    before: tuple[int, int]
    after: tuple[int, int]


def step_in_share(x: Integers, n: Integers) -> Step | CannotSay:
    """Find the period from which on a share differs most from what it was before.

    Parameters
    ----------
    x, n
        Per period, in order: records counted, and records among which they were counted.
        ``0 <= x <= n``. Periods without records are passed over.

    Returns
    -------
    Step
        With a p-value in [0.0001, 1]: small where the order of the periods says something.
    CannotSay
        ``too_few_periods``: fewer than four periods have records.

    Notes
    -----
    For each k the likelihood ratio statistic of "one share up to period k, another after
    it" against "one share", ``G_k = 2 sum x log(p_segment / p) + (n - x) log(...)``; the
    largest decides [1]_. Its null is no table of chi-squared: months differ for many
    reasons, so the statistic is compared with what it is when the same periods come in
    9,999 other orders, and ``p = (1 + #{max G* >= max G}) / 10,000`` [2]_. Rejecting at
    p <= a has a chance of at most a of being wrong if every order of the periods is
    equally likely, however much they differ among themselves. A drift is no step but will
    be found too, at the period that parts it best.

    References
    ----------
    .. [1] Worsley (1983), Biometrika 70:455-464.
    .. [2] Antoch and Huskova (2001), Statistics & Probability Letters 53:37-46.

    Examples
    --------
    Six months at 3 of 10 and six at 9 of 10. Of the 924 ways to choose six of twelve
    months 2 part them like that: p is about 2 / 924 = 0.002.

    >>> step = step_in_share(np.array([3] * 6 + [9] * 6), np.array([10] * 12))
    >>> step.at, step.before, step.after, step.p_value < 0.005
    (6, (18, 60), (54, 60), True)
    """
    return _step(x, n, _share_statistic, _occupied(n))


def step_in_volume(n: Integers) -> Step | CannotSay:
    """Find the period from which on the number of records differs most from before.

    Parameters
    ----------
    n
        Records per period, in order; a period between others without any is a 0.

    Returns
    -------
    Step or CannotSay
        As `step_in_share`; ``before`` and ``after`` are records and periods.

    Notes
    -----
    As `step_in_share`, with the likelihood ratio of two Poisson means,
    ``G_k = 2 sum over segments of S log((S / periods) / mean)``. The first and the last
    period may be cut off by the export; alone they cannot make a step, since each period
    stands at an end in a share of all orders.

    Examples
    --------
    >>> step = step_in_volume(np.array([100] * 6 + [30] * 6))
    >>> step.at, step.before, step.after, step.p_value < 0.005
    (6, (600, 6), (180, 6), True)
    """
    return _step(n, np.ones_like(n), _volume_statistic, np.arange(len(n)))


def noticeable_share_step(x: Integers, n: Integers, *, level: float) -> float | None:
    """Give the smallest of a few steps that would be noticed in the middle of a series.

    The share is moved by so much, towards the side where there is more room, from the
    middle period on, and the test is made again. None: not even a step of 0.5.
    """
    at = _occupied(n)
    hits, among = x[at].astype(np.float64), n[at].astype(np.float64)
    way = 1.0 if hits.sum() * 2 <= among.sum() else -1.0
    late = np.arange(len(at)) >= len(at) // 2
    for step in _SHARE_STEPS:
        share = np.clip(hits / among + np.where(late, way * step, 0.0), 0.0, 1.0)
        if _p_value(share * among, among, _share_statistic, _QUICK_DRAWS)[1] <= level:
            return step
    return None


def noticeable_volume_step(n: Integers, *, level: float) -> float | None:
    """Give the smallest of a few factors that would be noticed in the middle of a series."""
    counts = n.astype(np.float64)
    late = np.arange(len(n)) >= len(n) // 2
    for factor in _VOLUME_STEPS:
        moved = np.where(late, counts / factor, counts)
        if _p_value(moved, np.ones_like(moved), _volume_statistic, _QUICK_DRAWS)[1] <= level:
            return factor
    return None


def _occupied(n: Integers) -> Integers:
    return np.flatnonzero(n).astype(np.int64)


def _step(x: Integers, n: Integers, statistic: Statistic, at: Integers) -> Step | CannotSay:
    if len(at) < FEWEST_PERIODS:
        needs = f"records of at least {FEWEST_PERIODS} periods (there are {len(at)})"
        return CannotSay(reason="too_few_periods", needs=needs)
    hits, among = x[at], n[at]
    k, p_value = _p_value(hits.astype(np.float64), among.astype(np.float64), statistic, DRAWS)
    return Step(
        at=int(at[k]),
        p_value=p_value,
        before=(int(hits[:k].sum()), int(among[:k].sum())),
        after=(int(hits[k:].sum()), int(among[k:].sum())),
    )


def _p_value(x: Floats, n: Floats, statistic: Statistic, draws: int) -> tuple[int, float]:
    """Give the first period after the best split, and the p-value over orders of the periods."""
    observed = statistic(x[None, :], n[None, :])[0]
    highest = float(observed.max())
    random = np.random.default_rng(SEED)
    block = max(1, _BLOCK // len(x))
    beaten = done = 0
    while done < draws:
        size = min(block, draws - done)
        order = random.permuted(np.tile(np.arange(len(x)), (size, 1)), axis=1)
        drawn = statistic(x[order], n[order]).max(axis=1)
        # Sums in another order differ in the last digits; such ties count against a step.
        beaten += int(np.count_nonzero(drawn >= highest * (1 - 1e-9) - 1e-9))
        done += size
    return int(observed.argmax()) + 1, (1 + beaten) / (1 + draws)


def _share_statistic(x: Floats, n: Floats) -> Floats:
    x1, n1 = x.cumsum(axis=1)[:, :-1], n.cumsum(axis=1)[:, :-1]
    all_x, all_n = x.sum(axis=1, keepdims=True), n.sum(axis=1, keepdims=True)
    parts = _log_likelihood(x1, n1) + _log_likelihood(all_x - x1, all_n - n1)
    return np.asarray(2 * (parts - _log_likelihood(all_x, all_n)))


def _log_likelihood(x: Floats, n: Floats) -> Floats:
    # A difference of sums can leave [0, n] by the last digit.
    hits = np.clip(x, 0.0, n)
    return np.asarray(xlogy(hits, hits / n) + xlogy(n - hits, (n - hits) / n))


def _volume_statistic(x: Floats, n: Floats) -> Floats:
    x1, n1 = x.cumsum(axis=1)[:, :-1], n.cumsum(axis=1)[:, :-1]
    all_x, all_n = x.sum(axis=1, keepdims=True), n.sum(axis=1, keepdims=True)
    x2, n2 = np.maximum(all_x - x1, 0.0), all_n - n1
    return np.asarray(2 * (xlogy(x1, x1 / n1) + xlogy(x2, x2 / n2) - xlogy(all_x, all_x / all_n)))
