"""Hanley and McNeil's example of an AUC, with the variance of DeLong and colleagues.

Hanley and McNeil (1982), Radiology 143:29-36, Table I: one reader rated the CT images of 109
people from 1 (definitely normal) to 5 (definitely abnormal).

                 1    2    3    4    5
    abnormal     3    2    2   11   33      51
    normal      33    6    6   11    2      58

The area is 0.893. The manual of Stata's `roctab` takes the same table and the variance of
DeLong, DeLong and Clarke-Pearson (1988): 0.8932, standard error 0.0307, and on the plain scale
0.83295 to 0.95339. We put the interval on the scale of log-odds.
"""

import math

import numpy as np
import pytest

from answerable.measure.auc import auc, ranking
from answerable.measure.score_counts import ScoreCounts
from answerable.record.measurement import Measurement

RATED = ScoreCounts(
    scores=np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
    ones=np.array([3, 2, 2, 11, 33]),
    zeros=np.array([33, 6, 6, 11, 2]),
    unlabelled=np.zeros(5, dtype=np.int64),
)


def test_the_area_is_0_893() -> None:
    # In order: 2 x 33 + 2 x 39 + 11 x 45 + 33 x 56 = 2,487; level: 3 x 33 + 2 x 6 + 2 x 6
    # + 11 x 11 + 33 x 2 = 310. (2,487 + 310 / 2) / (51 x 58) = 2,642 / 2,958.
    found = auc(RATED)
    assert isinstance(found, Measurement)
    assert found.value == 2642 / 2958
    assert round(found.value, 4) == 0.8932
    assert (found.numerator, found.denominator) == (51, 109)


def test_the_standard_error_and_the_plain_interval_are_those_of_the_manual() -> None:
    found = ranking(RATED)
    error = math.sqrt(found.variance)
    assert round(error, 4) == 0.0307
    plain = (found.value - 1.959964 * error, found.value + 1.959964 * error)
    assert [round(end, 5) for end in plain] == [0.83295, 0.95339]


def test_the_interval_given_is_the_same_on_the_scale_of_log_odds() -> None:
    # log(0.89317 / 0.10683) = 2.1235, and 1.96 x 0.030724 / (0.89317 x 0.10683) = 0.6311.
    found = auc(RATED)
    assert isinstance(found, Measurement)
    ends = [math.log(end / (1 - end)) for end in (found.low, found.high)]
    assert ends == pytest.approx([2.1235 - 0.6311, 2.1235 + 0.6311], abs=2e-4)
    assert (round(found.low, 3), round(found.high, 3)) == (0.816, 0.940)
