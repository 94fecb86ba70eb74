"""Stretches of time in which a field is nearly empty, though it is filled at other times."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from answerable.measure.arrays import Integers

NEARLY_EMPTY = 0.02
"""A period counts as empty where at most this share of its rows is filled."""

FILLED_OTHERWISE = 0.1
"""A stretch is worth a word where at least this share of the other rows is filled."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Periods ``first`` to before ``until``, by number, with their rows and the others'.

    ``chance`` bounds the chance of any stretch as empty as this in any of the fields
    looked at, were each field filled without regard to the time.
    """

    first: int
    until: int
    filled: int
    rows: int
    filled_otherwise: int
    rows_otherwise: int
    chance: float


def empty_stretches(
    filled: Integers, rows: Integers, *, fields: int = 1, level: float = 0.05
) -> tuple[Stretch, ...]:
    """Find the stretches of consecutive periods in which a field is nearly empty.

    Parameters
    ----------
    filled, rows
        Per period, in order: rows with a value in the field, and all rows.
        ``0 <= filled <= rows``. A period without rows breaks no stretch.
    fields
        How many fields are looked at; ``level`` holds for all of them together.
    level
        The largest accepted chance of even one false stretch.

    Returns
    -------
    tuple of Stretch
        In the order of time; empty where there is none.

    Notes
    -----
    A period is empty where at most 2 % of its rows are filled, and a stretch is reported
    where at least 10 % of all other rows are. Were each row filled without regard to its
    period, the number filled in a fixed stretch of n rows would be hypergeometric:
    ``P(X <= x) = sum C(F, i) C(N - F, n - i) / C(N, n)`` with F of all N rows filled [1]_.
    That chance is multiplied by the number of stretches that could have been chosen,
    T (T + 1) / 2, and by the number of fields (Bonferroni).

    References
    ----------
    .. [1] Fisher (1935), Journal of the Royal Statistical Society 98:39-82.

    Examples
    --------
    0 of 10 and 0 of 10, then 5 of 10 twice: C(20, 10) / C(40, 10) = 0.0002 of getting none
    of the ten among the first twenty, times the 10 stretches of four periods:

    >>> import math
    >>> (found,) = empty_stretches(np.array([0, 0, 5, 5]), np.array([10, 10, 10, 10]))
    >>> found.first, found.until, found.filled, found.filled_otherwise
    (0, 2, 0, 10)
    >>> round(found.chance, 4), round(10 * math.comb(20, 10) / math.comb(40, 10), 4)
    (0.0022, 0.0022)
    """
    all_filled, all_rows = int(filled.sum()), int(rows.sum())
    periods = int(np.count_nonzero(rows))
    choices = periods * (periods + 1) // 2 * max(1, fields)
    return tuple(
        stretch
        for first, until in _runs(filled, rows)
        for stretch in (_stretch(filled, rows, first, until, (all_filled, all_rows), choices),)
        if stretch.rows_otherwise
        and stretch.filled_otherwise >= FILLED_OTHERWISE * stretch.rows_otherwise
        and stretch.chance <= level
    )


def _runs(filled: Integers, rows: Integers) -> Iterator[tuple[int, int]]:
    """Give the first and the end of every run of empty periods that begins and ends with rows."""
    first = until = -1
    for at, (x, n) in enumerate(zip(filled.tolist(), rows.tolist(), strict=True)):
        if not n:
            continue
        if x <= NEARLY_EMPTY * n:
            first, until = (at if first < 0 else first), at + 1
        elif first >= 0:
            yield first, until
            first = -1
    if first >= 0:
        yield first, until


def _stretch(
    filled: Integers,
    rows: Integers,
    first: int,
    until: int,
    everything: tuple[int, int],
    choices: int,
) -> Stretch:
    all_filled, all_rows = everything
    x, n = int(filled[first:until].sum()), int(rows[first:until].sum())
    return Stretch(
        first=first,
        until=until,
        filled=x,
        rows=n,
        filled_otherwise=all_filled - x,
        rows_otherwise=all_rows - n,
        chance=min(1.0, choices * _at_most(x, n, all_filled, all_rows)),
    )


def _at_most(x: int, n: int, all_filled: int, all_rows: int) -> float:
    """The chance that at most ``x`` of ``n`` rows drawn without replacement are filled."""
    lowest = max(0, n - (all_rows - all_filled))
    i = np.arange(lowest, x + 1, dtype=np.float64)
    if not len(i):
        return 0.0

    def choose(a: float, b: "np.ndarray[tuple[int], np.dtype[np.float64]] | float") -> object:
        return gammaln(a + 1.0) - gammaln(np.asarray(b) + 1.0) - gammaln(a - np.asarray(b) + 1.0)

    logs = (
        np.asarray(choose(all_filled, i))
        + np.asarray(choose(all_rows - all_filled, n - i))
        - np.asarray(choose(all_rows, n))
    )
    return min(1.0, math.exp(float(logsumexp(logs))))
