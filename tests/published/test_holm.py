"""Holm's step-down procedure on four p-values, worked by hand.

Holm (1979), Scandinavian Journal of Statistics 6:65-70. The p-values 0.01, 0.04, 0.03 and
0.005 are a common textbook example of it; the paper itself gives no data.
"""

import numpy as np

from answerable.measure.holm import holm_adjusted

P_VALUES = np.array([0.01, 0.04, 0.03, 0.005])


def test_two_of_the_four_pass_at_five_percent() -> None:
    # Sorted: 0.005 <= 0.05/4 = 0.0125  passes
    #         0.01  <= 0.05/3 = 0.0167  passes
    #         0.03  >  0.05/2 = 0.025   stops, and 0.04 with it although 0.04 < 0.05
    assert (holm_adjusted(P_VALUES) <= 0.05).tolist() == [True, False, False, True]


def test_the_adjusted_p_values_are_the_running_largest_of_the_multiplied_ones() -> None:
    # 0.005 x 4 = 0.02; 0.01 x 3 = 0.03; 0.03 x 2 = 0.06; 0.04 x 1 = 0.04, raised to 0.06
    assert holm_adjusted(P_VALUES).round(12).tolist() == [0.03, 0.06, 0.06, 0.02]


def test_multiplying_each_by_four_would_be_valid_and_never_smaller() -> None:
    # Bonferroni: 0.04, 0.16, 0.12, 0.02
    assert np.all(holm_adjusted(P_VALUES) <= 4 * P_VALUES)
