"""The AUC against its definition: every pair looked at, one by one."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from answerable.measure.auc import auc, ranking
from answerable.measure.auc_difference import auc_difference
from answerable.measure.score_counts import ScoreCounts, counted
from answerable.record.measurement import CannotSay, Finding, Measurement

Scores = list[int]

SCORES = st.lists(st.integers(-5, 5), min_size=20, max_size=40)


def scored(ones: Scores, zeros: Scores) -> ScoreCounts:
    return counted([*((float(s), 1) for s in ones), *((float(s), 0) for s in zeros)])


def measured(found: Finding) -> Measurement:
    assert isinstance(found, Measurement)
    return found


def of(ones: Scores, zeros: Scores) -> Measurement:
    return measured(auc(scored(ones, zeros)))


def by_pairs(ones: Scores, zeros: Scores) -> tuple[float, float]:
    """The share of pairs in order, and DeLong's variance from the whole matrix of pairs."""
    pairs = np.array([[(a > b) + (a == b) / 2 for b in zeros] for a in ones])
    of_ones, of_zeros = pairs.mean(axis=1), pairs.mean(axis=0)
    variance = of_ones.var(ddof=1) / len(ones) + of_zeros.var(ddof=1) / len(zeros)
    return float(pairs.mean()), float(variance)


@given(SCORES, SCORES)
def test_it_is_the_share_of_pairs_in_order_with_the_variance_of_the_placements(
    ones: Scores, zeros: Scores
) -> None:
    found = ranking(scored(ones, zeros))
    assert (found.value, found.variance) == pytest.approx(by_pairs(ones, zeros), abs=1e-14)


@given(SCORES, SCORES)
def test_it_is_the_statistic_of_mann_and_whitney_over_the_pairs(
    ones: Scores, zeros: Scores
) -> None:
    pairs = len(ones) * len(zeros)
    statistic = mannwhitneyu(ones, zeros, method="asymptotic").statistic
    assert of(ones, zeros).value == pytest.approx(statistic / pairs, abs=1e-14)


@given(SCORES, SCORES)
def test_no_change_of_the_scale_that_keeps_the_order_changes_it(
    ones: Scores, zeros: Scores
) -> None:
    def stretched(scores: Scores) -> Scores:
        return [7 + 3 * score**3 for score in scores]

    assert of(stretched(ones), stretched(zeros)) == of(ones, zeros)


@given(SCORES, SCORES)
def test_turning_the_labels_round_gives_the_complement(ones: Scores, zeros: Scores) -> None:
    found, turned = of(ones, zeros), of(zeros, ones)
    assert turned.value == pytest.approx(1 - found.value, abs=1e-14)
    assert (turned.low, turned.high) == pytest.approx((1 - found.high, 1 - found.low), abs=1e-12)


@given(SCORES, SCORES)
def test_the_value_lies_in_its_interval_and_that_in_0_to_1(ones: Scores, zeros: Scores) -> None:
    found = of(ones, zeros)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


@settings(max_examples=30)
@given(SCORES, SCORES, SCORES, SCORES)
def test_swapping_the_groups_turns_the_difference_round(
    ones: Scores, zeros: Scores, others: Scores, rest: Scores
) -> None:
    one, other = of(ones, zeros), of(others, rest)
    there = measured(auc_difference(group=one, reference=other))
    back = measured(auc_difference(group=other, reference=one))
    assert (back.value, back.low, back.high) == pytest.approx(
        (-there.value, -there.high, -there.low), abs=1e-15
    )


# -- where the variance is none ------------------------------------------------------


def test_a_perfect_order_of_20_and_20_still_has_a_lower_end() -> None:
    # No spread: Wilson's end for 20 of 20, 20 / (20 + 3.8415) = 0.8389.
    found = of([1] * 20, [0] * 20)
    assert (found.value, found.high) == (1.0, 1.0)
    assert round(found.low, 4) == 0.8389
    turned = of([0] * 20, [1] * 20)
    assert (turned.value, turned.low) == (0.0, 0.0)
    assert round(turned.high, 4) == 0.1611


def test_one_score_for_all_is_a_coin_with_an_interval() -> None:
    # Wilson's for 10 of 20: 0.5 give or take 1.96 / 2 / sqrt(20 + 3.84) = 0.2007.
    found = of([3] * 20, [3] * 30)
    assert found.value == 0.5
    assert (round(found.low, 4), round(found.high, 4)) == (0.2993, 0.7007)


def test_one_level_pair_among_a_hundred_million_million_breaks_nothing() -> None:
    # 1 - 1 / (2 x 10^16) is 1 to the computer.
    n = 10**8
    found = auc(
        ScoreCounts(
            scores=np.array([1.0, 2.0, 3.0]),
            ones=np.array([0, 1, n - 1]),
            zeros=np.array([n - 1, 1, 0]),
            unlabelled=np.zeros(3, dtype=np.int64),
        )
    )
    assert measured(found).low > 0.9999999


def test_a_tiny_spread_is_not_taken_for_none() -> None:
    # One pair in order fewer than all of 10^6 x 10^6.
    n = 10**6
    counts = ScoreCounts(
        scores=np.array([1.0, 2.0, 3.0, 4.0]),
        ones=np.array([0, 1, 0, n - 1]),
        zeros=np.array([n - 1, 0, 1, 0]),
        unlabelled=np.zeros(4, dtype=np.int64),
    )
    # One of each label stands 1 / n away from the place of the others: twice 1 / n^4.
    assert ranking(counts).variance == pytest.approx(2 / n**4, rel=1e-5)


# -- refusals ------------------------------------------------------------------------


def test_19_of_a_label_are_too_few_and_20_are_enough() -> None:
    refused = auc(scored([1, 2] * 9 + [3], [1, 2] * 50))
    assert isinstance(refused, CannotSay)
    assert refused.reason == "too_few_of_a_label"
    assert "19 with a label of 1 and 100 with a label of 0" in refused.needs
    assert of([1, 2] * 10, [1, 2] * 50).denominator == 120


def test_of_no_labels_and_of_one_label_alone_nothing_is_said() -> None:
    assert auc(counted([(0.5, None)] * 50)) == auc(counted([]))
    for pairs in ([(0.5, None)] * 50, [(0.5, 1)] * 50):
        assert isinstance(auc(counted(pairs)), CannotSay)


def test_a_reference_that_cannot_be_ranked_is_named_as_such() -> None:
    one, none = of([1, 2] * 10, [1] * 20), auc(counted([]))
    found = auc_difference(group=one, reference=none)
    assert isinstance(found, CannotSay)
    assert found.reason == "reference_no_scored_labels"
    assert auc_difference(group=none, reference=one) == none


def test_the_interval_widens_with_its_level() -> None:
    counts = scored([1, 2, 3] * 10, [0, 1, 2] * 10)
    ends = [measured(auc(counts, level=level)) for level in (0.8, 0.95, 0.999)]
    for narrow, wide in product(ends[:1], ends[1:]):
        assert wide.low < narrow.low < narrow.high < wide.high
    assert math.isclose(ends[0].value, ends[2].value)
