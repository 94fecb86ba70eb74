"""Precision: how often a positive decision met a label of 1."""

from answerable.measure.counts import DecisionCounts
from answerable.measure.rate import Rate, cells
from answerable.record.measurement import CannotSay, Measurement

RATE = Rate(
    name="precision",
    counted=cells(lambda decision, label: decision is True and label is True),
    among=cells(lambda decision, label: decision is True and label is not None),
    nobody="no_labelled_positives",
    needs="at least one positive decision with a label",
)


def precision(counts: DecisionCounts) -> Measurement | CannotSay:
    """Measure how often the label bears out a positive decision.

    Parameters
    ----------
    counts
        One group's records, one row per decision.

    Returns
    -------
    Measurement
        Share in [0, 1] with a 95 % Wilson interval. 1: every positive decision was
        borne out; 0: none was.
    CannotSay
        ``no_labelled_positives``: no positive decision has a label.

    Notes
    -----
    True positives / (true positives + false positives). Near-equal precision does not
    mean near-equal burden: with unequal base rates the two cannot both be equal [1]_.

    References
    ----------
    .. [1] Chouldechova (2017), Big Data 5:153-163.

    Examples
    --------
    60 of 100 positive decisions with a label of 1:

    >>> measured = precision(DecisionCounts(true_positive=60, false_positive=40))
    >>> measured.value, measured.numerator, measured.denominator
    (0.6, 60, 100)
    """
    return RATE.of(counts)
