"""The selection rate: how often the decision was positive."""

from answerable.measure.counts import DecisionCounts
from answerable.measure.rate import Rate, cells
from answerable.record.measurement import CannotSay, Measurement

RATE = Rate(
    name="selection_rate",
    counted=cells(lambda decision, _label: decision is True),
    among=cells(lambda decision, _label: decision is not None),
    nobody="no_decisions",
    needs="at least one record with a decision",
)


def selection_rate(counts: DecisionCounts) -> Measurement | CannotSay:
    """Measure how often a group got the positive decision.

    Parameters
    ----------
    counts
        One group's records, one row per decision. Labels do not matter.

    Returns
    -------
    Measurement
        Share in [0, 1] with a 95 % Wilson interval. 0: never; 1: always.
    CannotSay
        ``no_decisions``: no record of the group has a decision.

    Notes
    -----
    Positive decisions / decisions. Whether a positive decision is good for the person
    is the audit's to know, not this rate's.

    Examples
    --------
    30 selected of 100, none of them labelled:

    >>> measured = selection_rate(DecisionCounts(
    ...     positive_unlabelled=30, negative_unlabelled=70))
    >>> measured.value, measured.numerator, measured.denominator
    (0.3, 30, 100)
    """
    return RATE.of(counts)
