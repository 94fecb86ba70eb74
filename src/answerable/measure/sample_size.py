"""How many records would settle a comparison."""

import math

from scipy.special import ndtri

from answerable.measure.two_groups import Scale

POWER = 0.8


def records_needed(
    *,
    group_share: float,
    reference_share: float,
    reference_per_group: float,
    scale: Scale,
    bound: float,
    level: float,
) -> float:
    """Plan the size of a group at which its comparison with a bound would be settled.

    Parameters
    ----------
    group_share, reference_share
        Supposed true shares, in (0, 1).
    reference_per_group
        Reference records for each record of the group.
    scale, bound
        The comparison and the bound that it is to be told apart from.
    level
        One-sided level of the test, in (0, 1).

    Returns
    -------
    float
        Records of the group for a chance of 80 % of a verdict; infinite where the
        supposed truth lies on the bound itself. The formula is approximate and tends to
        be too low for shares near 1.

    Notes
    -----
    Ratio: ``(z_a + z_b)² ((1 - p1)/p1 + (1 - p2)/(k p2)) / log(bound p2 / p1)²``;
    difference: ``(z_a + z_b)² (p1 (1 - p1) + p2 (1 - p2)/k) / (p1 - p2 - bound)²`` [1]_.

    References
    ----------
    .. [1] Farrington and Manning (1990), Statistics in Medicine 9:1447-1454.

    Examples
    --------
    Shares of 0.18 and 0.30 (ratio 0.6) against a bound of 0.8, ten reference records
    each: (1.96 + 0.84)² x (4.556 + 0.233) / 0.2877² = 454.2.

    >>> n = records_needed(group_share=0.18, reference_share=0.30, reference_per_group=10,
    ...                    scale=Scale.RATIO, bound=0.8, level=0.025)
    >>> math.ceil(n)
    455
    """
    p1, p2, k = group_share, reference_share, reference_per_group
    z = float(ndtri(1 - level) + ndtri(POWER))
    if scale is Scale.RATIO:
        variance = (1 - p1) / p1 + (1 - p2) / (k * p2)
        distance = math.log(bound * p2 / p1) if bound > 0 else math.inf
    else:
        variance = p1 * (1 - p1) + p2 * (1 - p2) / k
        distance = p1 - p2 - bound
    return math.inf if distance == 0 else z * z * variance / distance**2
