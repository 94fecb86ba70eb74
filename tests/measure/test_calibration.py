"""Calibration against likelihoods maximised, and chances added up, the long way round."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import binomtest, ttest_1samp, ttest_ind

from answerable.measure.calibration_intercept import calibration_intercept
from answerable.measure.calibration_ratio import calibration_ratio
from answerable.measure.calibration_slope import calibration_slope
from answerable.measure.clopper_pearson import clopper_pearson_interval
from answerable.measure.logistic import fitted_shift, fitted_slope
from answerable.measure.mean_residual import (
    Residuals,
    mean_residual,
    mean_residual_difference,
    residuals,
)
from answerable.measure.reliability import reliability
from answerable.measure.score_counts import ScoreCounts, counted
from answerable.record.measurement import CannotSay, Finding, Measurement

Ints = Sequence[int]


def at(scores: Sequence[float], ones: Ints, zeros: Ints) -> ScoreCounts:
    return ScoreCounts(
        scores=np.array(scores, dtype=np.float64),
        ones=np.array(ones),
        zeros=np.array(zeros),
        unlabelled=np.zeros(len(scores), dtype=np.int64),
    )


def measured(found: Finding) -> Measurement:
    assert isinstance(found, Measurement), found
    return found


def reason(found: object) -> str:
    assert isinstance(found, CannotSay), found
    return found.reason


def likeliest(
    columns: NDArray[np.float64], fixed: NDArray[np.float64], counts: ScoreCounts
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coefficients and errors from a search that knows no derivative of ours."""

    def unlikely(beta: NDArray[np.float64]) -> float:
        odds = columns @ beta + fixed
        return float(
            (counts.ones * np.logaddexp(0, -odds) + counts.zeros * np.logaddexp(0, odds)).sum()
        )

    found = minimize(unlikely, np.zeros(columns.shape[1]), method="Nelder-Mead",
                     options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 5000})  # fmt: skip
    step, width = 1e-4, columns.shape[1]
    bend = np.empty((width, width))
    for i in range(width):
        for j in range(width):
            e, f = np.eye(width)[i] * step, np.eye(width)[j] * step
            corners = [found.x + e + f, found.x + e - f, found.x - e + f, found.x - e - f]
            values = [unlikely(corner) for corner in corners]
            bend[i, j] = (values[0] - values[1] - values[2] + values[3]) / (4 * step * step)
    return found.x, np.sqrt(np.diag(np.linalg.inv(bend)))


TABLES = [
    at([0.1, 0.3, 0.5, 0.8], [4, 9, 20, 30], [30, 21, 14, 6]),
    at([0.01, 0.02, 0.9, 0.999], [2, 9, 20, 30], [30, 21, 14, 6]),
    at([0.2, 0.4, 0.6], [20, 30, 10], [25, 25, 25]),
    at([1e-9, 0.5, 1 - 1e-9], [5, 20, 20], [20, 20, 5]),
]


@pytest.mark.parametrize("counts", TABLES)
def test_slope_and_intercept_are_those_that_make_the_labels_likeliest(counts: ScoreCounts) -> None:
    odds = logit(counts.scores)
    one = np.ones_like(odds)
    both, errors = likeliest(np.column_stack([one, odds]), np.zeros_like(odds), counts)
    slope = measured(calibration_slope(counts))
    assert slope.value == pytest.approx(both[1], abs=1e-5)
    assert (slope.high - slope.value) / 1.959964 == pytest.approx(errors[1], rel=1e-3)
    shift, error = likeliest(one[:, None], odds, counts)
    intercept = measured(calibration_intercept(counts))
    assert intercept.value == pytest.approx(shift[0], abs=1e-5)
    assert (intercept.high - intercept.value) / 1.959964 == pytest.approx(error[0], rel=1e-3)


# -- slope and intercept -------------------------------------------------------------


def test_a_score_that_is_twice_too_sure_has_a_slope_of_a_half() -> None:
    # True log-odds -1 and 1, stated -2 and 2.
    n = 10**6
    true = np.round(n * expit([-1, 1])).astype(int)
    found = calibration_slope(at(expit([-2.0, 2.0]), true, n - true))
    assert measured(found).value == pytest.approx(0.5, abs=1e-5)


SPREAD = st.lists(
    st.tuples(st.integers(1, 99), st.integers(0, 30), st.integers(0, 30)),
    min_size=2,
    max_size=12,
    unique_by=lambda cell: cell[0],
).map(sorted)


@settings(max_examples=60)
@given(SPREAD)
def test_turning_labels_and_scores_round_keeps_the_slope_and_flips_the_intercept(
    cells: list[tuple[int, int, int]],
) -> None:
    scores = [cell[0] / 100 for cell in cells]
    ones, zeros = [cell[1] for cell in cells], [cell[2] for cell in cells]
    there = at(scores, ones, zeros)
    back = at([1 - score for score in scores[::-1]], zeros[::-1], ones[::-1])
    for measure, sign in ((calibration_slope, 1), (calibration_intercept, -1)):
        found, turned = measure(there), measure(back)
        if isinstance(found, CannotSay):
            assert reason(turned) == found.reason
        else:
            assert measured(turned).value == pytest.approx(sign * found.value, abs=1e-7)


@pytest.mark.parametrize(
    ("ones", "zeros", "why"),
    [
        ([0, 0, 30], [30, 30, 0], "told apart without an error"),
        ([0, 10, 30], [30, 10, 0], "told apart but for one shared score"),
        ([30, 10, 0], [0, 10, 30], "told apart the wrong way round"),
        ([0, 40, 0], [0, 40, 0], "one score for all"),
    ],
)
def test_no_slope_is_given_where_steeper_is_always_likelier(
    ones: Ints, zeros: Ints, why: str
) -> None:
    counts = at([0.2, 0.5, 0.7], ones, zeros)
    assert reason(calibration_slope(counts)) == "no_likeliest_curve", why
    # The intercept asks for no slope, and stands.
    assert measured(calibration_intercept(counts)).denominator == sum(ones) + sum(zeros)


def test_one_record_on_the_other_side_is_overlap_enough() -> None:
    found = measured(calibration_slope(at([0.2, 0.5, 0.7], [1, 10, 30], [30, 10, 1])))
    assert 1 < found.low < found.value < found.high


def test_scores_in_a_narrow_band_have_a_steep_slope_and_not_none() -> None:
    # Stated 0.500 and 0.501 (log-odds 0 and 0.004), true 1/4 and 3/4: 2 log 3 / 0.004 = 549.
    found = measured(calibration_slope(at([0.5, 0.501], [25, 75], [75, 25])))
    assert found.value == pytest.approx(2 * np.log(3) / logit(0.501), rel=1e-9)


def test_a_hundred_million_records_are_fitted_as_well_as_a_hundred() -> None:
    few = calibration_slope(at([0.3, 0.4, 0.6], [20, 30, 40], [50, 40, 30]))
    ones, zeros = [20 * 10**6, 30 * 10**6, 40 * 10**6], [50 * 10**6, 40 * 10**6, 30 * 10**6]
    many = calibration_slope(at([0.3, 0.4, 0.6], ones, zeros))
    assert measured(many).value == pytest.approx(measured(few).value, abs=1e-9)
    width = (measured(few).high - measured(few).low) / 1000
    assert measured(many).high - measured(many).low == pytest.approx(width, rel=1e-6)


def test_scores_at_the_ends_of_what_a_number_can_be_break_nothing() -> None:
    counts = at([1e-300, 0.5, 1 - 1e-16], [10, 10, 20], [20, 10, 10])
    assert measured(calibration_slope(counts)).value < 0.1
    shift = measured(calibration_intercept(counts))
    assert np.isfinite([shift.value, shift.low, shift.high]).all()
    far = fitted_shift(np.array([-5e3, 5e3]), ones=np.array([0, 9]), zeros=np.array([9, 0]))
    assert far is None


def test_a_score_of_exactly_1_has_no_odds_and_one_outside_0_to_1_is_no_probability() -> None:
    certain = at([0.5, 1.0], [30, 30], [30, 30])
    for measure in (calibration_slope, calibration_intercept):
        assert reason(measure(certain)) == "score_is_certain"
        assert reason(measure(at([0.5, 7.0], [30, 30], [30, 30]))) == "score_is_no_probability"
        assert reason(measure(at([0.5, 0.6], [19, 0], [30, 30]))) == "too_few_of_a_label"
    refused = calibration_slope(certain)
    assert isinstance(refused, CannotSay)
    assert "60 records" in refused.needs


def test_a_certain_score_of_records_without_a_label_is_no_hindrance() -> None:
    pairs = [(0.4, 1), (0.4, 0), (0.6, 1), (0.6, 0)] * 20
    assert measured(calibration_slope(counted([*pairs, (1.0, None)]))).denominator == 80


def test_fitted_slopes_keep_no_trace_of_where_the_odds_are_counted_from() -> None:
    ones, zeros = np.array([5, 10, 20]), np.array([20, 10, 5])
    near = fitted_slope(np.array([0.0, 1.0, 2.0]), ones=ones, zeros=zeros)
    far = fitted_slope(np.array([1e6, 1e6 + 1, 1e6 + 2]), ones=ones, zeros=zeros)
    assert near is not None
    assert far is not None
    assert far.value == pytest.approx(near.value, rel=1e-9)


# -- observed over expected ----------------------------------------------------------


def test_the_ratio_is_bounded_as_the_share_is() -> None:
    # 30 of 100 against 100 x 0.2; SciPy's Clopper and Pearson, times 100 / 20.
    found = measured(calibration_ratio(at([0.2], [30], [70])))
    oracle = binomtest(30, 100).proportion_ci(0.95, method="exact")
    assert found.value == pytest.approx(1.5)
    assert (found.low, found.high) == pytest.approx((oracle.low * 5, oracle.high * 5), abs=1e-9)


def test_scores_of_0_and_1_are_fine_and_none_above_0_leave_nothing_expected() -> None:
    assert measured(calibration_ratio(at([0.0, 1.0], [0, 5], [5, 0]))).value == 1.0
    assert reason(calibration_ratio(at([0.0], [3], [7]))) == "nothing_expected"
    assert reason(calibration_ratio(at([], [], []))) == "no_scored_labels"
    assert reason(calibration_ratio(at([-0.1, 0.2], [3, 3], [7, 7]))) == "score_is_no_probability"


def test_none_observed_is_not_none_possible() -> None:
    # 1 - 0.025^(1/50) = 0.0711 of 50, where 50 x 0.01 = 0.5 were expected: 7.1 times.
    found = measured(calibration_ratio(at([0.01], [0], [50])))
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(50 * (1 - 0.025 ** (1 / 50)) / 0.5)


@settings(max_examples=60)
@given(st.lists(st.floats(0.001, 0.999), min_size=1, max_size=25), st.floats(0.1, 3.0))
def test_the_ratio_is_held_as_often_as_promised_whatever_the_chances(
    chances: list[float], times: float
) -> None:
    # Records with chances of their own: every count's probability, added up one by one.
    stated = np.clip(np.array(chances) / times, 1e-6, 1.0)
    law = np.array([1.0])
    for chance in chances:
        law = np.convolve(law, [1 - chance, chance])
    truth, n = sum(chances) / float(stated.sum()), len(chances)
    x = np.arange(n + 1)
    low, high = clopper_pearson_interval(x, np.full_like(x, n))
    scale = n / float(stated.sum())
    held = law[(low * scale <= truth + 1e-12) & (truth - 1e-12 <= high * scale)].sum()
    assert held >= 0.95 - 1e-12


# -- mean residuals ------------------------------------------------------------------


PAIRS = [(0.2, 0)] * 30 + [(0.2, 1)] * 10 + [(0.7, 1)] * 25 + [(0.7, 0)] * 15
OTHERS = [(0.3, 0)] * 70 + [(0.3, 1)] * 20 + [(0.9, 1)] * 25


def as_residuals(pairs: Sequence[tuple[float, int]]) -> NDArray[np.float64]:
    return np.array([label - score for score, label in pairs])


def test_the_mean_residual_is_student_s_of_the_records_one_by_one() -> None:
    found = measured(mean_residual(residuals(counted(PAIRS))))
    oracle = ttest_1samp(as_residuals(PAIRS), 0.0)
    ends = oracle.confidence_interval(0.95)
    assert found.value == pytest.approx(as_residuals(PAIRS).mean(), abs=1e-14)
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high), abs=1e-12)


def test_the_difference_is_welch_s_and_swapping_the_groups_turns_it_round() -> None:
    group, reference = residuals(counted(PAIRS)), residuals(counted(OTHERS))
    found = measured(mean_residual_difference(group=group, reference=reference))
    ends = ttest_ind(
        as_residuals(PAIRS), as_residuals(OTHERS), equal_var=False
    ).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high), abs=1e-12)
    back = measured(mean_residual_difference(group=reference, reference=group))
    assert (back.value, back.low, back.high) == pytest.approx(
        (-found.value, -found.high, -found.low), abs=1e-15
    )


def test_a_group_without_events_gets_no_narrow_interval_for_want_of_them() -> None:
    # 60 scores of 0.01, none of them borne out: residuals are all -0.01, and nobody knows more.
    none = residuals(counted([(0.01, 0)] * 60))
    assert reason(mean_residual(none)) == "too_few_of_a_label"
    some = residuals(counted(PAIRS))
    assert reason(mean_residual_difference(group=some, reference=none)) == (
        "reference_too_few_of_a_label"
    )
    assert reason(mean_residual_difference(group=none, reference=some)) == "too_few_of_a_label"


def test_residuals_that_are_all_alike_and_too_few_of_them_are_refused() -> None:
    assert reason(mean_residual(Residuals(n=100, total=10.0, squares=1e-26))) == "no_spread"
    assert reason(mean_residual(Residuals(n=49, total=1.0, squares=10.0))) == "too_few_records"
    assert reason(mean_residual(Residuals(n=0, total=0.0, squares=0.0))) == "no_scored_labels"
    assert reason(residuals(counted([(7.0, 1), (0.1, 0)] * 30))) == "score_is_no_probability"
    assert measured(mean_residual(Residuals(n=50, total=1.0, squares=10.0))).value == 0.02


# -- reliability ---------------------------------------------------------------------


def test_every_labelled_record_is_in_one_bin_and_ends_belong_to_the_bin_above() -> None:
    scores = [0.0, 0.05, 0.1, 0.2999, 0.3, 0.6, 0.7, 0.95, 1.0]
    bins = reliability(counted([(score, 1) for score in scores]))
    assert not isinstance(bins, CannotSay)
    held = [0 if isinstance(one.observed, CannotSay) else one.observed.denominator for one in bins]
    assert held == [2, 1, 1, 1, 0, 0, 1, 1, 0, 2]
    assert [one.low for one in bins] == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]


def test_an_empty_bin_says_so_and_scores_that_only_rank_have_none() -> None:
    bins = reliability(counted([(0.05, 1), (0.05, 0)]))
    assert not isinstance(bins, CannotSay)
    assert (bins[0].stated, measured(bins[0].observed).value) == (0.05, 0.5)
    assert bins[5].stated is None
    assert reason(bins[5].observed) == "no_records_here"
    assert reason(reliability(counted([(5.0, 1)]))) == "score_is_no_probability"
    assert reason(reliability(counted([(0.5, None)]))) == "no_scored_labels"
