"""Tarone and Holm's adjustment: its definition, and the error it promises."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from answerable.measure.fisher import fisher_floors, fisher_p_values
from answerable.measure.holm import holm_adjusted
from answerable.measure.tarone_holm import tarone_holm_adjusted

CLAIMS = st.lists(
    st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)).map(lambda pair: (max(pair), min(pair))),
    max_size=12,
)


def adjusted(claims: list[tuple[float, float]]) -> list[float]:
    p_values, floors = (np.array([claim[at] for claim in claims]) for at in (0, 1))
    found: list[float] = tarone_holm_adjusted(p_values, floors).tolist()
    return found


@given(CLAIMS)
def test_it_is_the_definition_claim_by_claim(claims: list[tuple[float, float]]) -> None:
    left = sorted(claims)
    expected, before = [], 0.0
    for at, (p, _) in enumerate(left):
        can_matter = sum(floor <= p for _, floor in left[at:])
        before = min(1.0, max(before, p * can_matter))
        expected.append(before)
    assert sorted(adjusted(claims)) == expected


@given(CLAIMS)
def test_it_never_says_less_than_holm_and_never_more_than_no_adjustment(
    claims: list[tuple[float, float]],
) -> None:
    found, p_values = np.array(adjusted(claims)), np.array([p for p, _ in claims])
    assert np.all(found <= holm_adjusted(p_values) + 1e-15)
    assert np.all(found >= p_values)


@given(st.lists(st.floats(0.0, 1.0), max_size=12))
def test_where_everything_can_matter_it_is_holm(p_values: list[float]) -> None:
    found = adjusted([(p, 0.0) for p in p_values])
    assert found == holm_adjusted(np.array(p_values)).tolist()


def test_a_thousand_groups_of_two_do_not_hide_one_of_two_hundred() -> None:
    # Of two people against a thousand nobody can establish anything, so they cost nothing.
    x1, n1 = np.array([1] * 1_000 + [20]), np.array([2] * 1_000 + [200])
    x2, n2 = np.full(1_001, 300), np.full(1_001, 1_000)
    p_values, floors = fisher_p_values(x1, n1, x2, n2), fisher_floors(x1, n1, x2, n2)
    one = float(p_values[-1])
    assert one < 1e-8
    assert tarone_holm_adjusted(p_values, floors)[-1] == one
    assert holm_adjusted(p_values)[-1] == 1_001 * one


def test_even_one_false_claim_is_as_rare_as_was_said_also_where_events_are_rare() -> None:
    # 40 groups of 5 to 300 people and the same rate in all; 400 audits at each rate. With a
    # true chance of at most 0.05 more than 33 false ones of 400 come up in 1 of 1,000 runs.
    random = np.random.default_rng(19_90)
    n1 = random.integers(5, 300, 40)
    for rate in (0.03, 0.3):
        false = 0
        for _ in range(400):
            x = random.binomial(n1, rate)
            rest, others = x.sum() - x, n1.sum() - n1
            p_values = fisher_p_values(x, n1, rest, others)
            floors = np.minimum(fisher_floors(x, n1, rest, others), p_values)
            false += bool((tarone_holm_adjusted(p_values, floors) <= 0.05).any())
        assert false <= 33, rate
