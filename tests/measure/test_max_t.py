"""The largest deviation by permutation: exact where every deal can be counted."""

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.sparse import csr_array

from answerable.measure.arrays import Integers
from answerable.measure.max_t import compared_by_max_t, max_t_p_values
from answerable.measure.standard_deviations import standard_deviations


def matrix(*rows: tuple[int, ...]) -> csr_array:
    return csr_array(np.array(rows, dtype=np.int64))


NOBODY = (0, 0, 0)


def test_it_is_the_share_of_all_deals_whose_largest_deviation_is_as_large() -> None:
    # 40 people in cells of 12, 12 and 16, of whom 20 are counted: 9, 6 and 5.
    sizes, x = np.array([12, 12, 16]), np.array([9, 6, 5])

    def largest(counted: Integers) -> float:
        rest, others = counted.sum() - counted, sizes.sum() - sizes
        return float(np.abs(standard_deviations(counted, sizes, rest, others)).max())

    first = abs(float(standard_deviations(*(np.array(number) for number in (9, 12, 11, 28)))))
    chance = sum(
        comb(12, a) * comb(12, b) * comb(16, 20 - a - b)
        for a, b in product(range(13), repeat=2)
        if 0 <= 20 - a - b <= 16 and largest(np.array([a, b, 20 - a - b])) >= first - 1e-9
    ) / comb(40, 20)
    members, others = csr_array(np.eye(3, dtype=np.int64)), csr_array((3, 3), dtype=np.int64)
    found = max_t_p_values(x, sizes, members=members, others=others)
    assert found is not None
    # 1,999 deals: three standard errors.
    assert found[0] == pytest.approx(chance, abs=3 * (chance / 1_999) ** 0.5)


def test_named_references_and_everyone_else_are_told_apart() -> None:
    x, n = np.array([50, 30, 30]), np.array([100, 100, 100])
    members = matrix((1, 0, 0), (1, 0, 0))
    found = max_t_p_values(x, n, members=members, others=matrix((0, 1, 0), NOBODY))
    assert found is not None
    # 50 against 30 of 100 is 2.89 standard deviations, against 60 of 200 it is 3.40.
    assert found[1] < found[0] < 0.05


def test_groups_with_fewer_than_five_expected_are_left_out() -> None:
    enough = compared_by_max_t(
        np.array([1, 50]), np.array([10, 100]), np.array([10, 50]), np.array([100, 100])
    )
    assert [False, True] == enough.tolist()
    found = max_t_p_values(
        np.array([1, 10]), np.array([10, 100]), members=matrix((1, 0)), others=matrix((0, 0))
    )
    assert found is not None
    assert [1.0] == found.tolist()


def test_more_records_than_can_be_dealt_out_have_no_second_opinion() -> None:
    n = np.array([600_000_000, 600_000_000])
    assert max_t_p_values(n // 2, n, members=matrix((1, 0)), others=matrix((0, 1))) is None


@pytest.mark.parametrize("rate", [0.05, 0.3])
def test_it_flags_anything_in_about_one_of_twenty_clean_tables(rate: float) -> None:
    # 12 cells of 60 to 400 people. 150 tables; more than 17 false ones in 1 of 1,000 runs.
    random = np.random.default_rng(3)
    n = random.integers(60, 400, 12)
    members, others = csr_array(np.eye(12, dtype=np.int64)), csr_array((12, 12), dtype=np.int64)
    false = 0
    for _ in range(150):
        found = max_t_p_values(random.binomial(n, rate), n, members=members, others=others)
        assert found is not None
        false += bool((found <= 0.05).any())
    assert false <= 17
