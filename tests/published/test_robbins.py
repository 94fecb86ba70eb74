"""Robbins's boundary for a share, worked out without the product's formula.

Robbins (1970), Annals of Mathematical Statistics 41:1397-1409: with stakes spread evenly over
all shares, the mixture of likelihood ratios is 20 at the ends of the interval.
"""

import numpy as np
import pytest
from scipy.integrate import quad

from answerable.measure.confidence_sequence import confidence_sequence


def test_0_of_10_reaches_to_1_minus_the_tenth_root_of_0_05_by_11() -> None:
    # The integral of (1 - p)^10 is 1/11, and (1/11) / (1 - p)^10 = 20 at the end.
    _, high = confidence_sequence(np.array(0), np.array(10))
    assert float(high) == pytest.approx(1 - (0.05 / 11) ** 0.1, abs=1e-9)


@pytest.mark.parametrize(("x", "n"), [(3, 10), (40, 90), (1, 60)])
def test_at_its_ends_the_bettor_has_made_twenty_times_the_money(x: int, n: int) -> None:
    mixed, _ = quad(lambda p: p**x * (1 - p) ** (n - x), 0, 1, epsabs=0, epsrel=1e-10)
    for end in confidence_sequence(np.array(x), np.array(n)):
        told = float(end) ** x * (1 - float(end)) ** (n - x)
        assert mixed / told == pytest.approx(20, rel=1e-6)
