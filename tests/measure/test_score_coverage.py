"""How often the intervals of scores hold the truth: drawn by lot, with a seed, few draws.

1,000 draws place a share of 0.95 to within 0.014 (two standard errors); the bounds leave room
for that. The AUC's interval is known to be short where a score ranks nearly perfectly and a
label is rare, and its page says so.
"""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from answerable.measure.auc import auc
from answerable.measure.calibration_intercept import calibration_intercept
from answerable.measure.calibration_ratio import calibration_ratio
from answerable.measure.calibration_slope import calibration_slope
from answerable.measure.mean_residual import mean_residual, residuals
from answerable.measure.score_counts import ScoreCounts
from answerable.record.measurement import Finding, Measurement

DRAWS = 1_000

Floats = NDArray[np.float64]


def counted(scores: Floats, labels: NDArray[np.bool_]) -> ScoreCounts:
    distinct, place = np.unique(scores, return_inverse=True)
    ones = np.bincount(place[labels], minlength=len(distinct))
    zeros = np.bincount(place[~labels], minlength=len(distinct))
    return ScoreCounts(scores=distinct, ones=ones, zeros=zeros, unlabelled=np.zeros_like(ones))


def covered(found: Iterator[Finding], truth: float) -> float:
    held = [one.low <= truth <= one.high for one in found if isinstance(one, Measurement)]
    assert len(held) > 0.9 * DRAWS
    return sum(held) / len(held)


@pytest.mark.parametrize(
    ("n1", "n0", "truth", "least"),
    [(20, 20, 0.75, 0.93), (20, 200, 0.75, 0.91), (20, 200, 0.9, 0.88), (20, 200, 0.98, 0.86)],
)
def test_two_normal_laws_so_far_apart_are_ranked_as_the_interval_says(
    n1: int, n0: int, truth: float, least: float
) -> None:
    rng = np.random.default_rng(1988)
    apart = float(norm.ppf(truth)) * np.sqrt(2)
    labels = np.repeat([True, False], [n1, n0])

    def drawn() -> Iterator[Finding]:
        for _ in range(DRAWS):
            yield auc(counted(rng.normal(size=n1 + n0) + apart * labels, labels))

    assert covered(drawn(), truth) >= least


CALIBRATED: dict[str, tuple[Callable[[ScoreCounts], Finding], float]] = {
    "slope": (calibration_slope, 1.0),
    "intercept": (calibration_intercept, 0.0),
    "ratio": (calibration_ratio, 1.0),
    "residual": (lambda counts: mean_residual(residuals(counts)), 0.0),
}


@pytest.mark.parametrize("name", CALIBRATED)
def test_a_calibrated_score_of_200_records_is_found_calibrated(name: str) -> None:
    rng = np.random.default_rng(1958)
    measure, truth = CALIBRATED[name]

    def drawn() -> Iterator[Finding]:
        for _ in range(DRAWS):
            chances = expit(rng.normal(size=200))
            yield measure(counted(chances, rng.random(200) < chances))

    assert covered(drawn(), truth) >= 0.93
