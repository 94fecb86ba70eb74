"""Calibration ratio: how many turned out 1 for each that the scores led one to expect."""

import math

import numpy as np

from answerable.measure.clopper_pearson import clopper_pearson_interval
from answerable.measure.score_counts import NO_PAIRS, NO_PROBABILITY, ScoreCounts
from answerable.record.measurement import CannotSay, Measurement

NOTHING_EXPECTED = CannotSay(
    reason="nothing_expected", needs="at least one record with a score above 0"
)


def calibration_ratio(counts: ScoreCounts, *, level: float = 0.95) -> Measurement | CannotSay:
    """Measure whether as many records have a label of 1 as their scores add up to.

    Parameters
    ----------
    counts
        One group's records by score and label; the score is a probability.
    level
        Least coverage, in (0, 1).

    Returns
    -------
    Measurement
        Observed over expected, 0 or more. 1: as many as expected; 2: twice as many, so the
        score says half of what is true; below 1: it says too much. ``numerator`` is the
        number observed, ``denominator`` that of records.
    CannotSay
        ``no_scored_labels``; ``score_is_no_probability``; ``nothing_expected``: every score
        is 0.

    Notes
    -----
    ``O / E`` with ``O`` the sum of labels and ``E`` that of scores. The interval is Clopper
    and Pearson's for ``O`` of ``n``, times ``n / E``. Records with chances of their own
    scatter less than records that share one [1]_, so it holds the truth at least as often as
    it says, whatever those chances are; where scores differ a lot it is wider than need be.

    References
    ----------
    .. [1] Hoeffding (1956), Annals of Mathematical Statistics 27:713-721.

    Examples
    --------
    100 records with a score of 0.2, of which 30 turned out 1: 30 / (100 x 0.2) = 1.5.

    >>> found = calibration_ratio(ScoreCounts(scores=np.array([0.2]), ones=np.array([30]),
    ...                                       zeros=np.array([70]), unlabelled=np.array([0])))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (1.5, 1.06, 2.0)
    """
    if not counts.is_probability:
        return NO_PROBABILITY
    if not counts.n:
        return NO_PAIRS
    expected = expected_ones(counts)
    if expected == 0:
        return NOTHING_EXPECTED
    low, high = clopper_pearson_interval(np.array(counts.n1), np.array(counts.n), level=level)
    times = counts.n / expected
    return Measurement(
        value=counts.n1 / expected,
        low=float(low) * times,
        high=float(high) * times,
        numerator=counts.n1,
        denominator=counts.n,
    )


def expected_ones(counts: ScoreCounts) -> float:
    """Add up the scores of the records with a label; the order of the records is no matter."""
    return math.fsum((counts.scores * counts.labelled).tolist())
