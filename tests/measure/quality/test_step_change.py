"""A step in time: found where it is, and seldom where there is none."""

from itertools import permutations

import numpy as np
import pytest

from answerable.measure.quality import step_change
from answerable.measure.quality.step_change import (
    Step,
    noticeable_share_step,
    noticeable_volume_step,
    step_in_share,
    step_in_volume,
)
from answerable.record.measurement import CannotSay


def found(step: Step | CannotSay) -> Step:
    assert isinstance(step, Step)
    return step


def test_a_step_in_a_share_is_found_at_its_period() -> None:
    step = found(step_in_share(np.array([30] * 7 + [80] * 5), np.array([100] * 12)))
    assert (7, (210, 700), (400, 500)) == (step.at, step.before, step.after)
    assert step.p_value < 0.005


def test_periods_without_records_are_passed_over() -> None:
    x = np.array([3, 0, 3, 3, 3, 0, 9, 9, 9, 9])
    n = np.array([10, 0, 10, 10, 10, 0, 10, 10, 10, 10])
    assert found(step_in_share(x, n)).at == 6


def test_three_periods_are_too_few() -> None:
    step = step_in_share(np.array([1, 1, 9]), np.array([10, 10, 10]))
    assert isinstance(step, CannotSay)
    assert ("too_few_periods", True) == (step.reason, "there are 3" in step.needs)


def test_the_p_value_is_that_of_all_orders_of_the_periods() -> None:
    """Six periods have 720 orders; the drawn ones come within their own error of them."""
    x, n = np.array([2, 4, 3, 9, 8, 12]), np.array([10, 12, 9, 14, 10, 15])

    def highest(order: tuple[int, ...]) -> float:
        at = list(order)
        best = -np.inf
        for k in range(1, 6):
            total = 0.0
            for part in (at[:k], at[k:]):
                a, m = x[part].sum(), n[part].sum()
                for hits in (a, m - a):
                    total += hits * np.log(hits / m) if hits else 0.0
            best = max(best, total)
        return best

    observed = highest((0, 1, 2, 3, 4, 5))
    beaten = sum(highest(order) >= observed - 1e-9 for order in permutations(range(6)))
    exact = beaten / 720
    drawn = found(step_in_share(x, n)).p_value
    assert drawn == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 9_999))


def test_months_that_differ_for_other_reasons_raise_no_more_alarms_than_was_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Shares scatter ten times more than chance alone would; a table of chi-squareds fails here.

    400 series at a level of 5 %: 20 expected, above 34 with a chance of less than 0.1 %.
    """
    monkeypatch.setattr(step_change, "DRAWS", 399)
    random = np.random.default_rng(7)
    alarms = 0
    for _ in range(400):
        share = random.beta(20, 30, size=12)
        n = random.integers(200, 2000, size=12)
        step = found(step_in_share(random.binomial(n, share), n))
        alarms += step.p_value <= 0.05
    assert alarms <= 34


def test_a_volume_that_dries_up_is_found_at_its_period() -> None:
    step = found(step_in_volume(np.array([400, 380, 420, 410, 390, 405, 110, 90, 100, 105])))
    assert (6, (2405, 6), (405, 4)) == (step.at, step.before, step.after)
    # 1 of the C(10, 4) = 210 ways to choose the four low months, and its mirror image.
    assert step.p_value == pytest.approx(2 / 210, abs=0.004)


def test_a_last_month_that_is_cut_off_is_no_break() -> None:
    # Alone at an end, in one of 12 orders of twelve: p is 2 / 12 at the least.
    step = found(step_in_volume(np.array([400] * 11 + [30])))
    assert step.p_value > 0.1


def test_the_same_data_give_the_same_p_value_every_time() -> None:
    n = np.array([40, 38, 42, 41, 39, 30, 31, 29])
    assert step_in_volume(n) == step_in_volume(n)


def test_more_records_notice_a_smaller_step() -> None:
    random = np.random.default_rng(3)
    few, many = np.full(16, 40), np.full(16, 4000)
    coarse = noticeable_share_step(random.binomial(few, 0.3), few, level=0.05)
    fine = noticeable_share_step(random.binomial(many, 0.3), many, level=0.05)
    assert fine is not None
    assert coarse is not None
    assert fine < coarse


def test_four_periods_notice_nothing() -> None:
    # 4! orders: a step in the middle has p of at least 2 x 2! 2! / 4! = 1/3.
    n = np.full(4, 1000)
    assert noticeable_share_step(n // 3, n, level=0.025) is None
    assert noticeable_volume_step(n, level=0.025) is None
