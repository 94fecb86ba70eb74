"""Wrongful burden: how often people whom the truth clears got the unfavourable decision."""

from answerable.measure import false_negative_rate, false_positive_rate
from answerable.measure.counts import DecisionCounts
from answerable.measure.rate import Rate
from answerable.record.measurement import CannotSay, Measurement

# A positive decision that is good for people (a benefit) burdens those whom it is
# wrongly denied; one that is bad for them (a flag) those whom it wrongly hits.
WHEN_POSITIVE_IS_FAVOURABLE = Rate(
    name="wrongful_burden",
    counted=false_negative_rate.RATE.counted,
    among=false_negative_rate.RATE.among,
    nobody="nobody_entitled",
    needs="at least one decided record whose label shows that the person was entitled (1)",
)
WHEN_NEGATIVE_IS_FAVOURABLE = Rate(
    name="wrongful_burden",
    counted=false_positive_rate.RATE.counted,
    among=false_positive_rate.RATE.among,
    nobody="nobody_cleared",
    needs="at least one decided record whose label clears the person (0)",
)


def wrongful_burden(
    counts: DecisionCounts, *, positive_is_favourable: bool
) -> Measurement | CannotSay:
    """Measure how often innocent or entitled people were wrongly burdened.

    Parameters
    ----------
    counts
        One group's records, one row per decision.
    positive_is_favourable
        Whether the positive decision is the one that is good for the person.

    Returns
    -------
    Measurement
        Share in [0, 1] with a 95 % Wilson interval, per head of those whom the truth
        clears. 0: none of them was burdened; 1: all were.
    CannotSay
        ``nobody_cleared`` or ``nobody_entitled``: the truth clears nobody in the group.

    Notes
    -----
    The false-positive rate for a flag, the false-negative rate for a benefit. It is
    counted per innocent person, not per decision: a group checked more often is
    burdened more even where each check is as precise as anyone's.

    Examples
    --------
    A fraud flag hit 30 of 100 innocent people:

    >>> counts = DecisionCounts(false_positive=30, true_negative=70, true_positive=9)
    >>> wrongful_burden(counts, positive_is_favourable=False).value
    0.3

    Had the positive decision been a grant, none of the 9 entitled were refused:

    >>> wrongful_burden(counts, positive_is_favourable=True).value
    0.0
    """
    if positive_is_favourable:
        return WHEN_POSITIVE_IS_FAVOURABLE.of(counts)
    return WHEN_NEGATIVE_IS_FAVOURABLE.of(counts)
