"""Top-k rate: how often a group's records are among the k with the highest scores."""

import numpy as np

from answerable.measure.score_counts import ScoreCounts
from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Measurement


def top_k_rate(
    group: ScoreCounts, *, everyone: ScoreCounts, k: int, level: float = 0.95
) -> Measurement | CannotSay:
    """Measure how often records of a group come among the first ``k`` of all.

    Parameters
    ----------
    group, everyone
        Records by score; those of the group are among everyone's. Labels do not matter.
    k
        How many are taken: places, visits, interviews. At least 1.
    level
        Nominal coverage, in (0, 1).

    Returns
    -------
    Measurement
        Share of the group's scored records, in [0, 1], with Wilson's interval. Equal
        treatment by rank: the same share in every group, ``k`` of everyone.
    CannotSay
        ``no_scores``; ``fewer_than_k``; ``tie_at_the_cut``: several records share the score
        at which the places run out, and the score does not say which of them are taken.

    Notes
    -----
    ``x / n``; the count of a group among the top is hypergeometric where ranks are dealt at
    random, and the interval, made for drawing with return, is then on the wide side.

    Examples
    --------
    Scores 1, 2, 3 of ten records each, in the group 2, 2 and 6. The first 10 are those with
    a score of 3: 6 of the group's 10.

    >>> def at(*n): return ScoreCounts(
    ...     scores=np.array([1.0, 2.0, 3.0]), ones=np.array(n), zeros=np.array([0, 0, 0]),
    ...     unlabelled=np.array([0, 0, 0]))
    >>> found = top_k_rate(at(2, 2, 6), everyone=at(10, 10, 10), k=10)
    >>> found.value, top_k_rate(at(2, 2, 6), everyone=at(10, 10, 10), k=12).reason
    (0.6, 'tie_at_the_cut')
    """
    ranked = everyone.labelled + everyone.unlabelled
    own = group.labelled + group.unlabelled
    n = int(own.sum())
    if not n:
        return CannotSay(reason="no_scores", needs="records with a score")
    if int(ranked.sum()) < k:
        needs = f"at least {k:,} records with a score; there are {int(ranked.sum()):,}"
        return CannotSay(reason="fewer_than_k", needs=needs)
    from_the_top = np.cumsum(ranked[::-1])
    at = int(np.searchsorted(from_the_top, k))
    if from_the_top[at] != k:
        fits = [int(from_the_top[near]) for near in (at - 1, at) if near >= 0]
        needs = f"a number of places that no tie cuts: {' or '.join(f'{fit:,}' for fit in fits)}"
        return CannotSay(reason="tie_at_the_cut", needs=needs)
    x = int(own[group.scores >= everyone.scores[::-1][at]].sum())
    low, high = wilson_interval(np.array(x), np.array(n), level=level)
    return Measurement(value=x / n, low=float(low), high=float(high), numerator=x, denominator=n)
