"""Wilson's and Clopper and Pearson's limits for four shares that Newcombe compares.

Newcombe (1998), Statistics in Medicine 17:857-872, after Wilson (1927), Journal of the
American Statistical Association 22:209-212, and Clopper and Pearson (1934), Biometrika
26:404-413. The published limits are to be checked against the paper; the working below
gives them from the formulas.
"""

import numpy as np
import pytest

from answerable.measure.binomial import clopper_pearson
from answerable.measure.wilson import wilson_interval


def wilson(x: int, n: int) -> tuple[float, float]:
    low, high = wilson_interval(np.array(x), np.array(n))
    return round(float(low), 4), round(float(high), 4)


def exact(x: int, n: int) -> tuple[float, float]:
    low, high = clopper_pearson(np.array(x), np.array(n), np.array(0.025))
    return round(float(low), 4), round(float(high), 4)


# -- Wilson: (2x + z^2 -+ z sqrt(z^2 + 4x (1 - x/n))) / (2 (n + z^2)), z = 1.95996 ------


def test_81_of_263() -> None:
    # 162 + 3.8415 = 165.8415; 4 x 81 x (182/263) = 224.2129; + 3.8415 = 228.0544;
    # root 15.1015; x 1.95996 = 29.5984; below the line 2 x 266.8415 = 533.6829.
    # (165.8415 - 29.5984) / 533.6829 = 0.2553; (165.8415 + 29.5984) / 533.6829 = 0.3662
    assert wilson(81, 263) == (0.2553, 0.3662)


def test_15_of_148() -> None:
    # 30 + 3.8415 = 33.8415; 60 x (133/148) = 53.9189; + 3.8415 = 57.7604; root 7.6000;
    # x 1.95996 = 14.8957; below the line 2 x 151.8415 = 303.6829.
    # 18.9458 / 303.6829 = 0.0624; 48.7372 / 303.6829 = 0.1605
    assert wilson(15, 148) == (0.0624, 0.1605)


def test_0_of_20_begins_at_0_and_ends_at_z_squared_over_n_plus_z_squared() -> None:
    # 3.8415 / (20 + 3.8415) = 0.1611
    assert wilson(0, 20) == (0.0, 0.1611)


def test_1_of_29() -> None:
    # 2 + 3.8415 = 5.8415; 4 x (28/29) = 3.8621; + 3.8415 = 7.7035; root 2.7755;
    # x 1.95996 = 5.4399; below the line 2 x 32.8415 = 65.6829.
    # 0.4016 / 65.6829 = 0.0061; 11.2814 / 65.6829 = 0.1718
    assert wilson(1, 29) == (0.0061, 0.1718)


# -- Clopper and Pearson: each tail at the limit is 0.025 ------------------------------


def test_the_upper_limit_of_0_of_20_leaves_a_chance_of_one_in_forty_of_seeing_none() -> None:
    # (1 - p)^20 = 0.025; p = 1 - 0.025^(1/20) = 1 - 0.8316 = 0.1684
    assert exact(0, 20) == (0.0, 0.1684)


def test_the_lower_limit_of_1_of_29_leaves_a_chance_of_one_in_forty_of_seeing_any() -> None:
    # 1 - (1 - p)^29 = 0.025; p = 1 - 0.975^(1/29) = 0.0009
    assert exact(1, 29) == (0.0009, 0.1776)


@pytest.mark.parametrize(
    ("x", "n", "published"), [(81, 263, (0.2527, 0.3676)), (15, 148, (0.0578, 0.1617))]
)
def test_other_shares_have_the_published_limits(
    x: int, n: int, published: tuple[float, float]
) -> None:
    assert exact(x, n) == published


@pytest.mark.parametrize(("x", "n"), [(81, 263), (15, 148), (0, 20), (1, 29)])
def test_the_exact_limits_lie_outside_wilson_s(x: int, n: int) -> None:
    (low, high), (exact_low, exact_high) = wilson(x, n), exact(x, n)
    assert exact_low <= low
    assert high <= exact_high
