"""Mean residual: by how much what turned out exceeds what the score said, on average."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from answerable.measure.score_counts import NO_PAIRS, NO_PROBABILITY, ScoreCounts
from answerable.record.measurement import CannotSay, Finding, Measurement

LEAST = 50
"""Below so many records the mean of skewed residuals is not normal enough for Student's t."""

NO_SPREAD = CannotSay(reason="no_spread", needs="records whose residuals differ")
_DUST = 1e-24


@dataclass(frozen=True, kw_only=True, slots=True)
class Residuals:
    """Sums over one group: records, residuals, and squares about their mean."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean residual."""
        return self.total / self.n

    @property
    def variance_of_mean(self) -> float:
        """How much that mean would scatter, squared."""
        return self.squares / (self.n - 1) / self.n


def residuals(counts: ScoreCounts) -> Residuals | CannotSay:
    """Add up label minus score over a group's records, from its counts.

    Of fewer than 20 of either label it cannot be said how far residuals scatter: where no
    label is 1 they hardly differ, and an interval would be narrow for want of events.
    """
    if not counts.is_probability:
        return NO_PROBABILITY
    if counts.too_few is not None:
        return counts.too_few
    n = counts.n
    scores = counts.scores
    total = math.fsum([counts.n1, *(-scores * counts.labelled).tolist()])
    mean = total / n
    parts = counts.ones * (1 - scores - mean) ** 2 + counts.zeros * (-scores - mean) ** 2
    return Residuals(n=n, total=total, squares=math.fsum(parts.tolist()))


def mean_residual(found: Residuals | CannotSay, *, level: float = 0.95) -> Measurement | CannotSay:
    """Measure by how much the truth exceeds the score on average.

    Parameters
    ----------
    found
        One group's residuals: label minus score, or amount minus predicted amount; or why
        there are none.
    level
        Nominal coverage, in (0, 1).

    Returns
    -------
    Measurement
        In the unit of the label (for a label of 1 or 0: a share, in [-1, 1]). 0: right on
        average; above 0: the score says too little; below: too much. Both counts are the
        number of records.
    CannotSay
        ``no_scored_labels``; ``too_few_records``: fewer than 50; ``no_spread``: all alike.
        Of labels also ``score_is_no_probability`` and ``too_few_of_a_label``: fewer than 20
        of either.

    Notes
    -----
    The mean plus or minus Student's t times ``s / sqrt(n)`` [1]_, from sums alone.

    References
    ----------
    .. [1] Student (1908), Biometrika 6:1-25.

    Examples
    --------
    100 records with residuals that add up to 5 and squares about their mean of 99: mean
    0.05, s = 1, and 1.984 x 1 / 10 = 0.198.

    >>> found = mean_residual(Residuals(n=100, total=5.0, squares=99.0))
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.05, -0.148, 0.248)
    """
    if isinstance(found, CannotSay):
        return found
    why = _too_few(found)
    if why is not None:
        return why
    half = _t(found.n - 1, level) * math.sqrt(found.variance_of_mean)
    mean = found.mean
    return Measurement(
        value=mean, low=mean - half, high=mean + half, numerator=found.n, denominator=found.n
    )


def mean_residual_difference(
    *, group: Residuals | CannotSay, reference: Residuals | CannotSay, level: float = 0.95
) -> Finding:
    """Compare the mean residuals of two groups that share no records.

    Welch (1947), Biometrika 34:28-35: the variances add up, and the degrees of freedom are
    those of Satterthwaite. Counts are the group's.

    100 records each, means 0.3 and 0.1, s = 1 in both: 0.2 give or take
    1.972 x sqrt(1/100 + 1/100) = 0.279.

    >>> found = mean_residual_difference(
    ...     group=Residuals(n=100, total=30.0, squares=99.0),
    ...     reference=Residuals(n=100, total=10.0, squares=99.0))
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3)
    (0.2, -0.079, 0.479)
    """
    if isinstance(group, CannotSay):
        return group
    if isinstance(reference, CannotSay):
        return reference.in_reference()
    why = _too_few(group)
    if why is not None:
        return why
    why = _too_few(reference)
    if why is not None:
        return why.in_reference()
    one, other = group.variance_of_mean, reference.variance_of_mean
    gap = group.mean - reference.mean
    freedom = (one + other) ** 2 / (one**2 / (group.n - 1) + other**2 / (reference.n - 1))
    half = _t(freedom, level) * math.sqrt(one + other)
    return Measurement(
        value=gap, low=gap - half, high=gap + half, numerator=group.n, denominator=group.n
    )


def _too_few(found: Residuals) -> CannotSay | None:
    if not found.n:
        return NO_PAIRS
    if found.n < LEAST:
        needs = f"at least {LEAST} records with a score and a label; there are {found.n}"
        return CannotSay(reason="too_few_records", needs=needs)
    # Residuals that are all alike differ by the dust of rounding.
    if found.squares <= _DUST * max(found.n, found.total**2 / found.n):
        return NO_SPREAD
    return None


def _t(freedom: float, level: float) -> float:
    return float(stdtrit(np.float64(freedom), 0.5 + level / 2))
