"""Calibration intercept: by how much the odds that a score states are off for everybody."""

from scipy.special import logit, ndtri

from answerable.measure.calibration_slope import no_odds
from answerable.measure.logistic import fitted_shift
from answerable.measure.score_counts import ScoreCounts
from answerable.record.measurement import CannotSay, Measurement

NO_SHIFT = CannotSay(
    reason="no_likeliest_shift", needs="scores that are further from 0 and 1 than these"
)


def calibration_intercept(counts: ScoreCounts, *, level: float = 0.95) -> Measurement | CannotSay:
    """Measure how far the true log-odds lie above those that the score states.

    Parameters
    ----------
    counts
        One group's records by score and label; the score is a probability.
    level
        Nominal coverage, in (0, 1).

    Returns
    -------
    Measurement
        Log-odds. 0: as stated on the whole; above 0: more turn out 1 than stated (0.69:
        twice the odds); below 0: fewer. ``numerator`` is the number of records with a label
        of 1, ``denominator`` that of records.
    CannotSay
        ``no_scored_labels``, ``too_few_of_a_label`` (fewer than 20 of either),
        ``score_is_no_probability``, ``score_is_certain`` (exactly 0 or 1), ``no_likeliest_shift``:
        the scores lie so near 0 and 1 that no error can be told.

    Notes
    -----
    ``a`` of ``log-odds(label) = a + log-odds(score)``, the slope held at 1 [1]_, by maximum
    likelihood on counts, plus or minus z standard errors.

    References
    ----------
    .. [1] Cox (1958), Biometrika 45:562-565.

    Examples
    --------
    80 records with a score of 0.5, 60 of which turn out 1: log(3) - log(1) = 1.10, give or
    take 1.96 / sqrt(80 x 0.75 x 0.25) = 0.506.

    >>> import numpy as np
    >>> found = calibration_intercept(ScoreCounts(scores=np.array([0.5]), ones=np.array([60]),
    ...                               zeros=np.array([20]), unlabelled=np.array([0])))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (1.1, 0.59, 1.6)
    """
    why = no_odds(counts)
    if why is not None:
        return why
    held = counts.labelled > 0
    shift = fitted_shift(
        logit(counts.scores[held]), ones=counts.ones[held], zeros=counts.zeros[held]
    )
    if shift is None:
        return NO_SHIFT
    half = float(ndtri(0.5 + level / 2)) * shift.error
    return Measurement(
        value=shift.value,
        low=shift.value - half,
        high=shift.value + half,
        numerator=counts.n1,
        denominator=counts.n,
    )
