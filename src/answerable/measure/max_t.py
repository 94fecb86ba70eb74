"""A second opinion on many comparisons at once: the largest deviation, by permutation."""

import numpy as np
from scipy.sparse import csr_array

from answerable.measure.arrays import Flags, Floats, Integers
from answerable.measure.standard_deviations import standard_deviations

DRAWS = 1_999
SEED = 1993
FEWEST_EXPECTED = 5.0

MOST_RECORDS = 999_999_999
"""More than the random numbers can deal out."""

_BLOCK = 1 << 22


def compared_by_max_t(x1: Integers, n1: Integers, x2: Integers, n2: Integers) -> Flags:
    """Say which comparisons have enough records: five expected, of each kind, on each side."""
    p = (x1 + x2) / np.maximum(n1 + n2, 1)
    return np.asarray(np.minimum(n1, n2) * np.minimum(p, 1 - p) >= FEWEST_EXPECTED)


def max_t_p_values(
    x: Integers, n: Integers, *, members: csr_array, others: csr_array
) -> Floats | None:
    """Compare each deviation with the largest one among all comparisons, were there no groups.

    Parameters
    ----------
    x, n
        Shape (cells,): records counted in each of the finest cells, and records among which
        they were counted.
    members, others
        Shape (comparisons, cells), 0 and 1: which cells make a comparison's group, and which
        its reference; a row of ``others`` without cells means everyone else.

    Returns
    -------
    Floats or None
        Shape (comparisons,), in [0.0005, 1]; 1 for comparisons with too few records, see
        `compared_by_max_t`. None: more records than can be dealt out.

    Notes
    -----
    The records counted are dealt out anew among all, 1,999 times, so that each cell's number
    is hypergeometric; every comparison's `standard_deviations` are worked out again, and
    ``p = (1 + #{max |z*| >= |z|}) / 2,000`` [1]_. Dependence between overlapping groups is
    allowed for, which Holm has to pay for. It holds its level if no group differs; where
    some do, only nearly: a second opinion.

    References
    ----------
    .. [1] Westfall and Young (1993), Resampling-Based Multiple Testing.

    Examples
    --------
    Two cells and their comparison with each other: 15 of 20 against 5 of 20 is 3.16 standard
    deviations, which 4 in 1,000 deals exceed:

    >>> one, other = csr_array(np.array([[1, 0]])), csr_array(np.array([[0, 1]]))
    >>> found = max_t_p_values(np.array([15, 5]), np.array([20, 20]), members=one, others=other)
    >>> bool(0.001 < found[0] < 0.01)
    True
    """
    if int(n.sum()) > MOST_RECORDS:
        return None
    rest = np.diff(others.indptr) == 0

    def sides(counted: Integers) -> tuple[Integers, Integers]:
        own, named = members @ counted, others @ counted
        everyone = counted.sum(axis=0)
        return own, np.where(rest if counted.ndim == 1 else rest[:, None], everyone - own, named)

    n1, n2 = sides(n)
    x1, x2 = sides(x)
    enough = compared_by_max_t(x1, n1, x2, n2)
    p_values = np.ones(len(enough))
    if not enough.any():
        return p_values
    members, others, rest = members[enough], others[enough], rest[enough]
    n1, n2 = n1[enough], n2[enough]
    observed = np.abs(standard_deviations(x1[enough], n1, x2[enough], n2))
    random = np.random.default_rng(SEED)
    block = max(1, _BLOCK // (len(n) + len(n1)))
    exceeded = np.zeros(len(n1), dtype=np.int64)
    for first in range(0, DRAWS, block):
        size = min(block, DRAWS - first)
        drawn = random.multivariate_hypergeometric(n, int(x.sum()), size, method="marginals")
        drawn1, drawn2 = sides(drawn.T)
        deviations = standard_deviations(drawn1, n1[:, None], drawn2, n2[:, None])
        largest = np.abs(deviations).max(axis=0)
        # Equal deals differ in the last digits; such ties count against a finding.
        exceeded += (largest[None, :] >= observed[:, None] - 1e-9).sum(axis=1)
    p_values[enough] = (1 + exceeded) / (1 + DRAWS)
    return p_values
