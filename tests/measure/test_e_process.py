"""Evidence against a limit: what it promises, enumerated, and how soon it speaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from answerable.measure.arrays import Floats
from answerable.measure.e_process import (
    Bets,
    Block,
    bets_below,
    block_of,
    evidence,
    onset,
    stakes,
    starts_every,
)
from answerable.measure.e_process_alarms import amber_from, red_from, system_evidence
from answerable.measure.earliest_notice import earliest_notice

FLOORS = (0.1, 0.5, 0.7, 0.95)


def plan(bets: Bets, *, periods: int, cases: int) -> Floats:
    return stakes(periods, starts_every=starts_every(bets, cases=cases, periods=periods))


def runs_of(share: float, *, cases: int, periods: int, runs: int, seed: int) -> Floats:
    """Evidence against a floor of 0.7 after each period, in many runs."""
    bets = bets_below(0.7)
    s = np.random.default_rng(seed).binomial(cases, share, size=(runs, periods))
    gains = bets.log_gains(s, np.full_like(s, cases))
    return evidence(gains, plan(bets, periods=periods, cases=cases))


# -- what is promised ----------------------------------------------------------------------


@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("cases", [1, 7, 40])
def test_no_bet_gains_on_average_where_the_limit_is_kept(floor: float, cases: int) -> None:
    # Every count a period can have, weighted by its chance: the mean is worked out, not drawn.
    s = np.arange(cases + 1)
    gains = np.exp(bets_below(floor).log_gains(s, np.full_like(s, cases)))
    for share in np.linspace(floor, 1.0, 12):
        mean = (binom.pmf(s, cases, share)[:, None] * gains).sum(axis=0)
        assert mean.max() <= 1 + 1e-12


def test_the_evidence_has_a_mean_of_1_on_the_limit_after_any_number_of_periods() -> None:
    # All 2^8 ways in which 8 single cases can go at the floor of 0.5.
    bets = bets_below(0.5)
    paths = np.array([[way >> t & 1 for t in range(8)] for way in range(256)])
    grown = evidence(bets.log_gains(paths, np.ones_like(paths)), plan(bets, periods=8, cases=1))
    assert grown.mean(axis=0) == pytest.approx(np.ones(8))


def test_a_year_on_the_limit_itself_raises_an_alarm_in_at_most_one_year_in_twenty() -> None:
    grown = runs_of(0.7, cases=20, periods=365, runs=2000, seed=1)
    alarms = int((grown.max(axis=1) >= 20).sum())
    # With 100 expected of 2000 at the most, more than 130 would be three deviations too many.
    assert alarms <= 130


def test_a_share_that_drifts_but_keeps_its_limit_raises_no_more_alarms() -> None:
    rng = np.random.default_rng(2)
    shares = 0.7 + 0.3 * rng.random((2000, 200)) ** 8
    bets = bets_below(0.7)
    s = rng.binomial(10, shares)
    grown = evidence(bets.log_gains(s, np.full_like(s, 10)), plan(bets, periods=200, cases=10))
    assert (grown.max(axis=1) >= 20).mean() <= 0.065


def test_whatever_two_streams_have_to_do_with_each_other_the_budget_holds() -> None:
    # Two floors of 0.5, watched over six cases each, with a budget of one half split 3 to 1. Before
    # each pair of cases its joint chances are chosen from all that came before so as to raise an
    # alarm: of all with these two chances of one half, the two most extreme are best.
    steps, alpha, weights = 6, 0.5, np.array([0.75, 0.25])
    ways = np.array([[way >> t & 1 for t in range(steps)] for way in range(2**steps)])
    bets = bets_below(0.5)
    one = evidence(bets.log_gains(ways, np.ones_like(ways)), plan(bets, periods=steps, cases=1))
    pairs = np.stack(np.broadcast_arrays(one[:, None], one[None, :]))
    together = system_evidence(pairs, weights).max(axis=-1) >= 1 / alpha
    alone = [pairs[k].max(axis=-1) >= red_from(weight=weights[k], alpha=alpha) for k in range(2)]
    assert (together >= alone[0] | alone[1]).all()
    worst = together.astype(float)
    while len(worst) > 1:
        half = len(worst) // 2
        both, neither = worst[half:, half:], worst[:half, :half]
        first, second = worst[half:, :half], worst[:half, half:]
        worst = np.maximum((both + neither) / 2, (first + second) / 2)
    assert 0 < worst[0, 0] <= alpha


@given(
    st.integers(1, 60),
    st.lists(st.integers(1, 80), min_size=1, max_size=5),
)
def test_stakes_are_never_more_than_all(periods: int, every: list[int]) -> None:
    placed = stakes(periods, starts_every=np.array(every))
    assert placed.min() >= 0
    assert placed.sum(axis=0) == pytest.approx(np.ones(len(every)))


# -- how soon it speaks --------------------------------------------------------------------


def test_a_fall_from_the_limit_to_0_60_is_noticed_about_as_soon_as_planned() -> None:
    # 10 cases a period, 10,000 in all, a fall after 2,000 of them.
    bets, runs, periods, before = bets_below(0.7), 300, 1000, 200
    rng = np.random.default_rng(3)
    share = np.where(np.arange(periods) < before, 0.7, 0.6)
    s = rng.binomial(10, share, size=(runs, periods))
    grown = evidence(bets.log_gains(s, np.full_like(s, 10)), plan(bets, periods=periods, cases=10))
    first = np.where((grown >= 20).any(axis=1), (grown >= 20).argmax(axis=1), periods)
    late = first[first >= before] - before + 1
    told = 0.6 * np.log(0.6 / 0.7) + 0.4 * np.log(0.4 / 0.3)
    planned = earliest_notice(information=told, cases=10_000, alpha=0.05, weight=1.0)
    assert 10 * late.mean() == pytest.approx(planned, rel=0.15)


def test_a_breach_too_small_for_the_year_would_not_be_noticed() -> None:
    told = 0.69 * np.log(0.69 / 0.7) + 0.31 * np.log(0.31 / 0.3)
    assert earliest_notice(information=told, cases=1000, alpha=0.05, weight=1.0) == np.inf
    assert earliest_notice(information=told, cases=10**7, alpha=0.05, weight=1.0) < np.inf


def test_an_onset_is_near_the_change() -> None:
    bets = bets_below(0.7)
    s = np.where(np.arange(200) < 120, 8, 4)
    gains = bets.log_gains(s, np.full_like(s, 10))
    assert abs(onset(gains, plan(bets, periods=200, cases=10)) - 120) <= 6


def test_evidence_is_what_bets_begun_at_every_period_hold_on_average() -> None:
    rng = np.random.default_rng(11)
    bets = bets_below(0.4)
    s, n = rng.integers(0, 5, size=9), np.full(9, 6)
    gains, placed = bets.log_gains(s, n), stakes(9, starts_every=np.array([1, 2, 3, 4, 9]))
    grown = evidence(gains, placed)
    for end in range(9):
        held = [
            sum(placed[j, g] * np.exp(gains[j : end + 1, g].sum()) for j in range(end + 1))
            + 1
            - placed[: end + 1, g].sum()
            for g in range(5)
        ]
        assert grown[end] == pytest.approx(np.mean(held))


# -- laws ----------------------------------------------------------------------------------

SMALL = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=12)


@settings(max_examples=60)
@given(SMALL, st.data())
def test_blocks_join_to_the_same_however_they_are_cut(
    counts: list[tuple[int, int]], data: st.DataObject
) -> None:
    bets = bets_below(0.6)
    s, extra = (np.array(column) for column in zip(*counts, strict=True))
    gains = bets.log_gains(s, s + extra)
    placed = stakes(len(counts), starts_every=np.array([1, 2, 3, 1, 2]))
    whole = evidence(gains, placed)[-1]
    periods = [block_of(gains[t], placed[t]) for t in range(len(counts))]
    while len(periods) > 1:
        at = data.draw(st.integers(0, len(periods) - 2))
        periods[at : at + 2] = [periods[at].then(periods[at + 1])]
    assert float(periods[0].evidence) == pytest.approx(float(whole))


def test_within_a_period_only_the_sums_count() -> None:
    bets = bets_below(0.6)
    apart = bets.log_gains(np.array([2]), np.array([5])) + bets.log_gains(
        np.array([3]), np.array([4])
    )
    assert bets.log_gains(np.array([5]), np.array([9])) == pytest.approx(apart)


def test_a_period_without_cases_changes_nothing_that_was_won() -> None:
    bets = bets_below(0.6)
    assert bets.log_gains(np.array([0]), np.array([0])).tolist() == [[0.0] * 5]


def test_an_endless_run_of_failures_stays_a_number() -> None:
    bets = bets_below(0.9)
    gains = bets.log_gains(np.zeros(50, dtype=int), np.full(50, 10_000))
    grown = evidence(gains, plan(bets, periods=50, cases=100))
    assert np.isfinite(grown).all()
    assert grown[-1] >= 1e290
    one = Block(log_gain=gains[0], grown=np.full(5, 1e299), placed=np.ones(5))
    assert np.isfinite(one.then(one).evidence)


# -- alarms --------------------------------------------------------------------------------


def test_a_stream_with_half_of_the_budget_needs_twice_the_evidence() -> None:
    assert red_from(weight=0.5, alpha=0.05) == pytest.approx(40)
    assert amber_from(weight=0.5) == 4


def test_the_system_speaks_no_later_than_its_first_stream() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    streams = np.array([1.0, red_from(weight=0.3, alpha=0.05), 0.0])
    assert float(system_evidence(streams, weights)) >= 1 / 0.05


def test_the_system_begins_at_1_when_part_of_the_budget_is_kept_back() -> None:
    assert float(system_evidence(np.ones(2), np.array([0.3, 0.3]))) == pytest.approx(1.0)
