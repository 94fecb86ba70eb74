"""Comparisons within strata: what must hold of them, and how often they hold the truth."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from answerable.measure.koopman import koopman_interval
from answerable.measure.mantel_haenszel import (
    Strata,
    stratified_difference,
    stratified_ratio,
    unlike_strata,
)
from answerable.record.measurement import CannotSay, Measurement


@st.composite
def strata(draw: st.DrawFn) -> Strata:
    sizes = draw(
        st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6)
    )
    x1 = [draw(st.integers(0, n1)) for n1, _ in sizes]
    x2 = [draw(st.integers(0, n2)) for _, n2 in sizes]
    n1, n2 = (np.array([size[at] for size in sizes]) for at in (0, 1))
    return Strata(x1=np.array(x1), n1=n1, x2=np.array(x2), n2=n2)


@given(strata())
def test_swapping_the_groups_turns_the_figures_round(found: Strata) -> None:
    swapped = Strata(x1=found.x2, n1=found.n2, x2=found.x1, n2=found.n1)
    one, other = stratified_ratio(found), stratified_ratio(swapped)
    assert isinstance(one, CannotSay) is isinstance(other, CannotSay)
    assume(isinstance(one, Measurement) and one.value > 0)
    assert isinstance(one, Measurement)
    assert isinstance(other, Measurement)
    assert one.value == pytest.approx(1 / other.value)
    assert one.low == pytest.approx(1 / other.high)
    minus, plus = stratified_difference(swapped), stratified_difference(found)
    assert isinstance(minus, Measurement)
    assert isinstance(plus, Measurement)
    assert (plus.value, plus.low) == pytest.approx((-minus.value, -minus.high))


@given(strata())
def test_strata_without_one_side_add_nothing(found: Strata) -> None:
    more = Strata(
        x1=np.append(found.x1, [30, 0]),
        n1=np.append(found.n1, [40, 0]),
        x2=np.append(found.x2, [0, 7]),
        n2=np.append(found.n2, [0, 9]),
    )
    assert stratified_ratio(more) == stratified_ratio(found)
    assert stratified_difference(more) == stratified_difference(found)
    assert unlike_strata(more) == unlike_strata(found)


def test_one_stratum_is_the_plain_comparison() -> None:
    one = Strata(x1=np.array([60]), n1=np.array([200]), x2=np.array([90]), n2=np.array([200]))
    ratio = stratified_ratio(one)
    assert isinstance(ratio, Measurement)
    assert ratio.value == pytest.approx(60 / 90)
    low, high = koopman_interval(*(np.array(n) for n in (60, 200, 90, 200)))
    assert (ratio.low, ratio.high) == pytest.approx((float(low), float(high)), abs=0.01)
    assert unlike_strata(one) is None


def test_four_records_are_too_few() -> None:
    few = Strata(x1=np.array([4]), n1=np.array([90]), x2=np.array([50]), n2=np.array([90]))
    found = stratified_ratio(few)
    assert isinstance(found, CannotSay)
    assert "too_few_records" == found.reason


def test_the_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    # Eight strata of 10 to 80 people a side; base rates from 0.1 to 0.6; a true ratio of 0.7,
    # and a true difference of -0.1. 2,000 tables; a coverage of 0.95 gives 0.93 to 0.97.
    random = np.random.default_rng(1959)
    n1, n2 = random.integers(10, 80, 8), random.integers(10, 80, 8)
    base = np.linspace(0.15, 0.6, 8)
    held = {"ratio": 0, "difference": 0, "unlike": 0}
    for _ in range(2_000):
        x2 = random.binomial(n2, base)
        ratio = stratified_ratio(Strata(x1=random.binomial(n1, 0.7 * base), n1=n1, x2=x2, n2=n2))
        shifted = Strata(x1=random.binomial(n1, base - 0.1), n1=n1, x2=x2, n2=n2)
        difference = stratified_difference(shifted)
        assert isinstance(ratio, Measurement)
        assert isinstance(difference, Measurement)
        held["ratio"] += ratio.low <= 0.7 <= ratio.high
        held["difference"] += difference.low <= -0.1 <= difference.high
        # The same odds ratio everywhere: 0.5.
        odds = 0.5 * base / (1 - base)
        alike = unlike_strata(
            Strata(x1=random.binomial(n1, odds / (1 + odds)), n1=n1, x2=x2, n2=n2)
        )
        assert alike is not None
        held["unlike"] += alike > 0.05
    assert all(0.93 <= number / 2_000 <= 0.975 for number in held.values()), held
