"""Limits: how they are written, which are refused, and where they come from."""

import pytest

from answerable.law.profiles import UnknownProfile
from answerable.measure.two_groups import Scale
from answerable.verdict.norms import (
    DEFAULT_FAMILYWISE,
    Norm,
    NormMalformed,
    choose_norms,
    parse_norm,
)
from tests.verdict.situations import TODAY

STATEMENT = {
    "selection_rate",
    "false_positive_rate",
    "false_negative_rate",
    "wrongful_burden",
}


def test_a_limit_names_its_measure_its_scale_and_its_band() -> None:
    assert parse_norm("wrongful_burden.difference=-0.05,0.1") == Norm(
        measure="wrongful_burden",
        scale=Scale.DIFFERENCE,
        low=-0.05,
        high=0.1,
        source="declared for this audit",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not of the form"),
        ("selection_rate", "not of the form"),
        ("selection_rate=0.8,1.25", "not of the form"),
        ("selection_rate.ratio", "not of the form"),
        (".ratio=0.8,1.25", "no measure"),
        ("fairness.ratio=0.8,1.25", "no measure fairness"),
        ("selection_rate.gap=0.8,1.25", "neither ratio nor difference"),
        ("selection_rate.ratio=0.8", "not two numbers"),
        ("selection_rate.ratio=0.8,1,1.25", "not two numbers"),
        ("selection_rate.ratio=four,five", "not two numbers"),
        ("selection_rate.ratio=nan,1.25", "must be finite"),
        ("selection_rate.ratio=0.8,inf", "must be finite"),
        ("selection_rate.ratio=-0.1,1.25", "start at 0 or above"),
        ("selection_rate.ratio=1.25,0.8", "hold 1"),
        ("selection_rate.ratio=0.5,0.9", "hold 1"),
        ("selection_rate.ratio=1.1,1.2", "hold 1"),
        ("selection_rate.difference=-1.5,0.1", "start at -1 or above"),
        ("selection_rate.difference=0.01,0.1", "hold 0"),
        ("selection_rate.difference=-0.1,10", "no difference exceeds 1"),
        ("selection_rate.difference=-1,1", "nothing could ever break it"),
    ],
)
def test_a_limit_that_is_none_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NormMalformed, match=reason):
        parse_norm(text)


@pytest.mark.parametrize(
    "text",
    [
        "selection_rate.ratio=0,1.25",
        "selection_rate.ratio=1,1",
        "selection_rate.difference=-1,0",
        "selection_rate.difference=0,1",
        "selection_rate.ratio= 0.8 , 1.25 ",
    ],
)
def test_a_limit_on_one_side_or_without_room_is_still_one(text: str) -> None:
    norm = parse_norm(text)
    assert norm.low <= (1 if norm.scale is Scale.RATIO else 0) <= norm.high


# -- profiles ------------------------------------------------------------------------------


def test_the_statement_s_profile_sets_four_limits_of_four_fifths_and_says_where_from() -> None:
    norms = choose_norms(profile_name="statement", declared=[], on=TODAY)
    assert {norm.measure for norm in norms.limits} == STATEMENT
    assert {(norm.scale, norm.low, norm.high) for norm in norms.limits} == {
        (Scale.RATIO, 0.8, 1.25)
    }
    assert all("statement/" in norm.source for norm in norms.limits)
    assert norms.familywise == 0.05


def test_no_profile_sets_no_limit() -> None:
    norms = choose_norms(profile_name="none", declared=[], on=TODAY)
    assert norms.limits == ()
    assert norms.familywise == DEFAULT_FAMILYWISE
    assert norms.of("selection_rate") == ()


def test_a_declared_limit_replaces_the_profile_s_for_the_same_measure_and_scale_only() -> None:
    stricter = parse_norm("selection_rate.ratio=0.9,1.11")
    beside = parse_norm("selection_rate.difference=-0.1,0.1")
    norms = choose_norms(profile_name="statement", declared=[stricter, beside], on=TODAY)
    assert set(norms.of("selection_rate")) == {stricter, beside}
    assert {norm.measure for norm in norms.limits} == STATEMENT
    assert len(norms.limits) == len(STATEMENT) + 1


def test_two_declared_limits_on_the_same_thing_are_refused() -> None:
    declared = [
        parse_norm("selection_rate.ratio=0.8,1.25"),
        parse_norm("selection_rate.ratio=0.5,2"),
    ]
    with pytest.raises(NormMalformed, match="declared twice"):
        choose_norms(profile_name="none", declared=declared, on=TODAY)


def test_a_profile_nobody_wrote_is_refused() -> None:
    with pytest.raises(UnknownProfile):
        choose_norms(profile_name="invented", declared=[], on=TODAY)
