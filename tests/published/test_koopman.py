"""Koopman's example of a ratio of two shares: 36 of 40 against 16 of 80.

Koopman (1984), Biometrics 40:513-517. The interval, 2.94 to 7.15, is to be checked against
the paper; here it is confirmed from the definition, without the product's formula.
"""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import chi2

from answerable.measure.counts import DecisionCounts
from answerable.measure.koopman import koopman_interval
from answerable.measure.rate_ratio import rate_ratio
from answerable.measure.selection_rate import selection_rate
from answerable.record.measurement import CannotSay, Measurement


def selected(x: int, n: int) -> Measurement | CannotSay:
    return selection_rate(DecisionCounts(positive_unlabelled=x, negative_unlabelled=n - x))


def test_36_of_40_is_between_2_94_and_7_15_times_16_of_80() -> None:
    low, high = koopman_interval(*(np.array(count) for count in (36, 40, 16, 80)))
    assert (round(float(low), 2), round(float(high), 2)) == (2.94, 7.15)


def test_the_measure_says_the_same_as_the_interval() -> None:
    # (36 / 40) / (16 / 80) = 0.9 / 0.2 = 4.5
    found = rate_ratio(group=selected(36, 40), reference=selected(16, 80))
    assert isinstance(found, Measurement)
    assert [round(v, 2) for v in (found.value, found.low, found.high)] == [4.5, 2.94, 7.15]


@pytest.mark.parametrize("ratio", [2.940, 7.152])
def test_at_its_ends_pearson_s_chi_squared_is_3_84(ratio: float) -> None:
    assert pearson(36, 40, 16, 80, ratio) == pytest.approx(chi2.isf(0.05, 1), abs=0.005)


def pearson(x1: int, n1: int, x2: int, n2: int, ratio: float) -> float:
    """Koopman's U: squared residuals over variances at the most likely shares."""

    def minus_log_likelihood(p2: float) -> float:
        p1 = ratio * p2
        return -float(
            x1 * np.log(p1)
            + (n1 - x1) * np.log1p(-p1)
            + x2 * np.log(p2)
            + (n2 - x2) * np.log1p(-p2)
        )

    p2 = minimize_scalar(
        minus_log_likelihood,
        bounds=(1e-12, min(1.0, 1 / ratio) - 1e-12),
        method="bounded",
        options={"xatol": 1e-12},
    ).x
    p1 = ratio * p2
    return float(
        (x1 - n1 * p1) ** 2 / (n1 * p1 * (1 - p1)) + (x2 - n2 * p2) ** 2 / (n2 * p2 * (1 - p2))
    )
