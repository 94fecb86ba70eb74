"""P-values of many comparisons at once, at a cost that does not depend on the counts."""

import numpy as np

from answerable.measure.arrays import Floats, Integers
from answerable.measure.binomial import at_least, at_most
from answerable.measure.two_groups import Scale, Side

_CROSSING_HALVINGS = 40
"""Enough for a p-value within a millionth of the smallest there is, on the safe side."""


def quick_p_values(
    x1: Integers,
    n1: Integers,
    x2: Integers,
    n2: Integers,
    *,
    scale: Scale,
    bound: float,
    side: Side,
) -> Floats:
    """Give many p-values at once, at a cost that is free of the counts.

    The smallest a for which the Clopper-Pearson limits of the two groups, each missed
    with a chance of at most a / 2, lie on the claimed side of the bound. Rejecting by it
    is wrong with a chance of at most the level, as by the exact value; it is right less
    often. It orders tables in its own way: beside most exact values it is the larger,
    far beyond the bound it can be the smaller. Whoever uses both must pay for both.
    """
    # At a reference share of p, how surprising would each group's count be? Where both
    # would be equally so lies the point at which the two limits meet.
    low, high = np.zeros(x1.shape), np.ones(x1.shape)
    smallest = np.ones(x1.shape)
    for _ in range(_CROSSING_HALVINGS):
        middle = (low + high) / 2
        edge = scale.edge(middle, bound)
        if side is Side.BELOW:
            group = np.where(edge > 1, 0.0, at_most(x1, n1, np.clip(edge, 0.0, 1.0)))
            reference = at_least(x2, n2, middle)
            further = group > reference
        else:
            group = np.where(edge < 0, 0.0, at_least(x1, n1, np.clip(edge, 0.0, 1.0)))
            reference = at_most(x2, n2, middle)
            further = group < reference
        smallest = np.minimum(smallest, 2 * np.maximum(group, reference))
        low, high = np.where(further, middle, low), np.where(further, high, middle)
    return smallest


def p_value_floors(
    x1: Integers,
    n1: Integers,
    x2: Integers,
    n2: Integers,
    *,
    scale: Scale,
    bound: float,
    side: Side,
) -> Floats:
    """Bound exact p-values from below, many at once, at a cost that is free of the counts.

    The chance that both groups' counts are at least as far out as those observed, at the
    nuisance share that fits the data best: a corner of the tables that the exact value
    sums over. Only where that share lies outside the range searched (a chance of 1e-8)
    can the exact value be smaller.
    """
    p2 = scale.restricted(x1, n1, x2, n2, np.full(x1.shape, bound))
    p1 = scale.group_share(p2, bound)
    if side is Side.BELOW:
        return at_most(x1, n1, p1) * at_least(x2, n2, p2)
    return at_least(x1, n1, p1) * at_most(x2, n2, p2)
