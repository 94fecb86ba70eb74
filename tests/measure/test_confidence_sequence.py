"""An interval that stays right however often it is looked at."""

import numpy as np
import pytest
from scipy.special import betaln

from answerable.measure.confidence_sequence import confidence_sequence
from answerable.measure.wilson import wilson_interval


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7])
def test_of_400_looks_none_misses_the_truth_in_95_of_100_runs(share: float) -> None:
    rng = np.random.default_rng(6)
    x = rng.binomial(25, share, size=(400, 400)).cumsum(axis=1)
    n = np.broadcast_to(25 * np.arange(1, 401), x.shape)
    low, high = confidence_sequence(x, n)
    assert ((low > share) | (high < share)).any(axis=1).mean() <= 0.05
    low, high = wilson_interval(x, n)
    # The interval made for one look misses at some time in many of the same runs.
    assert ((low > share) | (high < share)).any(axis=1).mean() > 0.25


@pytest.mark.parametrize(("x", "n"), [(0, 1), (3, 10), (150, 500), (5000, 5000)])
def test_its_ends_are_those_of_its_definition(x: int, n: int) -> None:
    low, high = confidence_sequence(np.array(x), np.array(n))
    floor = betaln(1 + x, 1 + n - x) + np.log(0.05)
    for end, at_bound in ((float(low), x == 0), (float(high), x == n)):
        if at_bound:
            continue
        told = x * np.log(end) + (n - x) * np.log1p(-end)
        assert told == pytest.approx(floor, abs=1e-6)


def test_it_holds_the_share_and_without_records_everything() -> None:
    low, high = confidence_sequence(np.array([0, 30]), np.array([0, 100]))
    assert (float(low[0]), float(high[0])) == (0.0, 1.0)
    assert low[1] < 0.3 < high[1]


@pytest.mark.parametrize(("n", "times"), [(50, 1.56), (500, 1.76), (5000, 1.92)])
def test_it_is_wider_than_wilsons_by_what_the_page_says(n: int, times: float) -> None:
    x, cases = np.array(3 * n // 10), np.array(n)
    low, high = confidence_sequence(x, cases)
    narrow, wide = wilson_interval(x, cases)
    assert float((high - low) / (wide - narrow)) == pytest.approx(times, abs=0.01)
