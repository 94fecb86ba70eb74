"""Berkeley's admissions of 1973: women refused more often in all, and not in the departments.

Bickel, Hammel and O'Connell (1975), Science 187:398-404; the six largest departments as
Freedman, Pisani and Purves print them in Statistics. Applied and admitted:

                men              women
    A       512 of   825      89 of   108
    B       353 of   560      17 of    25
    C       120 of   325     202 of   593
    D       138 of   417     131 of   375
    E        53 of   191      94 of   393
    F        22 of   373      24 of   341
          1,198 of 2,691     557 of 1,835

In all 0.445 of the men and 0.304 of the women. Breslow and Day's chi-squared is 18.83 on five
degrees of freedom, as R prints.
"""

import numpy as np
import pytest
from scipy.stats import chi2

from answerable.measure.mantel_haenszel import (
    Strata,
    stratified_difference,
    stratified_ratio,
    unlike_strata,
)
from answerable.record.measurement import Measurement

WOMEN_BESIDE_MEN = Strata(
    x1=np.array([89, 17, 202, 131, 94, 24]),
    n1=np.array([108, 25, 593, 375, 393, 341]),
    x2=np.array([512, 353, 120, 138, 53, 22]),
    n2=np.array([825, 560, 325, 417, 191, 373]),
)


def test_in_all_women_are_admitted_two_thirds_as_often() -> None:
    sides = (WOMEN_BESIDE_MEN.x1, WOMEN_BESIDE_MEN.n1, WOMEN_BESIDE_MEN.x2, WOMEN_BESIDE_MEN.n2)
    assert [557, 1835, 1198, 2691] == [int(side.sum()) for side in sides]
    assert (557 / 1835) / (1198 / 2691) == pytest.approx(0.682, abs=0.0005)


def test_within_departments_the_difference_turns_round() -> None:
    ratio = stratified_ratio(WOMEN_BESIDE_MEN)
    difference = stratified_difference(WOMEN_BESIDE_MEN)
    assert isinstance(ratio, Measurement)
    assert isinstance(difference, Measurement)
    assert ratio.value > 1
    assert difference.value > 0
    # Established it is not: the interval holds equality.
    assert ratio.low < 1 < ratio.high
    assert difference.low < 0 < difference.high


def test_the_departments_are_not_alike() -> None:
    # In department A women were admitted far more often.
    assert unlike_strata(WOMEN_BESIDE_MEN) == pytest.approx(chi2.sf(18.83, 5), rel=0.01)
