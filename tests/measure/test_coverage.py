"""How often each interval holds the truth: every table enumerated, nothing drawn by lot.

The figures are those of the methods paper of this project (its section 1.1), as printed:
mean and minimum coverage of nominal 95 % intervals over a grid of true shares.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom, norm

from answerable.measure.binomial import clopper_pearson
from answerable.measure.koopman import koopman_interval
from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.measure.score import ratio_score
from answerable.measure.wilson import wilson_interval
from tests.measure import brute

Floats = NDArray[np.float64]

ONE_SHARE = np.linspace(0.005, 0.995, 199)
_SHARES = np.array(
    [0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98]
)
GROUP, REFERENCE = (axis.ravel() for axis in np.meshgrid(_SHARES, _SHARES, indexing="ij"))


def mean_and_minimum(coverage: Floats) -> tuple[float, float]:
    return round(float(coverage.mean()), 3), round(float(coverage.min()), 3)


def coverage_of_one(n: int, bounds: tuple[Floats, Floats]) -> Floats:
    low, high = (end[:, None] for end in bounds)
    chance = binom.pmf(np.arange(n + 1)[:, None], n, ONE_SHARE)
    return np.asarray((chance * ((low <= ONE_SHARE) & (ONE_SHARE <= high))).sum(axis=0))


def coverage_of_two(n1: int, n2: int, bounds: tuple[Floats, Floats], truth: Floats) -> Floats:
    first, second = brute.chances(n1, n2, GROUP, REFERENCE)
    low, high = bounds
    # A truth on the very end of an interval is held by it, whatever the rounding.
    return np.array(
        [
            first[:, at] @ ((low <= true + 1e-9) & (true - 1e-9 <= high)) @ second[:, at]
            for at, true in enumerate(truth)
        ]
    )


# -- one share ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "printed"), [(5, (0.954, 0.837)), (20, (0.953, 0.905)), (200, (0.950, 0.920))]
)
def test_wilson_s_interval_covers_as_often_as_printed(n: int, printed: tuple[float, float]) -> None:
    x = np.arange(n + 1)
    found = coverage_of_one(n, wilson_interval(x, np.full_like(x, n)))
    assert mean_and_minimum(found) == printed


@pytest.mark.parametrize(
    ("n", "printed"), [(5, (0.990, 0.975)), (20, (0.977, 0.958)), (200, (0.961, 0.952))]
)
def test_clopper_and_pearson_s_limits_cover_as_often_as_printed_and_never_too_rarely(
    n: int, printed: tuple[float, float]
) -> None:
    x = np.arange(n + 1)
    found = coverage_of_one(n, clopper_pearson(x, np.full_like(x, n), np.array(0.025)))
    assert mean_and_minimum(found) == printed
    assert found.min() >= 0.95


# -- two shares --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n1", "n2", "printed"),
    [(5, 50, (0.956, 0.902)), (20, 20, (0.957, 0.922)), (30, 300, (0.956, 0.926))],
)
def test_miettinen_and_nurminen_s_interval_covers_as_often_as_printed(
    n1: int, n2: int, printed: tuple[float, float]
) -> None:
    x1, x2 = brute.grid(n1, n2)
    bounds = miettinen_nurminen_interval(x1, np.full_like(x1, n1), x2, np.full_like(x2, n2))
    found = coverage_of_two(n1, n2, bounds, GROUP - REFERENCE)
    assert mean_and_minimum(found) == printed


@pytest.mark.parametrize(
    ("n1", "n2", "printed"), [(10, 10, (0.950, 0.904)), (30, 300, (0.954, 0.926))]
)
def test_koopman_s_interval_covers_as_often_as_printed(
    n1: int, n2: int, printed: tuple[float, float]
) -> None:
    x1, x2 = brute.grid(n1, n2)
    bounds = koopman_interval(x1, np.full_like(x1, n1), x2, np.full_like(x2, n2))
    found = coverage_of_two(n1, n2, bounds, GROUP / REFERENCE)
    assert mean_and_minimum(found) == printed


# -- and why no verdict rests on them ------------------------------------------------------


@pytest.mark.parametrize(("level", "printed"), [(0.025, 2.16), (0.001, 12.00), (0.0001, 44.45)])
def test_at_strict_levels_the_score_test_errs_many_times_too_often(
    level: float, printed: float
) -> None:
    # 10 against 200, "the ratio is above 0.8" although it is 0.8; multiples of the level.
    n1, n2, ratio = 10, 200, 0.8
    x1, x2 = brute.grid(n1, n2)
    z = ratio_score(x1, np.array(n1), x2, np.array(n2), np.array(ratio))
    # The paper's variance has Miettinen and Nurminen's factor of 210 / 209.
    region = z * np.sqrt(209 / 210) > norm.isf(level)
    shares = np.linspace(0.05, 0.95, 37)
    errors = brute.mass(region, *brute.chances(n1, n2, ratio * shares, shares))
    assert round(float(errors.max()) / level, 2) == printed
