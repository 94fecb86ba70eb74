"""Holm's adjustment against the procedure as he states it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from answerable.measure.holm import holm_adjusted

P_VALUES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12)


def passes_by_the_procedure(p_values: list[float], level: float) -> list[bool]:
    """Step down from the smallest; stop for good at the first that fails."""
    passed = [False] * len(p_values)
    for step, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if p_values[at] * (len(p_values) - step) > level:
            break
        passed[at] = True
    return passed


@given(P_VALUES, st.sampled_from([0.01, 0.05, 0.2]))
def test_what_is_at_or_below_the_level_is_what_the_procedure_passes(
    p_values: list[float], level: float
) -> None:
    adjusted = holm_adjusted(np.array(p_values))
    assert (adjusted <= level).tolist() == passes_by_the_procedure(p_values, level)


@given(P_VALUES)
def test_no_p_value_is_adjusted_downwards_or_beyond_what_bonferroni_asks(
    p_values: list[float],
) -> None:
    adjusted = holm_adjusted(np.array(p_values))
    assert np.all(adjusted >= np.array(p_values))
    assert np.all(adjusted <= np.minimum(1.0, np.array(p_values) * len(p_values)))


@given(P_VALUES)
def test_the_order_of_the_claims_is_kept_and_their_places_are_irrelevant(
    p_values: list[float],
) -> None:
    forwards, backwards = holm_adjusted(np.array(p_values)), holm_adjusted(np.array(p_values[::-1]))
    assert forwards.tolist() == backwards[::-1].tolist()
    order = np.argsort(p_values, kind="stable")
    assert np.all(np.diff(forwards[order]) >= 0)


def test_one_claim_alone_is_left_as_it_is() -> None:
    assert holm_adjusted(np.array([0.03])).tolist() == [0.03]


def test_a_family_without_claims_has_nothing_to_adjust() -> None:
    assert holm_adjusted(np.array([])).tolist() == []
