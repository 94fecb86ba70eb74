"""Stretches in which a field is empty: found where the form changed, and rarely by chance."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from answerable.measure.quality.empty_stretch import empty_stretches


def stretches(filled: list[int], rows: list[int], **how: object) -> list[tuple[int, int]]:
    found = empty_stretches(np.array(filled), np.array(rows), **how)  # type: ignore[arg-type]
    return [(one.first, one.until) for one in found]


def test_a_field_that_begins_is_empty_until_then() -> None:
    assert [(0, 3)] == stretches([0, 0, 0, 40, 35, 42], [100] * 6)


def test_a_field_that_ends_is_empty_from_then_on() -> None:
    assert [(4, 6)] == stretches([90, 95, 88, 93, 0, 1], [100] * 6)


def test_a_field_that_pauses_is_empty_in_between_and_two_pauses_are_two() -> None:
    assert [(2, 3)] == stretches([50, 50, 0, 50, 50], [100] * 5)
    assert [(1, 2), (3, 4)] == stretches([50, 0, 50, 0, 50], [100] * 5)


def test_a_period_without_rows_breaks_no_stretch() -> None:
    assert [(0, 3)] == stretches([0, 0, 0, 50], [100, 0, 100, 100])


@pytest.mark.parametrize(
    ("filled", "rows", "why"),
    [
        ([0, 0, 0, 0], [100] * 4, "a field that is never filled has no stretch"),
        ([100, 100, 100], [100] * 3, "a field that is always filled has none"),
        ([1, 5, 5, 5], [100] * 4, "a field that is rarely filled at all is no form change"),
        ([0, 3, 4, 5], [2, 10, 10, 10], "two empty rows come by chance"),
    ],
)
def test_what_is_no_change_of_the_form(filled: list[int], rows: list[int], why: str) -> None:
    assert [] == stretches(filled, rows), why


def test_the_more_fields_are_looked_at_the_less_a_stretch_says() -> None:
    # C(10, 3) / C(13, 3) = 120 / 286 = 0.42 of 3 rows, far from 0.05; of 30 rows:
    filled, rows = [0, 20, 20], [10, 40, 40]
    assert [(0, 1)] == stretches(filled, rows, fields=1)
    assert [] == stretches(filled, rows, fields=1000)


def test_the_chance_is_the_hypergeometric_tail_times_the_choices() -> None:
    (found,) = empty_stretches(np.array([0, 20, 20]), np.array([20, 40, 40]), fields=3)
    # Three periods make 3 x 4 / 2 = 6 stretches, of each of three fields.
    assert found.chance == pytest.approx(6 * 3 * hypergeom.cdf(0, 100, 40, 20), rel=1e-9)


def test_a_false_stretch_is_as_rare_as_was_said_whatever_is_filled() -> None:
    """Every way in which 6 of 12 rows can be filled, over three periods of four rows."""
    false = total = 0
    for filled in combinations(range(12), 6):
        counts = np.bincount([row // 4 for row in filled], minlength=3)
        false += bool(empty_stretches(counts, np.array([4, 4, 4])))
        total += 1
    assert total == 924
    assert false / total <= 0.05


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=8))
def test_time_run_backwards_gives_the_same_stretches_backwards(
    pairs: list[tuple[int, int]],
) -> None:
    filled = [min(pair) for pair in pairs]
    rows = [max(pair) for pair in pairs]
    forward = stretches(filled, rows)
    backward = stretches(filled[::-1], rows[::-1])
    mirrored = sorted((len(rows) - until, len(rows) - first) for first, until in backward)
    assert forward == mirrored
