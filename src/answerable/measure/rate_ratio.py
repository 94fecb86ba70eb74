"""The ratio of two groups' rates."""

from answerable.measure.koopman import koopman_interval
from answerable.measure.two_groups import Table, table_of
from answerable.record.measurement import CannotSay, Finding, Measurement


def rate_ratio(*, group: Finding, reference: Finding) -> Finding:
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
    table = table_of(group=group, reference=reference)
    if isinstance(table, CannotSay):
        return table
    low, high = koopman_interval(*table.as_arrays())
    return ratio_of(table, low=float(low), high=float(high))


def ratio_of(table: Table, *, low: float, high: float) -> Finding:
    """Put a ratio together from counts and an interval worked out already.

    Both denominators are at least 1.
    """
    if table.x2 == 0:
        needs = "at least one counted record in the reference; the difference is measured"
        return CannotSay(reason="reference_has_no_events", needs=needs)
    return Measurement(
        value=(table.x1 / table.n1) / (table.x2 / table.n2),
        low=low,
        high=high,
        numerator=table.x1,
        denominator=table.n1,
    )
