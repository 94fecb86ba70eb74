"""Counts by score: taken together, apart, ranked, and compared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.measure.score_counts import ScoreCounts, combined, counted
from answerable.measure.separate import difference_of, ratio_of
from answerable.measure.top_k_rate import top_k_rate
from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Finding, Measurement

Pair = tuple[float | None, int | None]

PAIRS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(-3, 3).map(float)), st.sampled_from([None, 0, 1])
    ),
    max_size=30,
)  # fmt: skip


def cells(counts: ScoreCounts) -> tuple[object, ...]:
    return (
        counts.scores.tolist(),
        counts.ones.tolist(),
        counts.zeros.tolist(),
        counts.unlabelled.tolist(),
        counts.ones_unscored,
        counts.zeros_unscored,
        counts.neither,
    )


@given(PAIRS, PAIRS)
def test_two_groups_counted_apart_are_the_same_as_counted_together(
    one: list[Pair], other: list[Pair]
) -> None:
    together = counted([*one, *other])
    assert cells(combined([counted(one), counted(other)])) == cells(together)
    assert together.n + together.incomplete == len(one) + len(other)


@given(PAIRS, PAIRS)
def test_everyone_without_a_group_is_the_others(one: list[Pair], other: list[Pair]) -> None:
    assert cells(counted([*one, *other]).without(counted(one))) == cells(counted(other))


def test_numbers_too_large_for_exact_doubles_are_added_exactly() -> None:
    half = ScoreCounts(
        scores=np.array([0.5]),
        ones=np.array([2**53 + 1]),
        zeros=np.array([0]),
        unlabelled=np.array([0]),
    )
    assert combined([half, half]).n1 == 2**54 + 2


# -- the first k ---------------------------------------------------------------------


def ranked(*numbers: int) -> ScoreCounts:
    none = np.zeros(len(numbers), dtype=np.int64)
    scores = np.arange(len(numbers), dtype=np.float64)
    return ScoreCounts(scores=scores, ones=none, zeros=none, unlabelled=np.array(numbers))


def test_a_group_s_share_of_the_first_30_is_counted_with_wilson_s_interval() -> None:
    everyone, group = ranked(50, 20, 30), ranked(30, 5, 5)
    # The first 30 hold 5 of the group's 40; the first 50 hold 10.
    for k, x in ((30, 5), (50, 10), (100, 40)):
        found = top_k_rate(group, everyone=everyone, k=k)
        assert isinstance(found, Measurement)
        low, high = wilson_interval(np.array(x), np.array(40))
        assert (found.value, found.low, found.high) == (x / 40, float(low), float(high))


def test_a_tie_at_the_cut_is_named_with_the_numbers_that_none_cuts() -> None:
    found = top_k_rate(ranked(30, 5, 5), everyone=ranked(50, 20, 30), k=40)
    assert isinstance(found, CannotSay)
    assert (found.reason, "30 or 50" in found.needs) == ("tie_at_the_cut", True)
    first = top_k_rate(ranked(30, 5, 5), everyone=ranked(50, 20, 30), k=10)
    assert isinstance(first, CannotSay)
    assert first.needs.endswith(": 30")


@pytest.mark.parametrize(
    ("group", "k", "reason"),
    [(ranked(0, 0, 0), 30, "no_scores"), (ranked(1, 1, 1), 101, "fewer_than_k")],
)
def test_no_scores_and_too_many_places_are_said(group: ScoreCounts, k: int, reason: str) -> None:
    found = top_k_rate(group, everyone=ranked(50, 20, 30), k=k)
    assert isinstance(found, CannotSay)
    assert found.reason == reason


# -- two numbers measured apart ------------------------------------------------------


def said(value: float, low: float, high: float) -> Finding:
    return Measurement(value=value, low=low, high=high, numerator=5, denominator=10)


def test_swapping_the_groups_inverts_their_ratio() -> None:
    one, other = said(0.5, 0.25, 1.5), said(2.0, 1.0, 3.0)
    there, back = ratio_of(group=one, reference=other), ratio_of(group=other, reference=one)
    assert isinstance(there, Measurement)
    assert isinstance(back, Measurement)
    assert (back.value, back.low, back.high) == pytest.approx(
        (1 / there.value, 1 / there.high, 1 / there.low)
    )


def test_an_end_at_nothing_stays_one_and_a_ratio_to_nothing_is_refused() -> None:
    found = ratio_of(group=said(0.5, 0.0, 1.0), reference=said(1.0, 0.5, 2.0))
    assert isinstance(found, Measurement)
    assert found.low == 0.0
    for group, reference in ((said(0.0, 0.0, 1.0), found), (found, said(0.1, 0.0, 1.0))):
        refused = ratio_of(group=group, reference=reference)
        assert isinstance(refused, CannotSay)
        assert refused.reason == "no_events"
    nothing = CannotSay(reason="nobody", needs="people")
    assert ratio_of(group=nothing, reference=found) == nothing
    assert difference_of(group=found, reference=nothing) == nothing.in_reference()
    assert ratio_of(group=found, reference=nothing) == nothing.in_reference()
