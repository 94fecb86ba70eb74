"""Wilson's interval against its definition and against SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from answerable.measure.wilson import wilson_interval


def wilson(x: int, n: int, level: float = 0.95) -> tuple[float, float]:
    low, high = wilson_interval(np.array(x), np.array(n), level=level)
    return float(low), float(high)


@pytest.mark.parametrize("n", [1, 2, 5, 20, 137])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.999])
def test_every_count_has_the_limits_that_scipy_gives(n: int, level: float) -> None:
    for x in range(n + 1):
        oracle = binomtest(x, n).proportion_ci(level, method="wilson")
        assert wilson(x, n, level) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


@pytest.mark.parametrize(("x", "n"), [(1, 7), (3, 10), (8, 10), (40, 400), (399, 400)])
def test_at_its_ends_the_count_lies_196_standard_deviations_away(x: int, n: int) -> None:
    for p in wilson(x, n):
        assert abs(x / n - p) / np.sqrt(p * (1 - p) / n) == pytest.approx(norm.isf(0.025))


def test_none_and_all_have_ends_at_exactly_0_and_1() -> None:
    # z^2 / (n + z^2) = 3.8415 / 13.8415 = 0.2775
    assert [round(end, 4) for end in wilson(0, 10)] == [0.0, 0.2775]
    assert [round(end, 4) for end in wilson(10, 10)] == [0.7225, 1.0]
    assert (wilson(0, 10)[0], wilson(10, 10)[1]) == (0.0, 1.0)


def test_ten_million_records_are_bounded_to_the_last_digits() -> None:
    # 1.96 x sqrt(0.3 x 0.7 / 10^7) = 0.000284
    low, high = wilson(3_000_000, 10_000_000)
    assert round(low, 6) == 0.299716
    assert round(high, 6) == 0.300284


@given(st.data(), st.integers(1, 10_000_000))
def test_the_share_lies_inside(data: st.DataObject, n: int) -> None:
    x = data.draw(st.integers(0, n))
    low, high = wilson(x, n)
    assert 0.0 <= low <= x / n <= high <= 1.0


@given(st.data(), st.integers(1, 2000))
def test_counting_the_others_turns_it_round(data: st.DataObject, n: int) -> None:
    x = data.draw(st.integers(0, n))
    low, high = wilson(x, n)
    assert wilson(n - x, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@given(st.data(), st.integers(1, 500), st.integers(2, 50))
def test_more_records_of_the_same_share_narrow_it(data: st.DataObject, n: int, more: int) -> None:
    x = data.draw(st.integers(0, n))
    (low, high), (lower, higher) = wilson(x * more, n * more), wilson(x, n)
    assert high - low < higher - lower


@given(st.data(), st.integers(2, 500))
def test_one_more_event_moves_it_up(data: st.DataObject, n: int) -> None:
    x = data.draw(st.integers(0, n - 1))
    (low, high), (next_low, next_high) = wilson(x, n), wilson(x + 1, n)
    assert low < next_low
    assert high < next_high
