"""Accuracy: how often the decision and the label agree."""

from answerable.measure.counts import DecisionCounts
from answerable.measure.rate import Rate, cells
from answerable.record.measurement import CannotSay, Measurement

RATE = Rate(
    name="accuracy",
    counted=cells(lambda decision, label: decision is not None and decision is label),
    among=cells(lambda decision, label: decision is not None and label is not None),
    nobody="no_labelled_decisions",
    needs="at least one decision with a label",
)


def accuracy(counts: DecisionCounts) -> Measurement | CannotSay:
    """Measure how often the decision and the label agree.

    Parameters
    ----------
    counts
        One group's records, one row per decision.

    Returns
    -------
    Measurement
        Share in [0, 1] with a 95 % Wilson interval. 1: always; 0: never.
    CannotSay
        ``no_labelled_decisions``: no decision has a label.

    Notes
    -----
    (True positives + true negatives) / all decided and labelled records. Where one
    label is rare, never deciding it scores high: read it beside the error rates.

    Examples
    --------
    50 true positives and 30 true negatives among 100:

    >>> measured = accuracy(DecisionCounts(
    ...     true_positive=50, true_negative=30, false_positive=15, false_negative=5))
    >>> measured.value, measured.numerator, measured.denominator
    (0.8, 80, 100)
    """
    return RATE.of(counts)
