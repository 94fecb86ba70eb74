"""Reliability: what turned out, beside what was stated, from the lowest scores to the highest."""

import math
from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Flags
from answerable.measure.score_counts import NO_PAIRS, NO_PROBABILITY, ScoreCounts
from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Finding, Measurement

BINS = 10

EMPTY = CannotSay(reason="no_records_here", needs="records with such a score and a label")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Records with scores from ``low`` to below ``high`` (the last bin includes its end).

    ``stated`` is the mean of their scores, None where there are none; ``observed`` the share
    of them whose label is 1.
    """

    low: float
    high: float
    stated: float | None
    observed: Finding


def reliability(counts: ScoreCounts, *, level: float = 0.95) -> tuple[Bin, ...] | CannotSay:
    """Set the share that turned out 1 beside the mean score, in ten bins of one width.

    Parameters
    ----------
    counts
        One group's records by score and label; the score is a probability.
    level
        Nominal coverage of each bin's interval, in (0, 1).

    Returns
    -------
    tuple of Bin
        Each share with Wilson's interval. An interval that misses the mean score of its bin
        speaks against the scores there; of ten bins one may do so by chance now and then.
    CannotSay
        ``no_scored_labels``; ``score_is_no_probability``.

    Notes
    -----
    No single number is made of the bins: the usual one (expected calibration error) is
    biased upwards in small groups, and would show as a difference between large and small.

    Examples
    --------
    >>> bins = reliability(ScoreCounts(scores=np.array([0.61, 0.69]), ones=np.array([8, 9]),
    ...                                zeros=np.array([2, 1]), unlabelled=np.array([0, 0])))
    >>> bins[6].low, round(bins[6].stated, 2), bins[6].observed.value, bins[0].observed.reason
    (0.6, 0.65, 0.85, 'no_records_here')
    """
    if not counts.is_probability:
        return NO_PROBABILITY
    if not counts.n:
        return NO_PAIRS
    edges = [step / BINS for step in range(BINS + 1)]
    place = np.clip(np.searchsorted(edges, counts.scores, side="right") - 1, 0, BINS - 1)
    return tuple(
        _bin(counts, place == at, low=edges[at], high=edges[at + 1], level=level)
        for at in range(BINS)
    )


def _bin(counts: ScoreCounts, held: Flags, *, low: float, high: float, level: float) -> Bin:
    x, n = int(counts.ones[held].sum()), int(counts.labelled[held].sum())
    if not n:
        return Bin(low=low, high=high, stated=None, observed=EMPTY)
    stated = math.fsum((counts.scores[held] * counts.labelled[held]).tolist()) / n
    least, most = wilson_interval(np.array(x), np.array(n), level=level)
    observed = Measurement(
        value=x / n, low=float(least), high=float(most), numerator=x, denominator=n
    )
    return Bin(low=low, high=high, stated=stated, observed=observed)
