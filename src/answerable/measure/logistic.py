"""Logistic curves through counts: what calibration is read from."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from answerable.measure.arrays import Floats, Integers

_STEPS = 50
_CLOSE = 1e-18
"""A step shorter than a billionth of a standard error (squared) is the last one."""

_DUST = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitted:
    """The likeliest coefficient, and its standard error."""

    value: float
    error: float


def fitted_slope(odds: Floats, *, ones: Integers, zeros: Integers) -> Fitted | None:
    """Fit ``b`` of ``log-odds(label) = a + b odds`` by Newton's method.

    One entry for each distinct score. Returns None where no slope is likeliest: the labels
    are told apart by the odds with no more than a shared value between them, so that
    steeper is always likelier [1]_, or all odds are alike.

    .. [1] Albert and Anderson (1984), Biometrika 71:1-10.

    Odds of 0 and 1, 10 of 40 and 30 of 40 with a label of 1: log 3 - log(1/3) = 2.1972, with
    a standard error of sqrt(2 / (40 x 3/16)) = 0.5164.

    >>> found = fitted_slope(np.array([0.0, 1.0]), ones=np.array([10, 30]),
    ...                      zeros=np.array([30, 10]))
    >>> round(found.value, 4), round(found.error, 4)
    (2.1972, 0.5164)
    """
    of_ones, of_zeros = odds[ones > 0], odds[zeros > 0]
    if of_ones.max() <= of_zeros.min() or of_zeros.max() <= of_ones.min():
        return None
    # Moved and stretched to a width of 1, so that the steps depend on no unit.
    width = float(odds.max() - odds.min())
    records = ones + zeros
    columns = np.column_stack([np.ones(len(odds)), (odds - odds.mean()) / width])
    beta = np.zeros(2)
    best = _log_likelihood(columns, beta, ones, records)
    for _ in range(_STEPS):
        chance = expit(columns @ beta)
        information = (columns.T * (records * chance * (1 - chance))) @ columns
        if np.linalg.cond(information) > 1 / np.finfo(np.float64).eps:
            return None
        gradient = columns.T @ (ones - records * chance)
        step = np.linalg.solve(information, gradient)
        if step @ gradient < _CLOSE:
            error = math.sqrt(np.linalg.inv(information)[1, 1])
            return Fitted(value=float((beta + step)[1]) / width, error=error / width)
        # A whole step may overshoot where the curve is flat; half of it never for ever. Near
        # the top, steps change the likelihood by less than it is rounded by.
        least = best - _DUST * abs(best)
        while (now := _log_likelihood(columns, beta + step, ones, records)) < least:
            step = step / 2
        beta, best = beta + step, now
    return None


def fitted_shift(odds: Floats, *, ones: Integers, zeros: Integers) -> Fitted | None:
    """Fit ``a`` of ``log-odds(label) = a + odds``; there are records of both labels.

    The likeliest ``a`` is the one under which as many are expected as there were, and the
    number expected only rises with it. Returns None where the odds lie so far out that no
    error can be told.

    Odds of 0, and 30 of 40 with a label of 1: log 3, with a standard error of
    1 / sqrt(40 x 3/16).

    >>> found = fitted_shift(np.array([0.0]), ones=np.array([30]), zeros=np.array([10]))
    >>> round(found.value, 4), round(found.error, 4)
    (1.0986, 0.3651)
    """
    records, wanted = ones + zeros, int(ones.sum())

    def too_many(shift: float) -> float:
        return float((records * expit(odds + shift)).sum()) - wanted

    # Moved so far, every chance lies below, or above, the share there was; and a bit more.
    middle = float(logit(wanted / int(records.sum())))
    low, high = middle - float(odds.max()) - 1, middle - float(odds.min()) + 1
    shift = float(brentq(too_many, low, high, xtol=_DUST))
    chance = expit(odds + shift)
    information = float((records * chance * (1 - chance)).sum())
    return None if information == 0 else Fitted(value=shift, error=1 / math.sqrt(information))


def _log_likelihood(columns: Floats, beta: Floats, ones: Integers, records: Integers) -> float:
    odds = columns @ beta
    return float((ones * odds - records * np.logaddexp(0, odds)).sum())
