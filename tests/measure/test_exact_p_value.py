"""The exact test against its definition, against SciPy, and by the errors it makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import barnard_exact

from answerable.measure.binomial import clopper_pearson
from answerable.measure.exact_p_value import LARGEST_SMALLER_SIDE, LEFT_OUT, exact_p_value
from answerable.measure.quick_p_values import p_value_floors, quick_p_values
from answerable.measure.two_groups import Scale, Side, Table
from tests.measure import brute

Floats = NDArray[np.float64]

RATIO, DIFFERENCE = Scale.RATIO, Scale.DIFFERENCE
BELOW, ABOVE = Side.BELOW, Side.ABOVE

CLAIMS = [
    pytest.param(RATIO, 0.8, BELOW, id="ratio below 0.8"),
    pytest.param(RATIO, 0.8, ABOVE, id="ratio above 0.8"),
    pytest.param(RATIO, 1.25, BELOW, id="ratio below 1.25"),
    pytest.param(RATIO, 1.25, ABOVE, id="ratio above 1.25"),
    pytest.param(DIFFERENCE, 0.0, BELOW, id="difference below 0"),
    pytest.param(DIFFERENCE, -0.1, ABOVE, id="difference above -0.1"),
    pytest.param(DIFFERENCE, 0.1, BELOW, id="difference below 0.1"),
]
# The reference larger, equal, smaller, and tiny: there the chance is a saw-tooth of the
# nuisance share, and its highest tooth is easily stepped over.
DESIGNS = [(1, 1), (1, 8), (8, 1), (6, 6), (3, 40), (40, 3)]


def every_p_value(n1: int, n2: int, scale: Scale, bound: float, side: Side) -> Floats:
    found = [exact_p_value(t, scale=scale, bound=bound, side=side) for t in brute.tables(n1, n2)]
    return np.array(found).reshape(n1 + 1, n2 + 1)


def p_value(table: Table, scale: Scale, bound: float, side: Side) -> float:
    return exact_p_value(table, scale=scale, bound=bound, side=side)


def quick(table: Table, scale: Scale, bound: float, side: Side) -> float:
    counts = (np.array(count) for count in (table.x1, table.n1, table.x2, table.n2))
    return float(quick_p_values(*counts, scale=scale, bound=bound, side=side))


# -- the definition ------------------------------------------------------------------------


@pytest.mark.parametrize(("n1", "n2"), DESIGNS)
@pytest.mark.parametrize(("scale", "bound", "side"), CLAIMS)
def test_no_nuisance_share_makes_the_region_likelier(
    n1: int, n2: int, scale: Scale, bound: float, side: Side
) -> None:
    ours = every_p_value(n1, n2, scale, bound, side)
    assert np.max(brute.exact_p_values(n1, n2, scale, bound, side) / ours) < 1 + 1e-4


@pytest.mark.parametrize(("n1", "n2"), [(1, 8), (6, 6), (40, 3)])
@pytest.mark.parametrize(("scale", "bound", "side"), CLAIMS)
def test_and_some_share_makes_it_as_likely(
    n1: int, n2: int, scale: Scale, bound: float, side: Side
) -> None:
    # 601 shares find the highest tooth to within 2 % even where it is sharpest.
    ours = every_p_value(n1, n2, scale, bound, side)
    assert np.min(brute.exact_p_values(n1, n2, scale, bound, side) / ours) > 0.98


@pytest.mark.parametrize("table", [(32, 120, 3, 3), (8, 120, 2, 3), (17, 40, 2, 2)])
def test_a_small_reference_beside_a_large_group_is_searched_closely(
    table: tuple[int, int, int, int],
) -> None:
    # A search of 17 steps found less than half of this chance.
    x1, n1, x2, n2 = table
    shares = np.linspace(0, 1, 20_001)
    region = (
        brute.scores(n1, n2, DIFFERENCE, 0.0)
        <= brute.scores(n1, n2, DIFFERENCE, 0.0)[x1, x2] + 1e-7
    )
    largest = brute.mass(region, *brute.chances(n1, n2, shares, shares)).max()
    ours = p_value(Table(x1=x1, n1=n1, x2=x2, n2=n2), DIFFERENCE, 0.0, BELOW)
    assert ours == pytest.approx(largest, rel=1e-3)


# -- the property that matters ---------------------------------------------------------------


@pytest.mark.parametrize(("n1", "n2"), [(4, 25), (10, 10), (25, 4), (60, 2)])
@pytest.mark.parametrize(("scale", "bound", "side"), CLAIMS)
def test_rejecting_at_a_level_errs_no_more_often_than_the_level(
    n1: int, n2: int, scale: Scale, bound: float, side: Side
) -> None:
    p_values = every_p_value(n1, n2, scale, bound, side)
    for level in (0.2, 0.05, 0.01, 0.001):
        assert error_of(p_values <= level, scale, bound, side) <= level


@pytest.mark.parametrize(("n1", "n2"), [(4, 25), (25, 4), (40, 40)])
@pytest.mark.parametrize(("scale", "bound", "side"), CLAIMS)
def test_the_quick_value_keeps_to_its_level_too(
    n1: int, n2: int, scale: Scale, bound: float, side: Side
) -> None:
    x1, x2 = brute.grid(n1, n2)
    found = quick_p_values(
        x1, np.full_like(x1, n1), x2, np.full_like(x2, n2), scale=scale, bound=bound, side=side
    )
    for level in (0.2, 0.05, 0.01, 0.001):
        assert error_of(found <= level, scale, bound, side) <= level


def error_of(rejected: NDArray[np.bool_], scale: Scale, bound: float, side: Side) -> float:
    """The largest chance of rejecting a true null, on its edge and behind it."""
    n1, n2 = rejected.shape[0] - 1, rejected.shape[1] - 1
    low, high = brute.admissible(scale, bound)
    p2 = np.linspace(low, high, 400)
    worst = 0.0
    for behind in (0.0, 0.02, 0.2):
        shift = behind if side is BELOW else -behind
        p1 = np.clip(brute.edge(scale, p2, bound) + shift, 0.0, 1.0)
        worst = max(worst, float(brute.mass(rejected, *brute.chances(n1, n2, p1, p2)).max()))
    return worst


# -- other people's numbers ------------------------------------------------------------------


@pytest.mark.parametrize(
    "table", [(1, 8, 6, 8), (0, 5, 4, 6), (3, 12, 10, 14), (2, 20, 9, 20), (7, 15, 5, 30)]
)
@pytest.mark.parametrize("side", Side)
def test_against_equality_it_is_barnard_s_test_as_scipy_computes_it(
    table: tuple[int, int, int, int], side: Side
) -> None:
    x1, n1, x2, n2 = table
    # SciPy finds the largest chance by chance; its 256 points come within one in 200.
    oracle = barnard_exact(
        [[x1, x2], [n1 - x1, n2 - x2]],
        alternative="less" if side is BELOW else "greater",
        pooled=True,
        n=256,
    ).pvalue
    ours = p_value(Table(x1=x1, n1=n1, x2=x2, n2=n2), DIFFERENCE, 0.0, side)
    assert ours == pytest.approx(oracle, rel=5e-3)


def test_a_ratio_of_1_and_a_difference_of_0_are_one_question() -> None:
    table = Table(x1=3, n1=12, x2=10, n2=14)
    assert p_value(table, RATIO, 1.0, BELOW) == pytest.approx(
        p_value(table, DIFFERENCE, 0.0, BELOW), rel=1e-6
    )


# -- the edges -------------------------------------------------------------------------------


def test_the_least_telling_table_has_a_p_value_of_1() -> None:
    table = Table(x1=10, n1=10, x2=0, n2=10)
    assert p_value(table, RATIO, 0.8, BELOW) == 1.0
    assert p_value(table, DIFFERENCE, -0.1, BELOW) == 1.0


@pytest.mark.parametrize(("x1", "p"), [(0, 1.0), (1, LEFT_OUT)])
def test_a_ratio_above_0_is_shown_by_a_single_event(x1: int, p: float) -> None:
    # The null "the group's share is 0" allows no event at all.
    assert p_value(Table(x1=x1, n1=5, x2=3, n2=5), RATIO, 0.0, ABOVE) == p
    assert p_value(Table(x1=x1, n1=5, x2=3, n2=5), RATIO, 0.0, BELOW) == 1.0


@pytest.mark.parametrize(("x1", "p"), [(5, 1.0), (4, LEFT_OUT)])
def test_a_difference_below_1_is_shown_by_a_single_exception(x1: int, p: float) -> None:
    # The null "everyone in the group and nobody in the reference" allows one table.
    assert p_value(Table(x1=x1, n1=5, x2=0, n2=5), DIFFERENCE, 1.0, BELOW) == p
    assert p_value(Table(x1=x1, n1=5, x2=0, n2=5), DIFFERENCE, 1.0, ABOVE) == 1.0


@pytest.mark.parametrize(("x2", "p"), [(5, 1.0), (4, LEFT_OUT)])
def test_a_difference_above_minus_1_likewise(x2: int, p: float) -> None:
    assert p_value(Table(x1=0, n1=5, x2=x2, n2=5), DIFFERENCE, -1.0, ABOVE) == p


def test_where_the_bound_leaves_the_reference_no_room_the_border_is_taken() -> None:
    # "Less than 4 times": a null needs a reference share of at most 1/4. Having seen
    # 30 of 30 there, only its border is left: 0.25, and a group share of 1.
    found = p_value(Table(x1=5, n1=5, x2=30, n2=30), RATIO, 4.0, BELOW)
    assert found == pytest.approx(0.25**30 + LEFT_OUT)


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("x1", "x2"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_one_record_on_each_side_shows_nothing(x1: int, x2: int, side: Side) -> None:
    # The most telling table has a chance of p (1 - p), at most 1/4, were both shares p.
    table = Table(x1=x1, n1=1, x2=x2, n2=1)
    assert p_value(table, DIFFERENCE, 0.0, side) >= 0.2499


def test_a_p_value_never_falls_below_what_the_search_leaves_out() -> None:
    table = Table(x1=0, n1=1000, x2=1000, n2=1000)
    assert p_value(table, RATIO, 0.8, BELOW) == LEFT_OUT


# -- the quick value ---------------------------------------------------------------------------


def test_the_quick_value_can_be_worked_by_hand() -> None:
    # 0 of 4 against 4 of 4: where (1 - p)^4 = p^4, p = 1/2, each tail is 1/16; twice that.
    assert quick(Table(x1=0, n1=4, x2=4, n2=4), DIFFERENCE, 0.0, BELOW) == pytest.approx(0.125)


@given(st.data())
@settings(max_examples=60)
def test_it_is_where_two_limits_meet(data: st.DataObject) -> None:
    n1, n2 = data.draw(st.integers(1, 500)), data.draw(st.integers(1, 500))
    x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    table = Table(x1=x1, n1=n1, x2=x2, n2=n2)
    a = quick(table, RATIO, 0.8, BELOW)
    # A little above, the group's upper limit lies below 0.8 times the reference's lower one.
    assert a == 1.0 or apart(table, min(1.0, a * 1.001))
    assert a < 1e-280 or not apart(table, a * 0.999)


def apart(table: Table, level: float) -> bool:
    tail = np.array(level / 2)
    _, high = clopper_pearson(np.array(table.x1), np.array(table.n1), tail)
    low, _ = clopper_pearson(np.array(table.x2), np.array(table.n2), tail)
    return bool(high < 0.8 * low)


def test_far_beyond_a_bound_it_can_be_smaller_than_the_exact_value() -> None:
    # They order tables differently. This is why a verdict that tries both pays for both.
    table = Table(x1=0, n1=3, x2=114, n2=120)
    assert quick(table, RATIO, 1.0, BELOW) < p_value(table, RATIO, 1.0, BELOW)


@pytest.mark.parametrize(("scale", "bound", "side"), CLAIMS)
@pytest.mark.parametrize(("n1", "n2"), [(6, 6), (3, 40), (40, 3)])
def test_no_exact_value_lies_below_its_floor(
    n1: int, n2: int, scale: Scale, bound: float, side: Side
) -> None:
    x1, x2 = brute.grid(n1, n2)
    floors = p_value_floors(
        x1, np.full_like(x1, n1), x2, np.full_like(x2, n2), scale=scale, bound=bound, side=side
    )
    exact = every_p_value(n1, n2, scale, bound, side)
    assert np.all(floors <= exact * (1 + 1e-4))


# -- large counts ------------------------------------------------------------------------------


def test_above_50_000_on_both_sides_the_quick_value_is_taken() -> None:
    n = LARGEST_SMALLER_SIDE + 1
    table = Table(x1=12_000, n1=n, x2=15_300, n2=2 * n)
    assert p_value(table, RATIO, 1.5, ABOVE) == quick(table, RATIO, 1.5, ABOVE)


@pytest.mark.parametrize(
    "table", [(3000, 10_000, 3_400_000, 10_000_000), (8_000_000, 10_000_000, 28, 30)]
)
def test_ten_million_records_on_one_side_are_summed_exactly(
    table: tuple[int, int, int, int],
) -> None:
    x1, n1, x2, n2 = table
    found = p_value(Table(x1=x1, n1=n1, x2=x2, n2=n2), RATIO, 0.9, BELOW)
    assert LEFT_OUT < found < 1.0


def test_a_reference_of_ten_million_is_as_good_as_a_known_share() -> None:
    # 20 of 100 against 30 % known for sure is one binomial tail: P(X <= 20) = 0.01646. What
    # is not quite known costs a few percent of it.
    table = Table(x1=20, n1=100, x2=3_000_000, n2=10_000_000)
    assert p_value(table, DIFFERENCE, 0.0, BELOW) == pytest.approx(0.01646, rel=0.05)
