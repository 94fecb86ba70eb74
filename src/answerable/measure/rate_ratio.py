"""The ratio of two groups' rates."""

import numpy as np

from answerable.measure.koopman import koopman_interval
from answerable.record.measurement import CannotSay, Measurement


def rate_ratio(
    *, group: Measurement | CannotSay, reference: Measurement | CannotSay
) -> Measurement | CannotSay:
    """Compare a rate in a group with the same rate in a reference, by division.

    Parameters
    ----------
    group, reference
        The same rate, measured on two sets of records that share none.

    Returns
    -------
    Measurement
        Group over reference, 0 or more, with a 95 % score interval. 1: equally often;
        2: the group twice as often. Counts are the group's.
    CannotSay
        The rate could not be measured in one of the two, or is 0 in the reference:
        a ratio to nothing says nothing, the difference still does.

    Notes
    -----
    ``(x1/n1) / (x2/n2)``; interval of Koopman [1]_.

    References
    ----------
    .. [1] Koopman (1984), Biometrics 40:513-517.

    Examples
    --------
    36 of 40 against 16 of 80 is 0.9 / 0.2:

    >>> from answerable.measure import selection_rate
    >>> from answerable.measure.counts import DecisionCounts
    >>> rate = selection_rate.selection_rate
    >>> ratio = rate_ratio(
    ...     group=rate(DecisionCounts(positive_unlabelled=36, negative_unlabelled=4)),
    ...     reference=rate(DecisionCounts(positive_unlabelled=16, negative_unlabelled=64)))
    >>> round(ratio.value, 2), round(ratio.low, 2), round(ratio.high, 2)
    (4.5, 2.94, 7.15)
    """
    if isinstance(group, CannotSay):
        return group
    if isinstance(reference, CannotSay):
        return CannotSay(
            reason=f"reference_{reference.reason}",
            needs=f"in the reference, {reference.needs}",
        )
    if reference.numerator == 0:
        return CannotSay(
            reason="reference_has_no_events",
            needs="at least one counted record in the reference; the difference is measured",
        )
    low, high = koopman_interval(
        np.array(group.numerator),
        np.array(group.denominator),
        np.array(reference.numerator),
        np.array(reference.denominator),
    )
    return Measurement(
        value=group.value / reference.value,
        low=float(low),
        high=float(high),
        numerator=group.numerator,
        denominator=group.denominator,
    )
