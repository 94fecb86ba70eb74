"""The intervals of Miettinen and Nurminen and of Koopman, by brute force.

No library is the oracle for the difference: the one in common use has its cubic wrong.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import norm

from answerable.measure.koopman import koopman_interval
from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.measure.score import (
    difference_score,
    ratio_score,
    restricted_by_difference,
    restricted_by_ratio,
)
from answerable.measure.two_groups import Scale, Table
from tests.measure import brute

Z = float(norm.isf(0.025))
SMALL_DESIGNS = [(1, 1), (1, 6), (5, 5), (7, 3)]


def difference(table: Table, level: float = 0.95) -> tuple[float, float]:
    low, high = miettinen_nurminen_interval(*counts(table), level=level)
    return float(low), float(high)


def ratio(table: Table, level: float = 0.95) -> tuple[float, float]:
    low, high = koopman_interval(*counts(table), level=level)
    return float(low), float(high)


Counts = NDArray[np.int64]


def counts(table: Table) -> tuple[Counts, Counts, Counts, Counts]:
    return np.array(table.x1), np.array(table.n1), np.array(table.x2), np.array(table.n2)


def swapped(table: Table) -> Table:
    return Table(x1=table.x2, n1=table.n2, x2=table.x1, n2=table.n1)


def multiplied(table: Table, by: int) -> Table:
    return Table(x1=table.x1 * by, n1=table.n1 * by, x2=table.x2 * by, n2=table.n2 * by)


@st.composite
def some_tables(draw: st.DrawFn, most: int = 400) -> Table:
    n1, n2 = draw(st.integers(1, most)), draw(st.integers(1, most))
    return Table(x1=draw(st.integers(0, n1)), n1=n1, x2=draw(st.integers(0, n2)), n2=n2)


# -- the restricted shares -------------------------------------------------------------


@pytest.mark.parametrize(("n1", "n2"), [*SMALL_DESIGNS, (3, 40)])
@pytest.mark.parametrize("d", [-0.95, -0.4, -0.05, 0.0, 0.05, 0.4, 0.95])
def test_no_share_is_more_likely_than_the_closed_form_for_a_difference(
    n1: int, n2: int, d: float
) -> None:
    for table in brute.tables(n1, n2):
        found = float(restricted_by_difference(*counts(table), np.array(d)))
        assert shortfall(table, Scale.DIFFERENCE, d, found) < 1e-7


@pytest.mark.parametrize(("n1", "n2"), [*SMALL_DESIGNS, (3, 40)])
@pytest.mark.parametrize("r", [0.05, 0.5, 0.8, 1.0, 1.25, 4.0])
def test_no_share_is_more_likely_than_the_closed_form_for_a_ratio(
    n1: int, n2: int, r: float
) -> None:
    for table in brute.tables(n1, n2):
        found = float(restricted_by_ratio(*counts(table), np.array(r)))
        assert shortfall(table, Scale.RATIO, r, found) < 1e-7


def shortfall(table: Table, scale: Scale, bound: float, found: float) -> float:
    """How much log-likelihood the closed form leaves to the best of a fine search."""
    low, high = brute.admissible(scale, bound)
    assert low <= found <= high
    shares = np.array([found, brute.most_likely(table, scale, bound)])
    # Rounding may carry a share on the border over it; that is no impossible event.
    shares = np.clip(shares, low + 1e-15, high - 1e-15)
    group = np.clip(brute.edge(scale, shares, bound), 1e-15, 1 - 1e-15)
    ours, best = brute.log_likelihood(table, group, shares)
    return float(best - ours)


# -- the limits ------------------------------------------------------------------------


@pytest.mark.parametrize(("n1", "n2"), SMALL_DESIGNS)
def test_at_the_limits_of_a_difference_the_data_lie_196_deviations_away(n1: int, n2: int) -> None:
    for table in brute.tables(n1, n2):
        for d, sign in zip(difference(table), (1, -1), strict=True):
            if abs(d) < 1:
                assert brute.score(table, Scale.DIFFERENCE, d) == pytest.approx(sign * Z, abs=1e-4)


@pytest.mark.parametrize(("n1", "n2"), SMALL_DESIGNS)
def test_at_the_limits_of_a_ratio_the_data_lie_196_deviations_away(n1: int, n2: int) -> None:
    for table in brute.tables(n1, n2):
        for r, sign in zip(ratio(table), (1, -1), strict=True):
            if 0 < r < np.inf:
                assert brute.score(table, Scale.RATIO, r) == pytest.approx(sign * Z, abs=1e-4)


@pytest.mark.parametrize(("n1", "n2"), SMALL_DESIGNS)
def test_a_difference_ends_at_1_only_where_nothing_smaller_is_excluded(n1: int, n2: int) -> None:
    for table in brute.tables(n1, n2):
        low, high = difference(table)
        if low == -1:
            assert brute.score(table, Scale.DIFFERENCE, -1 + 1e-6) < Z + 1e-3
        if high == 1:
            assert brute.score(table, Scale.DIFFERENCE, 1 - 1e-6) > -Z - 1e-3


def test_no_event_in_the_group_puts_the_ratio_s_lower_limit_at_0() -> None:
    low, high = ratio(Table(x1=0, n1=10, x2=5, n2=10))
    assert low == 0.0
    # 0 of 10 against 5 of 10: not equal with 95 % confidence, were it but just.
    assert 0.6 < high < 1.0


def test_no_event_in_the_reference_leaves_the_ratio_unbounded_above() -> None:
    low, high = ratio(Table(x1=5, n1=10, x2=0, n2=10))
    assert high == np.inf
    assert low > 1.0


def test_no_event_at_all_leaves_every_ratio_open() -> None:
    assert ratio(Table(x1=0, n1=10, x2=0, n2=10)) == (0.0, np.inf)


def test_no_event_at_all_bounds_the_difference_on_both_sides() -> None:
    low, high = difference(Table(x1=0, n1=10, x2=0, n2=10))
    # Alike groups without events: symmetric, and near z^2 / (n + z^2) = 3.84 / 13.84 = 0.28.
    assert low == pytest.approx(-high)
    assert 0.25 < high < 0.33


@pytest.mark.parametrize("scale", Scale)
def test_the_score_rises_with_the_group_s_events_and_falls_with_the_reference_s(
    scale: Scale,
) -> None:
    x1, x2 = brute.grid(9, 14)
    bounds = (0.3, 0.8, 1.0, 2.5) if scale is Scale.RATIO else (-0.6, -0.1, 0.0, 0.3)
    for bound in bounds:
        z = scale.statistic(x1, np.array(9), x2, np.array(14), np.array(bound))
        assert np.all(np.diff(z, axis=0) > -1e-9)
        assert np.all(np.diff(z, axis=1) < 1e-9)


# -- what no choice of counts changes ----------------------------------------------------


@given(some_tables())
def test_an_interval_contains_its_estimate(table: Table) -> None:
    low, high = difference(table)
    assert low - 1e-11 <= table.x1 / table.n1 - table.x2 / table.n2 <= high + 1e-11
    if table.x2:
        low, high = ratio(table)
        value = (table.x1 / table.n1) / (table.x2 / table.n2)
        assert low * (1 - 1e-8) <= value <= high * (1 + 1e-8)


@given(some_tables())
def test_swapping_the_groups_flips_the_sign_of_a_difference(table: Table) -> None:
    low, high = difference(table)
    assert difference(swapped(table)) == pytest.approx((-high, -low), abs=1e-9)


@given(some_tables())
def test_swapping_the_groups_inverts_a_ratio(table: Table) -> None:
    low, high = ratio(table)
    inverse = (1 / high, 1 / low if low else np.inf)
    assert ratio(swapped(table)) == pytest.approx(inverse, rel=1e-6)


@given(some_tables())
def test_counting_the_others_flips_the_sign_of_a_difference(table: Table) -> None:
    others = Table(x1=table.n1 - table.x1, n1=table.n1, x2=table.n2 - table.x2, n2=table.n2)
    low, high = difference(table)
    assert difference(others) == pytest.approx((-high, -low), abs=1e-9)


@given(some_tables(), st.floats(-0.99, 0.99))
def test_a_difference_lies_inside_its_interval_when_its_test_does_not_reject(
    table: Table, d: float
) -> None:
    low, high = difference(table)
    z = abs(float(difference_score(*counts(table), np.array(d))))
    if abs(z - Z) > 1e-6:
        assert (low <= d <= high) == (z <= Z)


@given(some_tables(), st.floats(0.01, 50.0))
def test_a_ratio_lies_inside_its_interval_when_its_test_does_not_reject(
    table: Table, r: float
) -> None:
    low, high = ratio(table)
    z = abs(float(ratio_score(*counts(table), np.array(r))))
    if abs(z - Z) > 1e-6:
        assert (low <= r <= high) == (z <= Z)


@given(some_tables(most=60), st.integers(2, 30))
def test_more_records_of_the_same_shares_narrow_both(table: Table, more: int) -> None:
    low, high = difference(table)
    narrow = difference(multiplied(table, more))
    assert low <= narrow[0] <= narrow[1] <= high
    if table.x1 and table.x2:
        low, high = ratio(table)
        narrow = ratio(multiplied(table, more))
        assert low <= narrow[0] <= narrow[1] <= high


@given(some_tables())
def test_a_higher_level_widens_both(table: Table) -> None:
    for interval in (difference, ratio):
        (low, high), (lower, higher) = interval(table, 0.9), interval(table, 0.99)
        assert lower <= low <= high <= higher


@settings(max_examples=15)
@given(st.lists(some_tables(), min_size=2, max_size=4))
def test_many_tables_at_once_are_each_bounded_as_alone(family: list[Table]) -> None:
    columns = [np.array(column) for column in zip(*map(counts, family), strict=True)]
    low, high = koopman_interval(*columns)
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [ratio(t) for t in family]
    low, high = miettinen_nurminen_interval(*columns)
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [difference(t) for t in family]


def test_ten_million_records_on_each_side_stay_finite_and_narrow() -> None:
    table = Table(x1=3_000_000, n1=10_000_000, x2=3_010_000, n2=10_000_000)
    # sqrt(2 x 0.3 x 0.7 / 10^7) x 1.96 = 0.0004017
    low, high = difference(table)
    assert (round(low, 5), round(high, 5)) == (-0.0014, -0.0006)
    # 0.3 / 0.301 = 0.99668; x exp(-+ 1.96 x sqrt(2 x (0.7 / 3,000,000))) = -+ 0.00134
    low, high = ratio(table)
    assert (round(low, 4), round(high, 4)) == (0.9953, 0.998)
