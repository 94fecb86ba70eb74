"""Calibration slope: whether a score spreads chances as far apart as they are."""

from scipy.special import logit, ndtri

from answerable.measure.logistic import fitted_slope
from answerable.measure.score_counts import NO_PROBABILITY, ScoreCounts
from answerable.record.measurement import CannotSay, Measurement

NO_CURVE = CannotSay(
    reason="no_likeliest_curve",
    needs="records of both labels whose scores overlap, at two or more different scores",
)


def calibration_slope(counts: ScoreCounts, *, level: float = 0.95) -> Measurement | CannotSay:
    """Measure how fast the true odds rise with the odds that the score states.

    Parameters
    ----------
    counts
        One group's records by score and label; the score is a probability.
    level
        Nominal coverage, in (0, 1).

    Returns
    -------
    Measurement
        Slope. 1: as fast; below 1: high scores are too high and low ones too low (the score
        is too sure); above 1: it is not sure enough; 0: it says nothing. ``numerator`` is
        the number of records with a label of 1, ``denominator`` that of records.
    CannotSay
        ``no_scored_labels``, ``too_few_of_a_label`` (fewer than 20 of either),
        ``score_is_no_probability``, ``score_is_certain`` (exactly 0 or 1, whose odds are no
        number), ``no_likeliest_curve``.

    Notes
    -----
    The coefficient ``b`` of ``log-odds(label) = a + b log-odds(score)`` [1]_, by maximum
    likelihood on counts, plus or minus z standard errors. Where the labels of 1 all lie at or
    above those of 0 (or at or below) there is no likeliest slope, and none is given.

    References
    ----------
    .. [1] Cox (1958), Biometrika 45:562-565.

    Examples
    --------
    Scores 0.1 and 0.9; of those with 0.1 a quarter turns out 1, of those with 0.9 three
    quarters. The odds stated are 1/9 and 9, the true ones 1/3 and 3: log 3 / log 9 = 0.5.

    >>> import numpy as np
    >>> found = calibration_slope(ScoreCounts(
    ...     scores=np.array([0.1, 0.9]), ones=np.array([25, 75]), zeros=np.array([75, 25]),
    ...     unlabelled=np.array([0, 0])))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.5, 0.35, 0.65)
    """
    why = no_odds(counts)
    if why is not None:
        return why
    held = counts.labelled > 0
    slope = fitted_slope(
        logit(counts.scores[held]), ones=counts.ones[held], zeros=counts.zeros[held]
    )
    if slope is None:
        return NO_CURVE
    half = float(ndtri(0.5 + level / 2)) * slope.error
    return Measurement(
        value=slope.value,
        low=slope.value - half,
        high=slope.value + half,
        numerator=counts.n1,
        denominator=counts.n,
    )


def no_odds(counts: ScoreCounts) -> CannotSay | None:
    """Say why no curve can be laid through log-odds, or None where one can."""
    if not counts.is_probability:
        return NO_PROBABILITY
    if counts.too_few is not None:
        return counts.too_few
    certain = int(counts.labelled[(counts.scores == 0) | (counts.scores == 1)].sum())
    if certain:
        needs = f"scores strictly between 0 and 1; {certain:,} records have exactly 0 or 1"
        return CannotSay(reason="score_is_certain", needs=needs)
    return None
