"""How strongly a group is represented in data, measured by its share of the population."""

import numpy as np

from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Finding, Measurement


def representation_ratio(
    *, counted: int, known: int, population_share: float, level: float = 0.95
) -> Finding:
    """Compare a group's share of the data with its share of the population.

    Parameters
    ----------
    counted, known
        Rows of the group, and rows whose group is known. One row per record.
    population_share
        The group's share of the population, in (0, 1], taken as exact: a census, not a
        sample.

    Returns
    -------
    Measurement
        Share in the data over share in the population, 0 or more, with a 95 % interval.
        1: as in the population; 0.5: half as strongly. Counts are those of the data.
    CannotSay
        ``no_known_groups``: no row has a known group. ``nobody_in_population``: the
        population has nobody of the group.

    Notes
    -----
    ``(x / n) / P``; Wilson's interval of x / n [1]_, divided by P.

    References
    ----------
    .. [1] Wilson (1927), Journal of the American Statistical Association 22:209-212.

    Examples
    --------
    3,696 of 7,214 rows are of a group that is 0.2586 of the population:
    0.5123 / 0.2586 = 1.98.

    >>> ratio = representation_ratio(counted=3696, known=7214, population_share=0.2586)
    >>> round(ratio.value, 2), round(ratio.low, 2), round(ratio.high, 2)
    (1.98, 1.94, 2.03)
    """
    if not known:
        return CannotSay(reason="no_known_groups", needs="rows whose group is known")
    if population_share <= 0:
        needs = "a population that has people of this group"
        return CannotSay(reason="nobody_in_population", needs=needs)
    low, high = wilson_interval(np.array(counted), np.array(known), level=level)
    return Measurement(
        value=counted / known / population_share,
        low=float(low) / population_share,
        high=float(high) / population_share,
        numerator=counted,
        denominator=known,
    )
