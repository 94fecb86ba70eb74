"""G tests against SciPy, against every table of a design, and under swaps."""

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from answerable.measure.benjamini_hochberg import benjamini_hochberg
from answerable.measure.quality.cohen_w import cohen_w
from answerable.measure.quality.g_test import DRAWS, g_test, g_test_of_two
from answerable.measure.quality.jensen_shannon import jensen_shannon

CELLS = st.lists(st.integers(1, 400), min_size=2, max_size=6)
PAIRS = st.lists(st.tuples(st.integers(5, 300), st.integers(5, 300)), min_size=2, max_size=6)


@given(CELLS)
def test_the_statistic_and_its_chance_are_scipys(counts: list[int]) -> None:
    shares = np.full(len(counts), 1 / len(counts))
    fit = g_test(np.array(counts), shares)
    expected = stats.power_divergence(counts, lambda_="log-likelihood")
    assert fit.g == pytest.approx(expected.statistic, rel=1e-9, abs=1e-9)
    if not fit.drawn:
        assert fit.p_value == pytest.approx(expected.pvalue, rel=1e-9)


@given(PAIRS)
def test_of_two_it_is_scipys_too_and_it_does_not_matter_which_is_first(
    pairs: list[tuple[int, int]],
) -> None:
    first, second = np.array(pairs).T
    fit, swapped = g_test_of_two(first, second), g_test_of_two(second, first)
    expected = stats.chi2_contingency(
        np.array([first, second]), correction=False, lambda_="log-likelihood"
    )
    assert fit.g == pytest.approx(expected.statistic, rel=1e-9, abs=1e-8)
    assert fit.g == pytest.approx(swapped.g, rel=1e-9, abs=1e-8)
    if not fit.drawn:
        assert fit.p_value == pytest.approx(expected.pvalue, rel=1e-6)


def test_with_few_records_the_chance_is_that_of_every_table() -> None:
    """3 of 4 and 1 of 6: every first row with the same margins, weighed by its chance."""
    first, second = np.array([3, 1]), np.array([1, 5])

    def g(a: int) -> float:
        return g_test_of_two(np.array([a, 4 - a]), np.array([4 - a, 2 + a])).g

    weights = {a: comb(4, a) * comb(6, 4 - a) / comb(10, 4) for a in range(5)}
    exact = sum(weight for a, weight in weights.items() if g(a) >= g(3) - 1e-9)
    fit = g_test_of_two(first, second)
    assert fit.drawn == DRAWS
    assert fit.p_value == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / DRAWS))


def test_against_known_shares_too() -> None:
    shares = np.array([0.5, 0.3, 0.2])

    def chance(cells: tuple[int, ...]) -> float:
        return float(stats.multinomial.pmf(cells, 6, shares))

    tables = [cells for cells in product(range(7), repeat=3) if sum(cells) == 6]
    observed = g_test(np.array([1, 1, 4]), shares)
    exact = sum(
        chance(cells) for cells in tables if g_test(np.array(cells), shares).g >= observed.g - 1e-9
    )
    assert observed.drawn == DRAWS
    assert observed.p_value == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / DRAWS))


def test_with_small_counts_the_drawn_null_keeps_its_level_where_the_table_does_not() -> None:
    """Ten records over eight cells: at 5 % the drawn p-value rejects at most 5 % of all tables."""
    random = np.random.default_rng(5)
    shares = np.full(8, 1 / 8)
    p_values = [g_test(random.multinomial(10, shares), shares).p_value for _ in range(300)]
    # 15 expected at most; above 28 with a chance of less than 0.1 %.
    assert sum(p <= 0.05 for p in p_values) <= 28


# -- how far apart ---------------------------------------------------------------------


def test_the_bounds_of_w_are_those_of_a_noncentral_chi_squared() -> None:
    distance = cohen_w(chi_squared=30.0, cells=5, records=400)
    assert stats.ncx2.cdf(30.0, 4, 400 * distance.low**2) == pytest.approx(0.975, abs=1e-6)
    assert stats.ncx2.cdf(30.0, 4, 400 * distance.high**2) == pytest.approx(0.025, abs=1e-6)


def test_very_large_statistics_join_on_without_a_jump() -> None:
    below = cohen_w(chi_squared=9_999.0, cells=5, records=1e5)
    above = cohen_w(chi_squared=10_001.0, cells=5, records=1e5)
    assert above.low == pytest.approx(below.low, rel=2e-3)
    assert above.high == pytest.approx(below.high, rel=2e-3)


def test_w_holds_the_truth_about_as_often_as_it_says() -> None:
    """p = (0.35, 0.35, 0.3) against thirds: w = sqrt(2 x 0.0167² x 3 + 0.0333² x 3) = 0.0707."""
    random = np.random.default_rng(11)
    truth, thirds = np.array([0.35, 0.35, 0.3]), np.full(3, 1 / 3)
    w = float(np.sqrt(((truth - thirds) ** 2 / thirds).sum()))
    fits = [g_test(random.multinomial(2000, truth), thirds).w for _ in range(400)]
    held = sum(fit.low <= w <= fit.high for fit in fits)
    # 380 expected; below 363 with a chance of less than 0.1 %.
    assert held >= 363
    assert w == pytest.approx(0.0707, abs=1e-4)


def test_many_records_make_any_difference_significant_and_w_no_larger() -> None:
    shares = np.array([0.5, 0.5])
    few, many = (g_test(np.array([51, 49]) * size, shares) for size in (1, 10_000))
    assert few.p_value > 0.5
    assert many.p_value < 1e-6
    assert few.w.value == pytest.approx(many.w.value)


@given(PAIRS)
def test_the_divergence_is_scipys(pairs: list[tuple[int, int]]) -> None:
    first, second = np.array(pairs).T
    expected = jensenshannon(first, second, base=2) ** 2
    assert jensen_shannon(first, second) == pytest.approx(expected, abs=1e-9)
    assert jensen_shannon(first, second) == pytest.approx(jensen_shannon(second, first))


def test_the_divergence_of_the_same_shares_is_0_and_of_nothing_in_common_1() -> None:
    assert jensen_shannon(np.array([3, 6]), np.array([10, 20])) == pytest.approx(0, abs=1e-12)
    assert jensen_shannon(np.array([5, 0]), np.array([0, 9])) == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_the_adjusted_p_values_are_scipys(p_values: list[float]) -> None:
    adjusted = benjamini_hochberg(np.array(p_values))
    assert adjusted == pytest.approx(stats.false_discovery_control(p_values), abs=1e-12)
