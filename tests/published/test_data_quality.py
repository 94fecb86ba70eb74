"""Worked examples of the sources behind the checks of data."""

from collections import Counter

import numpy as np

from answerable.measure.benjamini_hochberg import benjamini_hochberg
from answerable.measure.quality.g_test import g_test
from answerable.measure.quality.step_change import Step, step_in_volume
from answerable.measure.quality.uncovered_patterns import uncovered_patterns


def test_benjamini_and_hochberg_reject_four_of_fifteen() -> None:
    """Benjamini and Hochberg (1995), section 4.1: thrombolysis, q = 0.05; Bonferroni: three."""
    p_values = np.array(
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
         0.4262, 0.5719, 0.6528, 0.7590, 1.000]
    )  # fmt: skip
    assert 4 == np.count_nonzero(benjamini_hochberg(p_values) <= 0.05)
    assert 3 == np.count_nonzero(p_values <= 0.05 / 15)


def test_crossbills_are_not_as_often_right_as_left_billed() -> None:
    """McDonald (2014), Handbook of Biological Statistics, 3rd ed., "G-test of goodness-of-fit".

    1,752 right-billed and 1,895 left-billed birds against one to one: G = 5.61, P = 0.018.
    """
    fit = g_test(np.array([1752, 1895]), np.array([0.5, 0.5]))
    assert (5.61, 1, 0.018) == (round(fit.g, 2), fit.degrees, round(fit.p_value, 3))


DISASTERS = (
    4, 5, 4, 0, 1, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5, 3, 4, 2,
    5, 2, 2, 3, 4, 2, 1, 3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1, 0, 3, 2, 2, 0, 1,
    1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1, 0, 2, 3, 3, 1, 1, 2, 1, 1, 1, 1, 2, 4, 2, 0,
    0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1,
)  # fmt: skip
"""Coal-mining disasters in Britain each year from 1851 to 1961."""


def test_coal_mining_became_less_deadly_about_1891() -> None:
    """Carlin, Gelfand and Smith (1992), Applied Statistics 41:389-405, on Jarrett's (1979) data.

    They put the change most probably after the 41st year, 1891: about 3 a year before and
    1 after.
    """
    step = step_in_volume(np.array(DISASTERS))
    assert isinstance(step, Step)
    assert 41 == step.at
    assert 0.0001 == step.p_value
    before, after = (counted / years for counted, years in (step.before, step.after))
    assert (3.1, 0.9) == (round(before, 1), round(after, 1))


def test_only_one_pattern_of_the_example_is_uncovered() -> None:
    """Asudeh, Jin and Jagadish (2019), example 1: five rows, threshold 1; 1XX is the only one."""
    rows = Counter(tuple(row) for row in ("010", "001", "000", "011", "001"))
    found = uncovered_patterns(
        {tuple(row): number for row, number in rows.items()},
        columns=("A1", "A2", "A3"),
        values=(("0", "1"),) * 3,
        fewest=1,
    )
    assert [(("A1", "1"),)] == [one.pattern for one in found]
