"""The same quantities again, from their definitions and the long way round."""

from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from answerable.measure.binomial import clopper_pearson
from answerable.measure.exact_p_value import LEFT_OUT
from answerable.measure.two_groups import Scale, Side, Table

Floats = NDArray[np.float64]

_DUST = 1e-12


def tables(n1: int, n2: int) -> Iterator[Table]:
    """Every table of a design, with none and all of each group among them."""
    for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
        yield Table(x1=x1, n1=n1, x2=x2, n2=n2)


def grid(n1: int, n2: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The same as arrays of shape (n1 + 1, n2 + 1)."""
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    return x1, x2


def log_likelihood(table: Table, p1: Floats, p2: Floats) -> Floats:
    """Of two binomial counts, without the constant."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(
            sum(
                np.where(times == 0, 0.0, times * np.log(share))
                for times, share in (
                    (table.x1, p1),
                    (table.n1 - table.x1, 1 - p1),
                    (table.x2, p2),
                    (table.n2 - table.x2, 1 - p2),
                )
            )
        )


def edge(scale: Scale, p2: Floats, bound: float) -> Floats:
    """Group 1's share where the comparison is just the bound."""
    return np.clip(p2 * bound if scale is Scale.RATIO else p2 + bound, 0.0, 1.0)


def admissible(scale: Scale, bound: float) -> tuple[float, float]:
    """The reference shares for which both shares lie in [0, 1]."""
    if scale is Scale.RATIO:
        return 0.0, min(1.0, 1 / bound)
    return max(0.0, -bound), min(1.0, 1 - bound)


def most_likely(table: Table, scale: Scale, bound: float) -> float:
    """The reference share that maximises the restricted likelihood, by ever finer search."""
    low, high = admissible(scale, bound)
    for _ in range(12):
        p2 = np.linspace(low, high, 41)
        top = int(np.argmax(log_likelihood(table, edge(scale, p2, bound), p2)))
        low, high = p2[max(top - 1, 0)], p2[min(top + 1, 40)]
    return float((low + high) / 2)


def score(table: Table, scale: Scale, bound: float) -> float:
    """How many standard deviations the data lie from the bound."""
    p2 = most_likely(table, scale, bound)
    p1 = float(edge(scale, np.array(p2), bound))
    n1, n2 = table.n1, table.n2
    if scale is Scale.RATIO:
        distance = table.x1 / n1 - bound * table.x2 / n2
        variance = p1 * (1 - p1) / n1 + bound**2 * p2 * (1 - p2) / n2
    else:
        distance = table.x1 / n1 - table.x2 / n2 - bound
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
    if abs(distance) < _DUST:
        return 0.0
    # A maximum at a corner is found to within 1e-12 only; such a variance is none.
    return (
        float(distance / np.sqrt(variance))
        if variance > 1e-11
        else float(np.sign(distance) * np.inf)
    )


@cache
def scores(n1: int, n2: int, scale: Scale, bound: float) -> Floats:
    """The score of every table of a design, shape (n1 + 1, n2 + 1)."""
    found = [score(table, scale, bound) for table in tables(n1, n2)]
    return np.array(found).reshape(n1 + 1, n2 + 1)


def chances(n1: int, n2: int, p1: Floats, p2: Floats) -> tuple[Floats, Floats]:
    """The chance of each count of each group (rows) at each pair of shares (columns)."""
    return (
        np.asarray(binom.pmf(np.arange(n1 + 1)[:, None], n1, p1)),
        np.asarray(binom.pmf(np.arange(n2 + 1)[:, None], n2, p2)),
    )


def mass(region: NDArray[np.bool_], first: Floats, second: Floats) -> Floats:
    """The chance of a set of tables at each pair of shares."""
    return np.asarray(((region @ second) * first).sum(axis=0))


def exact_p_values(n1: int, n2: int, scale: Scale, bound: float, side: Side) -> Floats:
    """Every table's exact p-value: its region summed at 601 shares of the range searched."""
    telling = scores(n1, n2, scale, bound) * (1 if side is Side.BELOW else -1)
    found = np.empty(telling.shape)
    for x2 in range(n2 + 1):
        low, high = clopper_pearson(np.array(x2), np.array(n2), np.array(LEFT_OUT / 2))
        first, last = admissible(scale, bound)
        p2 = np.linspace(np.clip(low, first, last), np.clip(high, first, last), 601)
        each = chances(n1, n2, edge(scale, p2, bound), p2)
        for x1 in range(n1 + 1):
            here = telling[x1, x2]
            dust = 1e-7 * max(1.0, abs(here)) if np.isfinite(here) else 0.0
            found[x1, x2] = mass(telling <= here + dust, *each).max() + LEFT_OUT
    return np.minimum(found, 1.0)
