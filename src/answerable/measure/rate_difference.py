"""The difference of two groups' rates."""

from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.measure.two_groups import Table, table_of
from answerable.record.measurement import CannotSay, Finding, Measurement


def rate_difference(*, group: Finding, reference: Finding) -> Finding:
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
    table = table_of(group=group, reference=reference)
    if isinstance(table, CannotSay):
        return table
    low, high = miettinen_nurminen_interval(*table.as_arrays())
    return difference_of(table, low=float(low), high=float(high))


def difference_of(table: Table, *, low: float, high: float) -> Measurement:
    """Put a difference together from counts and an interval worked out already.

    Both denominators are at least 1.
    """
    return Measurement(
        value=table.x1 / table.n1 - table.x2 / table.n2,
        low=low,
        high=high,
        numerator=table.x1,
        denominator=table.n1,
    )
