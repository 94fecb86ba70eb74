"""How many records settle a comparison: the planning table of the methods paper (1.2)."""

import math

import pytest

from answerable.measure.sample_size import records_needed
from answerable.measure.two_groups import Scale

BONFERRONI = 0.025 / 300


def needed(reference: float, ratio: float, level: float = 0.025) -> int:
    """Records of the smaller group; the reference is ten times larger, the bound 0.8."""
    return math.ceil(
        records_needed(
            group_share=ratio * reference,
            reference_share=reference,
            reference_per_group=10,
            scale=Scale.RATIO,
            bound=0.8,
            level=level,
        )
    )


PRINTED = [
    # reference, true ratio, one comparison, one of 300
    (0.1, 1.0, 1561, 4219),
    (0.1, 0.9, 6230, 16843),
    (0.1, 0.6, 1572, 4248),
    (0.1, 0.7, 6245, 16882),
    (0.3, 1.0, 405, 1094),
    (0.3, 0.9, 1662, 4493),
    (0.3, 0.6, 455, 1228),
    (0.3, 0.7, 1759, 4755),
    (0.5, 1.0, 174, 469),
    (0.5, 0.9, 749, 2023),
    (0.5, 0.6, 231, 624),
    (0.5, 0.7, 862, 2330),
    (0.7, 1.0, 75, 201),
    (0.7, 0.9, 357, 964),
    (0.7, 0.6, 136, 366),
    (0.7, 0.7, 478, 1290),
]


@pytest.mark.parametrize(("reference", "ratio", "one", "of_300"), PRINTED)
def test_the_plan_is_the_printed_one(reference: float, ratio: float, one: int, of_300: int) -> None:
    assert needed(reference, ratio) == one
    assert needed(reference, ratio, BONFERRONI) == of_300


def test_a_difference_worked_by_hand() -> None:
    # Shares 0.20 and 0.30 against a bound of -0.05, as many reference records as the
    # group's: (1.96 + 0.8416)^2 x (0.16 + 0.21) / (0.05)^2 = 7.849 x 0.37 / 0.0025 = 1161.6
    found = records_needed(
        group_share=0.2,
        reference_share=0.3,
        reference_per_group=1,
        scale=Scale.DIFFERENCE,
        bound=-0.05,
        level=0.025,
    )
    assert round(found, 1) == 1161.6


@pytest.mark.parametrize(
    ("scale", "bound", "group"), [(Scale.RATIO, 0.8, 0.4), (Scale.DIFFERENCE, -0.25, 0.25)]
)
def test_on_the_bound_itself_no_number_is_enough(scale: Scale, bound: float, group: float) -> None:
    # 0.4 / 0.5 = 0.8, and 0.25 - 0.5 = -0.25
    found = records_needed(
        group_share=group,
        reference_share=0.5,
        reference_per_group=1,
        scale=scale,
        bound=bound,
        level=0.025,
    )
    assert found == math.inf


def test_a_bound_of_0_is_settled_by_any_event() -> None:
    found = records_needed(
        group_share=0.1,
        reference_share=0.5,
        reference_per_group=1,
        scale=Scale.RATIO,
        bound=0.0,
        level=0.025,
    )
    assert found == 0.0


def test_a_stricter_level_a_nearer_truth_and_a_smaller_reference_all_need_more() -> None:
    assert needed(0.3, 0.6) < needed(0.3, 0.6, BONFERRONI)
    assert needed(0.3, 0.6) < needed(0.3, 0.7)
    few, many = (
        records_needed(
            group_share=0.18,
            reference_share=0.3,
            reference_per_group=k,
            scale=Scale.RATIO,
            bound=0.8,
            level=0.025,
        )
        for k in (1, 10)
    )
    assert few > many
