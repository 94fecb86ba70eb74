"""Evidence that one group lags behind another, whatever both of them do."""

import numpy as np
import pytest
from scipy.stats import binom

from answerable.measure.arrays import Floats
from answerable.measure.e_process import evidence, stakes
from answerable.measure.e_process_two_groups import (
    guesses,
    two_group_gains,
    two_group_information,
)
from answerable.measure.two_groups import Scale

LIMITS = [
    pytest.param(Scale.RATIO, 0.8, id="at least four fifths"),
    pytest.param(Scale.RATIO, 1.25, id="at least a quarter more"),
    pytest.param(Scale.DIFFERENCE, -0.05, id="at most five points less"),
    pytest.param(Scale.DIFFERENCE, 0.0, id="no less"),
]


@pytest.mark.parametrize(("scale", "bound"), LIMITS)
@pytest.mark.parametrize(("n1", "n2"), [(1, 1), (5, 20), (20, 7), (3, 60)])
def test_no_bet_gains_on_average_where_the_limit_is_kept(
    scale: Scale, bound: float, n1: int, n2: int
) -> None:
    # Every pair of counts a period can have, over a grid of the shares within the limit.
    s1, s2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    worst = 0.0
    for guess in (0.05, 0.3, 0.7, 0.97):
        gains = np.exp(
            two_group_gains(
                s1,
                np.full_like(s1, n1),
                s2,
                np.full_like(s2, n2),
                np.full(s1.shape, guess),
                scale=scale,
                bound=bound,
            )
        )
        for p2 in np.linspace(0.01, 0.99, 15):
            edge = max(0.0, float(scale.edge(np.array(p2), bound)))
            if edge > 1:
                continue
            for beyond in (0.0, 0.1, 0.5, 1.0):
                p1 = edge + beyond * (1 - edge)
                chance = np.outer(
                    binom.pmf(np.arange(n1 + 1), n1, p1), binom.pmf(np.arange(n2 + 1), n2, p2)
                )
                worst = max(worst, float((chance[..., None] * gains).sum(axis=(0, 1)).max()))
    assert worst <= 1 + 1e-9


def year(*, ratio: float, seed: int, runs: int) -> Floats:
    """A year of 20 and 200 cases a day, while the base rate swings between 0.58 and 0.82."""
    rng = np.random.default_rng(seed)
    base = 0.70 + 0.12 * np.sin(np.arange(365) / 20)
    s1 = rng.binomial(20, ratio * base, size=(runs, 365))
    s2 = rng.binomial(200, base, size=(runs, 365))
    guess = np.array([guesses(row, np.full(365, 200), first=0.7) for row in s2])
    gains = two_group_gains(
        s1, np.full_like(s1, 20), s2, np.full_like(s2, 200), guess, scale=Scale.RATIO, bound=0.8
    )
    return evidence(gains, stakes(365, starts_every=np.full(5, 1)))


def test_a_ratio_kept_at_its_limit_alarms_in_at_most_one_year_in_twenty() -> None:
    grown = year(ratio=0.8, seed=4, runs=400)
    # 20 are the most that may be expected of 400; 34 would be more than three deviations above.
    assert int((grown.max(axis=1) >= 20).sum()) <= 33


def test_a_ratio_of_0_65_is_noticed_within_a_month_or_so() -> None:
    grown = year(ratio=0.65, seed=5, runs=100)
    first = np.where((grown >= 20).any(axis=1), (grown >= 20).argmax(axis=1), 365)
    assert 10 <= first.mean() <= 35


def test_a_day_without_one_of_the_groups_says_nothing() -> None:
    gains = two_group_gains(
        np.array([3, 0]),
        np.array([10, 0]),
        np.array([0, 5]),
        np.array([0, 10]),
        np.array([0.5, 0.5]),
        scale=Scale.RATIO,
        bound=0.8,
    )
    assert (gains == 0).all()


def test_a_guess_knows_nothing_of_its_own_day() -> None:
    one = guesses(np.array([0, 10, 10]), np.array([10, 10, 10]), first=0.5)
    other = guesses(np.array([0, 0, 10]), np.array([10, 10, 10]), first=0.5)
    assert one[:2].tolist() == other[:2].tolist()
    assert one[2] != other[2]


def test_a_larger_breach_tells_more_and_none_tells_nothing() -> None:
    def told(share: float) -> float:
        return two_group_information(share, 20, 0.7, 200, scale=Scale.RATIO, bound=0.8)

    assert told(0.40) > told(0.50) > 0
    assert told(0.56) == 0
    assert two_group_information(0.4, 0, 0.7, 200, scale=Scale.RATIO, bound=0.8) == 0
