"""The false-positive rate: how often a label of 0 met a positive decision."""

from answerable.measure.counts import DecisionCounts
from answerable.measure.rate import Rate, cells
from answerable.record.measurement import CannotSay, Measurement

RATE = Rate(
    name="false_positive_rate",
    counted=cells(lambda decision, label: decision is True and label is False),
    among=cells(lambda decision, label: decision is not None and label is False),
    nobody="no_zeros",
    needs="at least one decided record whose label is 0",
)


def false_positive_rate(counts: DecisionCounts) -> Measurement | CannotSay:
    """Measure how often people whose label is 0 got the positive decision.

    Parameters
    ----------
    counts
        One group's records, one row per decision.

    Returns
    -------
    Measurement
        Share in [0, 1] with a 95 % Wilson interval. 0: none of them did; 1: all.
    CannotSay
        ``no_zeros``: the group has no decided record with a label of 0.

    Notes
    -----
    False positives / (false positives + true negatives). Records without a label or a
    decision are in neither count; the audit says how many there are.

    Examples
    --------
    30 flagged and 70 not, all with a label of 0: 30 / 100.

    >>> measured = false_positive_rate(DecisionCounts(false_positive=30, true_negative=70))
    >>> measured.value, measured.numerator, measured.denominator
    (0.3, 30, 100)
    """
    return RATE.of(counts)
