"""Newcombe's comparison of eleven intervals for a difference: Miettinen and Nurminen's.

Newcombe (1998), Statistics in Medicine 17:873-890. Both intervals are to be checked against
the paper; here they are confirmed from the definition, without the product's formula.
"""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from answerable.measure.counts import DecisionCounts
from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.measure.rate_difference import rate_difference
from answerable.measure.selection_rate import selection_rate
from answerable.record.measurement import CannotSay, Measurement

EXAMPLES = [
    pytest.param((56, 70, 48, 80), (0.0528, 0.3382), id="56 of 70 against 48 of 80"),
    pytest.param((9, 10, 3, 10), (0.1700, 0.8406), id="9 of 10 against 3 of 10"),
]


def selected(x: int, n: int) -> Measurement | CannotSay:
    return selection_rate(DecisionCounts(positive_unlabelled=x, negative_unlabelled=n - x))


@pytest.mark.parametrize(("table", "published"), EXAMPLES)
def test_the_interval_is_the_published_one(
    table: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    low, high = miettinen_nurminen_interval(*(np.array(count) for count in table))
    assert (round(float(low), 4), round(float(high), 4)) == published


@pytest.mark.parametrize(("table", "published"), EXAMPLES)
def test_the_definition_gives_the_published_one_too(
    table: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    # At a limit the standardised distance is 1.96. Four decimals place a limit within
    # 0.00005, in which it moves by no more than 0.002.
    z = [abs(standardised(*table, d)) for d in published]
    assert z == pytest.approx([norm.isf(0.025)] * 2, abs=0.002)


def standardised(x1: int, n1: int, x2: int, n2: int, d: float) -> float:
    """The score statistic, its nuisance share found by numeric maximisation."""

    def minus_log_likelihood(p2: float) -> float:
        p1 = p2 + d
        return -float(
            x1 * np.log(p1)
            + (n1 - x1) * np.log1p(-p1)
            + x2 * np.log(p2)
            + (n2 - x2) * np.log1p(-p2)
        )

    bounds = (max(0.0, -d) + 1e-12, min(1.0, 1.0 - d) - 1e-12)
    p2 = minimize_scalar(
        minus_log_likelihood, bounds=bounds, method="bounded", options={"xatol": 1e-12}
    ).x
    p1, n = p2 + d, n1 + n2
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * n / (n - 1)
    return float((x1 / n1 - x2 / n2 - d) / np.sqrt(variance))


def test_the_measure_says_the_same_as_the_interval() -> None:
    # 56/70 - 48/80 = 0.80 - 0.60 = 0.20
    found = rate_difference(group=selected(56, 70), reference=selected(48, 80))
    assert isinstance(found, Measurement)
    assert [round(v, 4) for v in (found.value, found.low, found.high)] == [0.2, 0.0528, 0.3382]
