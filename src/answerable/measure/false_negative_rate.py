"""The false-negative rate: how often a label of 1 met a negative decision."""

from answerable.measure.counts import DecisionCounts
from answerable.measure.rate import Rate, cells
from answerable.record.measurement import CannotSay, Measurement

RATE = Rate(
    name="false_negative_rate",
    counted=cells(lambda decision, label: decision is False and label is True),
    among=cells(lambda decision, label: decision is not None and label is True),
    nobody="no_ones",
    needs="at least one decided record whose label is 1",
)


def false_negative_rate(counts: DecisionCounts) -> Measurement | CannotSay:
    """Measure how often people whose label is 1 got the negative decision.

    Parameters
    ----------
    counts
        One group's records, one row per decision.

    Returns
    -------
    Measurement
        Share in [0, 1] with a 95 % Wilson interval. 0: none of them did; 1: all.
    CannotSay
        ``no_ones``: the group has no decided record with a label of 1.

    Notes
    -----
    False negatives / (false negatives + true positives).

    Examples
    --------
    20 not flagged and 80 flagged, all with a label of 1: 20 / 100.

    >>> measured = false_negative_rate(DecisionCounts(false_negative=20, true_positive=80))
    >>> measured.value, measured.numerator, measured.denominator
    (0.2, 20, 100)
    """
    return RATE.of(counts)
