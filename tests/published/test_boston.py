"""Mortgages in Boston in 1990: small groups, and what can be said of them.

Munnell, Tootell, Browne and McEneaney (1996), American Economic Review 86:25-53; the data as
Hunter and Walker used them. Approved: 1,527 of 1,681 White applicants, 133 of 197 Black and
85 of 111 Hispanic ones, so 0.6751 / 0.9084 = 0.743 and 0.7658 / 0.9084 = 0.843.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command, answerable
from tests.real_data import boston_mortgages

__all__ = ["answerable"]


def audited(answerable: Command, low: float) -> tuple[int, dict[str, Any]]:
    boston_mortgages(Path("boston.csv"))
    done = answerable(
        "audit", "boston.csv", "--decision", "approve", "--by", "race",
        "--reference", "race=white", "--profile", "none",
        "--norm", f"selection_rate.ratio={low},{1 / low}", "--json", "result.json",
    )  # fmt: skip
    document = json.loads(Path("result.json").read_text(encoding="utf-8"))
    gaps = {gap["group"]["race"]: gap for gap in document["gaps"]}
    return done.status, gaps


def ratio(gap: dict[str, Any]) -> tuple[float, float, float]:
    found = gap["ratio"]
    return tuple(round(found[name], 3) for name in ("value", "low", "high"))


def test_the_ratios_and_their_intervals(answerable: Command) -> None:
    _, gaps = audited(answerable, 0.8)
    counts = gaps["black"]["counts"]
    assert (133, 197, 1527, 1681) == (
        *counts["group"].values(),
        *counts["reference"].values(),
    )
    assert ratio(gaps["black"]) == (0.743, 0.667, 0.812)
    assert ratio(gaps["hispanic"]) == (0.843, 0.747, 0.921)


def test_four_fifths_cannot_be_said_to_be_broken_though_0_74_is_less(answerable: Command) -> None:
    status, gaps = audited(answerable, 0.8)
    assert ("cannot_say", "cannot_say", 3) == (
        gaps["black"]["verdict"],
        gaps["hispanic"]["verdict"],
        status,
    )


def test_that_they_differ_is_established_all_the_same(answerable: Command) -> None:
    _, gaps = audited(answerable, 0.8)
    # (0.6751 - 0.9084) / sqrt(0.8839 x 0.1161 x (1/197 + 1/1681)) = -9.67 for Black applicants.
    differs = gaps["black"]["differs"]
    assert (True, True, -9.67) == (
        differs["established"],
        differs["to_look_into"],
        round(differs["standard_deviations"], 2),
    )
    assert gaps["hispanic"]["differs"]["established"]
    assert differs["max_t_p_value"] <= 0.001
    found = answerable(
        "audit", "boston.csv", "--decision", "approve", "--by", "race",
        "--reference", "race=white", "--profile", "none",
    )  # fmt: skip
    assert "A difference is established, its size is not settled: race: black" in found.out


def test_nine_tenths_is_broken_for_black_applicants(answerable: Command) -> None:
    status, gaps = audited(answerable, 0.9)
    assert ("not_met", "cannot_say", 1) == (
        gaps["black"]["verdict"],
        gaps["hispanic"]["verdict"],
        status,
    )


@pytest.mark.parametrize("low", [0.8, 0.9])
def test_how_many_records_would_settle_it_is_said(answerable: Command, low: float) -> None:
    _, gaps = audited(answerable, low)
    assert gaps["hispanic"]["reason"] == "too_few_records"
    assert "records of this group" in gaps["hispanic"]["needs"]
