"""Barnard's table: three of three against none of three.

Barnard (1945), Nature 156:177, compares it with Fisher's exact test; that the table is the
one of the paper is to be checked against it. The working needs no paper.
"""

from answerable.measure.exact_p_value import LEFT_OUT, exact_p_value
from answerable.measure.two_groups import Scale, Side, Table


def test_none_of_three_against_three_of_three_has_a_chance_of_at_most_1_in_64() -> None:
    # Only this table is so extreme. Were both shares p, its chance is (1 - p)^3 p^3, which
    # is largest at p = 1/2: 1/8 x 1/8 = 1/64 = 0.015625. Fisher's test, which holds the
    # three events fixed, gives 1 / C(6, 3) = 1/20.
    table = Table(x1=0, n1=3, x2=3, n2=3)
    found = exact_p_value(table, scale=Scale.DIFFERENCE, bound=0.0, side=Side.BELOW)
    assert round(found - LEFT_OUT, 6) == 0.015625


def test_as_a_ratio_it_is_the_same_question() -> None:
    table = Table(x1=0, n1=3, x2=3, n2=3)
    found = exact_p_value(table, scale=Scale.RATIO, bound=1.0, side=Side.BELOW)
    assert round(found - LEFT_OUT, 6) == 0.015625
