"""Fisher's test against SciPy's distribution, and by counting every deal."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from answerable.measure.fisher import LEFT_OUT, fisher_floors, fisher_p_values


def p_of(x1: int, n1: int, x2: int, n2: int) -> float:
    return float(fisher_p_values(*(np.array([number]) for number in (x1, n1, x2, n2)))[0])


def floor_of(x1: int, n1: int, x2: int, n2: int) -> float:
    return float(fisher_floors(*(np.array([number]) for number in (x1, n1, x2, n2)))[0])


@st.composite
def tables(draw: st.DrawFn, largest: int = 400) -> tuple[int, int, int, int]:
    n1, n2 = draw(st.integers(0, largest)), draw(st.integers(0, largest))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n2)), n2


def test_each_deal_counted_gives_the_same() -> None:
    # 2 of 3 against 1 of 4: three of seven are counted; 2 or more of them fall to the first
    # three in 13 of 35 deals, and twice that is 26/35.
    deals = [len({0, 1, 2} & set(deal)) for deal in combinations(range(7), 3)]
    assert 13 == sum(number >= 2 for number in deals)
    assert p_of(2, 3, 1, 4) == pytest.approx(2 * 13 / 35)


@given(tables())
def test_it_is_twice_the_smaller_tail_of_scipys_distribution(
    table: tuple[int, int, int, int],
) -> None:
    x1, n1, x2, n2 = table
    deal = hypergeom(n1 + n2, x1 + x2, n1)
    wanted = min(1.0, 2 * min(deal.cdf(x1), deal.sf(x1 - 1)))
    assert p_of(*table) == pytest.approx(max(wanted, LEFT_OUT), rel=1e-8, abs=1e-14)


@given(tables(largest=40))
def test_no_deal_of_the_same_margins_has_a_p_value_below_the_floor(
    table: tuple[int, int, int, int],
) -> None:
    x1, n1, x2, n2 = table
    total = x1 + x2
    all_of_them = [
        p_of(x, n1, total - x, n2) for x in range(max(0, total - n2), min(n1, total) + 1)
    ]
    assert floor_of(*table) == pytest.approx(min(all_of_them), rel=1e-9)


@given(tables())
def test_it_does_not_matter_which_group_comes_first_or_what_is_counted(
    table: tuple[int, int, int, int],
) -> None:
    x1, n1, x2, n2 = table
    assert p_of(*table) == pytest.approx(p_of(x2, n2, x1, n1), rel=1e-9)
    assert p_of(*table) == pytest.approx(p_of(n1 - x1, n1, n2 - x2, n2), rel=1e-9)


def test_an_empty_side_tells_nothing() -> None:
    assert (1.0, 1.0) == (p_of(0, 0, 3, 5), floor_of(0, 0, 3, 5))


def test_a_hundred_million_records_take_no_longer_and_stay_within_bounds() -> None:
    # 0.3 and 0.3002 of fifty million each: a difference of 2.18 standard deviations.
    n = 50_000_000
    assert p_of(15_000_000, n, 15_010_000, n) == pytest.approx(0.029, abs=0.001)
    assert LEFT_OUT == p_of(0, n, n, n)
