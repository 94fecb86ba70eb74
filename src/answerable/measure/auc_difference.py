"""The difference of two groups' AUC."""

from answerable.measure.separate import difference_of
from answerable.record.measurement import Finding


def auc_difference(*, group: Finding, reference: Finding) -> Finding:
    """Compare how well a score ranks two groups that share no records.

    Parameters
    ----------
    group, reference
        The AUC of each, with intervals of one level.

    Returns
    -------
    Measurement
        Group minus reference, in [-1, 1]. 0: ranked equally well; below 0: the group's
        records are told apart less well. Counts are the group's.
    CannotSay
        One of the two cannot be measured.

    Notes
    -----
    The two variances are independent and add up. They are taken on the side of each interval
    that faces the other, so that ends near 1 stay unequal [1]_: the lower end is
    ``d - sqrt((A1 - l1)² + (u2 - A2)²)``.

    References
    ----------
    .. [1] Newcombe (1998), Statistics in Medicine 17:873-890, method 10.

    Examples
    --------
    0.80 (0.75 to 0.84) against 0.90 (0.87 to 0.92): -0.10, down to
    -0.10 - sqrt(0.05² + 0.02²) = -0.154 and up to -0.10 + sqrt(0.04² + 0.03²) = -0.05.

    >>> from answerable.record.measurement import Measurement
    >>> found = auc_difference(
    ...     group=Measurement(value=0.8, low=0.75, high=0.84, numerator=90, denominator=300),
    ...     reference=Measurement(value=0.9, low=0.87, high=0.92, numerator=90, denominator=300))
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
    (-0.1, -0.154, -0.05)
    """
    return difference_of(group=group, reference=reference)
