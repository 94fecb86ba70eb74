"""Differences and ratios of two measured rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.measure.counts import DecisionCounts
from answerable.measure.rate_difference import rate_difference
from answerable.measure.rate_ratio import rate_ratio
from answerable.measure.selection_rate import selection_rate
from answerable.record.measurement import CannotSay, Measurement


def selected(x: int, n: int) -> Measurement | CannotSay:
    return selection_rate(DecisionCounts(positive_unlabelled=x, negative_unlabelled=n - x))


def nobody() -> Measurement | CannotSay:
    return selection_rate(DecisionCounts())


@st.composite
def some_rates(draw: st.DrawFn) -> Measurement | CannotSay:
    n = draw(st.integers(1, 300))
    return selected(draw(st.integers(1, n)), n)


def measured(found: Measurement | CannotSay) -> Measurement:
    assert isinstance(found, Measurement)
    return found


def test_30_of_100_against_50_of_100() -> None:
    # 0.30 - 0.50 = -0.20 and 0.30 / 0.50 = 0.60
    group, reference = selected(30, 100), selected(50, 100)
    assert measured(rate_difference(group=group, reference=reference)).value == pytest.approx(-0.2)
    assert measured(rate_ratio(group=group, reference=reference)).value == pytest.approx(0.6)


def test_the_counts_of_a_comparison_are_the_group_s() -> None:
    for compare in (rate_difference, rate_ratio):
        found = measured(compare(group=selected(30, 100), reference=selected(5, 7)))
        assert (found.numerator, found.denominator) == (30, 100)


@given(some_rates(), some_rates())
def test_swapping_the_groups_flips_the_sign_and_inverts_the_ratio(
    one: Measurement | CannotSay, other: Measurement | CannotSay
) -> None:
    there = measured(rate_difference(group=one, reference=other))
    back = measured(rate_difference(group=other, reference=one))
    assert (back.value, back.low, back.high) == pytest.approx(
        (-there.value, -there.high, -there.low), abs=1e-9
    )
    there = measured(rate_ratio(group=one, reference=other))
    back = measured(rate_ratio(group=other, reference=one))
    assert (back.value, back.low, back.high) == pytest.approx(
        (1 / there.value, 1 / there.high, 1 / there.low), rel=1e-6
    )


def test_an_empty_group_cannot_be_compared_and_gives_its_own_reason() -> None:
    for compare in (rate_difference, rate_ratio):
        found = compare(group=nobody(), reference=selected(5, 10))
        assert found == nobody()


def test_an_empty_reference_cannot_be_compared_with_and_is_named() -> None:
    for compare in (rate_difference, rate_ratio):
        found = compare(group=selected(5, 10), reference=nobody())
        assert isinstance(found, CannotSay)
        assert found.reason == "reference_no_decisions"
        assert found.needs == "in the reference, at least one record with a decision"


def test_a_reference_without_events_has_a_difference_and_no_ratio() -> None:
    group, reference = selected(5, 10), selected(0, 10)
    assert measured(rate_difference(group=group, reference=reference)).value == 0.5
    found = rate_ratio(group=group, reference=reference)
    assert isinstance(found, CannotSay)
    assert found.reason == "reference_has_no_events"


def test_a_group_without_events_has_a_ratio_of_0_with_an_upper_limit() -> None:
    found = measured(rate_ratio(group=selected(0, 10), reference=selected(5, 10)))
    assert (found.value, found.low) == (0.0, 0.0)
    assert 0.0 < found.high < 1.0
