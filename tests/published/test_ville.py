"""Ville's inequality, enumerated: a fair bettor ever has c times the money with a chance of 1/c.

Ville (1939), Étude critique de la notion de collectif. All 2^12 ways in which twelve cases at the
limit of one half can go, each as likely as the other.
"""

import numpy as np
import pytest

from answerable.measure.arrays import Floats
from answerable.measure.e_process import bets_below, evidence, stakes

CASES = 12


def _of(cases: int) -> Floats:
    """Evidence after each case, of every way: bit t of its number says how case t went."""
    ways = np.array([[way >> t & 1 for t in range(cases)] for way in range(2**cases)])
    gains = bets_below(0.5).log_gains(ways, np.ones_like(ways))
    return evidence(gains, stakes(cases, starts_every=np.array([1, 1, 1, 2, 3])))


@pytest.fixture(scope="module")
def paths() -> Floats:
    return _of(CASES)


@pytest.mark.parametrize("times", [1.5, 2, 4, 8, 20])
def test_the_chance_of_ever_having_so_much_is_at_most_its_inverse(
    paths: Floats, times: float
) -> None:
    assert (paths.max(axis=1) >= times).mean() <= 1 / times


def test_the_inequality_is_no_empty_promise(paths: Floats) -> None:
    # Some ways do go far: twelve failures in a row are not rare enough to be left out.
    assert paths.max() > 20


@pytest.mark.parametrize("times", [1.5, 2, 4, 8, 20])
def test_nor_can_the_past_be_used_against_the_bettor(times: float) -> None:
    # Before each case a chance of 0.5 or more is chosen, from all that came before, so as to
    # make the bettor look as rich as can be: backwards, with the best choice at each step.
    grown = np.maximum.accumulate(_of(10), axis=1)[:, -1]
    worst = (grown >= times).astype(float)
    while len(worst) > 1:
        half = len(worst) // 2
        # The first half of the ways has its last bit, the latest case, at 0.
        failed, kept = worst[:half], worst[half:]
        worst = np.maximum((failed + kept) / 2, kept)
    assert worst[0] <= 1 / times


def test_stopping_whenever_one_likes_gains_nothing_on_average(paths: Floats) -> None:
    rich = paths >= 2
    stop = np.where(rich.any(axis=1), rich.argmax(axis=1), CASES - 1)
    assert paths[np.arange(len(paths)), stop].mean() == pytest.approx(1.0)
