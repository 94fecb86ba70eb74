"""AUC: how often a score puts a record with a label of 1 above one with a label of 0."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from answerable.measure.arrays import Floats, Integers
from answerable.measure.score_counts import ScoreCounts
from answerable.record.measurement import CannotSay, Measurement


def auc(counts: ScoreCounts, *, level: float = 0.95) -> Measurement | CannotSay:
    """Measure how well a score tells apart the records whose label is 1 and those whose is 0.

    Parameters
    ----------
    counts
        One group's records by score and label. Only their order matters.
    level
        Nominal coverage, in (0, 1).

    Returns
    -------
    Measurement
        Share of pairs, in [0, 1]: of all pairs of a record with a label of 1 and one with a
        label of 0, those in which the first has the higher score; equal scores count half.
        0.5: no better than a coin; below: the score points the wrong way. ``numerator`` is
        the number of records with a label of 1, ``denominator`` that of all that were ranked.
    CannotSay
        ``no_scored_labels``, or ``too_few_of_a_label``: fewer than 20 of either label.

    Notes
    -----
    ``U / (n1 n0)``, with the variance of DeLong, DeLong and Clarke-Pearson [1]_ from the
    placements of each record among those of the other label, and the interval on the scale of
    log-odds. Where that variance is 0 (perfect order, or one score for all) the largest one
    possible takes its place, ``A (1 - A) / min(n1, n0)`` [2]_, inverted as Wilson does.
    The work grows with the number of distinct scores, not with that of records.

    References
    ----------
    .. [1] DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44:837-845.
    .. [2] Birnbaum and Klose (1957), Annals of Mathematical Statistics 28:933-945.

    Examples
    --------
    20 records of each label; scores 1 and 2. Of those with a label of 1, 15 score 2; of the
    others 5 do. Pairs in order 15 x 15 = 225, equal 15 x 5 + 5 x 15 = 150, of 400:
    (225 + 75) / 400 = 0.75.

    >>> found = auc(ScoreCounts(scores=np.array([1.0, 2.0]), ones=np.array([5, 15]),
    ...                         zeros=np.array([15, 5]), unlabelled=np.array([0, 0])))
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
    (0.75, 0.59, 0.862)
    """
    if counts.too_few is not None:
        return counts.too_few
    ranked = ranking(counts)
    low, high = ranked.interval(level)
    return Measurement(
        value=ranked.value, low=low, high=high, numerator=counts.n1, denominator=counts.n
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranking:
    """An AUC with its variance, before anybody says whether it can be trusted."""

    value: float
    variance: float
    smaller: int

    def interval(self, level: float) -> tuple[float, float]:
        """Bound it, on the scale of log-odds."""
        if self.variance == 0 or self.value in {0.0, 1.0}:
            return _wilson_of_share(self.value, self.smaller, level)
        odds = math.log(self.value / (1 - self.value))
        half = float(ndtri(0.5 + level / 2)) * math.sqrt(self.variance)
        half /= self.value * (1 - self.value)
        return _share(odds - half), _share(odds + half)


def ranking(counts: ScoreCounts) -> Ranking:
    """Rank records of both labels; there are at least two of each."""
    n1, n0 = counts.n1, counts.n0
    # How each record with a label of 1 stands among those with 0, and the other way round.
    below = np.cumsum(counts.zeros) - counts.zeros
    above = n1 - np.cumsum(counts.ones)
    of_ones = (below + counts.zeros / 2) / n0
    of_zeros = (above + counts.ones / 2) / n1
    # In whole halves: no rounding, whatever the order of the sum.
    pairs = int((counts.ones.astype(object) * (2 * below + counts.zeros)).sum())
    value = pairs / (2 * n1 * n0)
    variance = (
        _spread(of_ones, counts.ones, value) / n1 + _spread(of_zeros, counts.zeros, value) / n0
    )
    return Ranking(value=value, variance=variance, smaller=min(n1, n0))


def _spread(placed: Floats, records: Integers, mean: float) -> float:
    return math.fsum((records * (placed - mean) ** 2).tolist()) / (int(records.sum()) - 1)


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if odds > 0 else math.exp(odds) / (1 + math.exp(odds))


def _wilson_of_share(share: float, n: int, level: float) -> tuple[float, float]:
    """Wilson's interval for a share that is no whole number of ``n``: a half counts too."""
    z = float(ndtri(0.5 + level / 2))
    spread = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / spread
    half = z / spread * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (
        0.0 if share == 0 else centre - half,
        1.0 if share == 1 else centre + half,
    )
