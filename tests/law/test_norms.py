"""What an audit compares its numbers with."""

from dataclasses import replace
from datetime import date

import pytest

from answerable.law.citations import Mark
from answerable.law.norms import NormUnusable, familywise_level, norms
from answerable.law.profiles import Comparison, Measure, profile, profile_names
from answerable.law.rules import NotInForce, Unit

from .situations import TODAY, a_profile_with_norm, a_rule, only_these_rules, rule_text


def test_the_statement_profile_bounds_four_ratios_by_four_fifths_and_its_reciprocal() -> None:
    found = norms(profile("statement"), on=TODAY)
    rates = ["selection_rate", "false_positive_rate", "false_negative_rate", "wrongful_burden"]
    # 1 / 0.8 = 1.25: swapping the groups leaves the verdict alone.
    assert {(rate, "ratio"): (0.8, 1.25, f"{rate}_ratio") for rate in rates} == {
        key: (norm.low, norm.high, norm.rule) for key, norm in found.items()
    }
    assert {norm.mark for norm in found.values()} == {Mark.OWN}
    assert {norm.since for norm in found.values()} == {date(2024, 9, 1)}
    assert all("Answerable's own choice" in norm.citation.title for norm in found.values())


@pytest.mark.parametrize("name", profile_names())
def test_every_norm_of_every_profile_is_a_rule_in_the_right_unit_around_equality(name: str) -> None:
    for (_, comparison), norm in norms(profile(name), on=TODAY).items():
        rule = profile(name).value(norm.rule, on=TODAY)
        unit, equal = (Unit.RATIO, 1) if comparison == "ratio" else (Unit.SHARE, 0)
        assert rule.unit is unit
        assert norm.low < equal < norm.high


def test_the_level_of_error_is_five_in_a_hundred_as_a_share() -> None:
    level = familywise_level(profile("statement"), on=TODAY)
    assert (level.number, level.unit, level.mark) == (0.05, Unit.SHARE, Mark.OWN)


def test_before_the_statement_there_is_no_norm() -> None:
    with pytest.raises(NotInForce):
        norms(profile("statement"), on=date(2024, 8, 31))
    with pytest.raises(NotInForce):
        familywise_level(profile("statement"), on=date(2024, 8, 31))


def test_a_floor_alone_bounds_the_swapped_groups_by_its_reciprocal() -> None:
    strict = a_profile_with_norm(Measure.SELECTION_RATE, Comparison.RATIO, "strict_rate_ratio")
    norm = norms(strict, on=TODAY)["selection_rate", "ratio"]
    assert norm.low == 0.9
    # 1 / 0.9 = 1.111...
    assert norm.low * norm.high == pytest.approx(1)


@pytest.mark.parametrize(
    ("comparison", "rule"),
    [
        (Comparison.RATIO, "familywise_error"),
        (Comparison.RATIO, "breach_to_stop"),
        (Comparison.DIFFERENCE, "selection_rate_ratio"),
        (Comparison.DIFFERENCE, "familywise_error"),
    ],
)
def test_a_rule_that_bounds_something_else_is_no_norm(comparison: Comparison, rule: str) -> None:
    wrong = a_profile_with_norm(Measure.SELECTION_RATE, comparison, rule)
    with pytest.raises(NormUnusable, match=f"{rule} of statement cannot be the norm") as refused:
        norms(wrong, on=TODAY)
    assert refused.value.code == "law.norm_unusable"


def test_a_difference_is_bounded_by_shares_around_nought(monkeypatch: pytest.MonkeyPatch) -> None:
    gap = a_profile_with_norm(Measure.SELECTION_RATE, Comparison.DIFFERENCE, "limit")
    for values, low, high in [("[-0.05, 0.05]", -0.05, 0.05), ("[-0.1, 0.02]", -0.1, 0.02)]:
        text = rule_text(values=f"{{2024-09-01: {values}}}", unit="share")
        only_these_rules(monkeypatch, a_rule(text, jurisdiction="statement"))
        norm = norms(gap, on=TODAY)["selection_rate", "difference"]
        assert (norm.low, norm.high) == (low, high)


@pytest.mark.parametrize("values", ["[0.5, 0.9]", "[1, 1.25]", "1.2"])
def test_a_band_that_leaves_out_equality_is_no_norm(
    values: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = rule_text(values=f"{{2024-09-01: {values}}}", unit="ratio")
    only_these_rules(monkeypatch, a_rule(text, jurisdiction="statement"))
    with pytest.raises(NormUnusable, match="not a band of the unit ratio around 1"):
        norms(a_profile_with_norm(Measure.AUC, Comparison.RATIO, "limit"), on=TODAY)


@pytest.mark.parametrize("rule", ["breach_to_stop", "selection_rate_ratio", "mitigation_factor"])
def test_a_level_of_error_that_is_no_share_is_refused(rule: str) -> None:
    wrong = replace(profile("statement"), jurisdictions=("statement", "ca"), familywise=rule)
    with pytest.raises(NormUnusable, match="cannot be the level of error"):
        familywise_level(wrong, on=TODAY)
