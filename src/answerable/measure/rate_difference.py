"""The difference of two groups' rates."""

import numpy as np

from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.record.measurement import CannotSay, Measurement


def rate_difference(
    *, group: Measurement | CannotSay, reference: Measurement | CannotSay
) -> Measurement | CannotSay:
    """Compare a rate in a group with the same rate in a reference, by subtraction.

    Parameters
    ----------
    group, reference
        The same rate, measured on two sets of records that share none.

    Returns
    -------
    Measurement
        Group minus reference, in [-1, 1], with a 95 % score interval. 0: equally often;
        above 0: the group more often. Counts are the group's.
    CannotSay
        The rate could not be measured in the group or in the reference.

    Notes
    -----
    ``x1/n1 - x2/n2``; interval of Miettinen and Nurminen [1]_.

    References
    ----------
    .. [1] Miettinen and Nurminen (1985), Statistics in Medicine 4:213-226.

    Examples
    --------
    56 of 70 against 48 of 80 is 0.80 - 0.60:

    >>> from answerable.measure import selection_rate
    >>> from answerable.measure.counts import DecisionCounts
    >>> rate = selection_rate.selection_rate
    >>> gap = rate_difference(
    ...     group=rate(DecisionCounts(positive_unlabelled=56, negative_unlabelled=14)),
    ...     reference=rate(DecisionCounts(positive_unlabelled=48, negative_unlabelled=32)))
    >>> round(gap.value, 2), round(gap.low, 4), round(gap.high, 4)
    (0.2, 0.0528, 0.3382)
    """
    if isinstance(group, CannotSay):
        return group
    if isinstance(reference, CannotSay):
        return CannotSay(
            reason=f"reference_{reference.reason}",
            needs=f"in the reference, {reference.needs}",
        )
    low, high = miettinen_nurminen_interval(
        np.array(group.numerator),
        np.array(group.denominator),
        np.array(reference.numerator),
        np.array(reference.denominator),
    )
    return Measurement(
        value=group.value - reference.value,
        low=float(low),
        high=float(high),
        numerator=group.numerator,
        denominator=group.denominator,
    )
