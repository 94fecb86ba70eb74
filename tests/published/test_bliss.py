"""Bliss's beetles: the curve that textbooks lay through them, read as a calibration.

Bliss (1935), Annals of Applied Biology 22:134-167; Dobson, An Introduction to Generalized
Linear Models, section 7.3: of 481 beetles 291 died of a gas, and the likeliest logistic curve
is -60.72 (standard error 5.18) + 34.27 (2.91) times the dose. A score whose log-odds are the
dose less 1.77 has that slope, and one whose log-odds are that curve is calibrated.
"""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from answerable.measure.calibration_intercept import calibration_intercept
from answerable.measure.calibration_ratio import calibration_ratio
from answerable.measure.calibration_slope import calibration_slope
from answerable.measure.score_counts import ScoreCounts
from answerable.record.measurement import Measurement

DOSE = np.array([1.6907, 1.7242, 1.7552, 1.7842, 1.8113, 1.8369, 1.8610, 1.8839])
BEETLES = np.array([59, 60, 62, 56, 63, 59, 62, 60])
KILLED = np.array([6, 13, 18, 28, 52, 53, 61, 60])


def scored(log_odds: NDArray[np.float64]) -> ScoreCounts:
    none = np.zeros_like(KILLED)
    return ScoreCounts(scores=expit(log_odds), ones=KILLED, zeros=BEETLES - KILLED, unlabelled=none)


def test_the_slope_and_its_error_are_the_textbook_s() -> None:
    found = calibration_slope(scored(DOSE - 1.77))
    assert isinstance(found, Measurement)
    assert round(found.value, 2) == 34.27
    assert round((found.high - found.low) / 2 / 1.959964, 2) == 2.91
    assert (found.numerator, found.denominator) == (291, 481)


def test_with_the_slope_held_the_intercept_is_the_textbook_s() -> None:
    # -60.717 + 34.270 x 1.77 = -0.059 with the dose counted from 1.77.
    found = calibration_intercept(scored(34.270 * (DOSE - 1.77)))
    assert isinstance(found, Measurement)
    assert round(found.value - 34.270 * 1.77, 2) == -60.72


def test_the_curve_itself_is_calibrated() -> None:
    # Fitting two coefficients by likelihood makes as many expected as there were.
    curve = scored(-60.717455 + 34.270326 * DOSE)
    slope, ratio = calibration_slope(curve), calibration_ratio(curve)
    assert isinstance(slope, Measurement)
    assert isinstance(ratio, Measurement)
    assert (slope.value, ratio.value) == pytest.approx((1.0, 1.0), abs=1e-6)
