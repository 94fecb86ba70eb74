"""Performance of whole files: numbers, groups, missing values, and labels of one decision only."""

import json
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path

import pytest

from answerable.measure.auc import ranking
from answerable.measure.calibration_ratio import calibration_ratio
from answerable.measure.mean_residual import Residuals, residuals
from answerable.measure.score_counts import counted
from answerable.measure.tables import Limits
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.verdict.claims import Claim, ClaimVerdict, parse_claims
from answerable.verdict.groups import TooManyCombinations
from answerable.verdict.performance import (
    GroupPerformance,
    Performance,
    PerformanceQuestion,
    performance_of_files,
)
from answerable.verdict.performance_document import performance_document

Row = tuple[str | None, str | None, float | None, int | None]
"""Office, flagged, risk, owed."""

ASKED = PerformanceQuestion(label="owed", decision="flagged", score="risk", by=("office",))


def found_in(
    folder: Path, rows: Iterable[Row], question: PerformanceQuestion = ASKED
) -> Performance:
    path = folder / "flags.csv"
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_text("\n".join(["office,flagged,risk,owed", *lines, ""]), encoding="utf-8")
    return performance_of_files(str(path), question, limits=Limits())


def value(found: Finding) -> float:
    assert isinstance(found, Measurement), found
    return found.value


def reason(found: object) -> str:
    assert isinstance(found, CannotSay), found
    return found.reason


def group(found: Performance, office: str | None) -> GroupPerformance:
    return next(one for one in found.groups if one.key == (("office", office),))


def claims(*written: dict[str, object]) -> tuple[Claim, ...]:
    return parse_claims(json.dumps(written).encode(), file="claims.json")


def office(name: str | None, *, better: bool = True) -> list[Row]:
    """100 people: 40 owe. Flagged from 0.5 on; a better score puts 30 of the 40 above."""
    right, wrong = (30, 10) if better else (20, 20)
    return [
        *[(name, "yes", 0.8, 1)] * right,
        *[(name, "no", 0.3, 1)] * (40 - right),
        *[(name, "yes", 0.8, 0)] * wrong,
        *[(name, "no", 0.3, 0)] * (60 - wrong),
    ]


# -- numbers -------------------------------------------------------------------------


def test_every_number_of_an_office_is_what_a_reader_gets_on_paper(tmp_path: Path) -> None:
    found = found_in(tmp_path, office("north")).everyone
    values = {name: round(value(one.found), 4) for name, one in found.measures.items()}
    # 30 + 50 right of 100. Pairs in order 30 x 50, level 30 x 10 + 10 x 50, of 40 x 60.
    # Expected 40 x 0.8 + 60 x 0.3 = 50, and 40 owe: 0.8, and 10 too few of 100.
    assert values["accuracy"] == 0.80
    assert values["precision"] == 0.75
    assert values["selection_rate"] == 0.40
    assert values["auc"] == round((1500 + 800 / 2) / 2400, 4)
    assert values["calibration_ratio"] == 0.8
    assert values["mean_residual"] == -0.1
    # Of 0.8 three quarters owe, of 0.3 a sixth: log 15 / log(28 / 3) = 1.2124.
    assert values["calibration_slope"] == 1.2124
    assert found.n == 100


def test_groups_are_each_value_and_missing_ones_are_a_group(tmp_path: Path) -> None:
    found = found_in(tmp_path, office("north") + office(None, better=False))
    assert [one.key[0][1] for one in found.groups] == ["north", None]
    assert found.everyone.n == found.rows == 200
    # 20 x 40 in order and 20 x 20 + 20 x 40 level, of 2,400.
    assert value(group(found, None).measures["auc"].found) == pytest.approx(1400 / 2400)


def test_a_gap_compares_a_group_with_everyone_else_and_flips_with_them(tmp_path: Path) -> None:
    found = found_in(tmp_path, office("north") + office("south", better=False))
    gaps = {(gap.measure, gap.group[0][1]): gap.difference for gap in found.gaps}
    assert value(gaps["auc", "north"]) == pytest.approx(1900 / 2400 - 1400 / 2400)
    for measure in ("auc", "calibration_ratio", "mean_residual"):
        one, other = gaps[measure, "north"], gaps[measure, "south"]
        assert isinstance(one, Measurement)
        assert isinstance(other, Measurement)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low), abs=1e-15)


def test_the_order_of_the_rows_is_no_matter(tmp_path: Path) -> None:
    rows = office("north") + office("south", better=False)
    there, back = (performance_document(found_in(tmp_path, o)) for o in (rows, rows[::-1]))
    assert there["overall"] == back["overall"]
    assert there["groups"] == back["groups"]
    assert there["gaps"] == back["gaps"]


def test_a_score_that_only_ranks_has_an_auc_and_says_why_it_has_no_calibration(
    tmp_path: Path,
) -> None:
    rows = [(o, f, 10 * s, y) for o, f, s, y in office("north") if s is not None]
    found = found_in(tmp_path, rows).everyone
    assert value(found.measures["auc"].found) == pytest.approx(1900 / 2400)
    for name in ("calibration_ratio", "calibration_slope", "mean_residual"):
        assert reason(found.measures[name].found) == "score_is_no_probability"
    assert reason(found.reliability) == "score_is_no_probability"


def test_a_group_too_small_to_rank_is_in_the_table_saying_so(tmp_path: Path) -> None:
    found = found_in(tmp_path, [*office("north"), ("west", "no", 0.1, 0)])
    west = group(found, "west").measures
    assert reason(west["auc"].found) == "too_few_of_a_label"
    assert value(west["selection_rate"].found) == 0.0
    # Whoever compares with it is told that it lies with the reference.
    gap = next(g for g in found.gaps if g.measure == "auc" and g.group[0][1] == "north")
    assert reason(gap.difference) == "reference_too_few_of_a_label"


def test_without_scores_there_are_rates_and_without_decisions_there_are_scores(
    tmp_path: Path,
) -> None:
    decided = found_in(tmp_path, office("a"), PerformanceQuestion(label="owed", decision="flagged"))
    assert "auc" not in decided.everyone.measures
    assert decided.everyone.reliability is None
    scored = found_in(tmp_path, office("a"), PerformanceQuestion(label="owed", score="risk"))
    assert "accuracy" not in scored.everyone.measures
    assert scored.everyone.n == 100


def test_places_given_by_rank_are_shared_out_by_group(tmp_path: Path) -> None:
    rows = office("north") + [
        ("south", "no", 0.9, 1 if at < 30 else 0) for at in range(50)
    ]  # fmt: skip
    question = PerformanceQuestion(label="owed", score="risk", by=("office",), top=50)
    found = found_in(tmp_path, rows, question)
    shares = [value(one.measures["top_k_rate"].found) for one in found.groups]
    assert shares == [0.0, 1.0]


def test_more_groups_than_can_be_looked_at_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answerable.verdict.performance.MOST_GROUPS", 1)
    assert len(found_in(tmp_path, office("north")).groups) == 1
    with pytest.raises(TooManyCombinations):
        found_in(tmp_path, office("north") + office("south"))


# -- missing values ------------------------------------------------------------------

_SCORES = (0.0, 0.3, 0.5, 0.8, 1.0)


def filled(rows: Sequence[Row]) -> Iterable[list[tuple[float, int]]]:
    """Every way to fill in what is missing, with scores at, between and beyond those seen."""
    known = [(s, y) for _, _, s, y in rows if s is not None and y is not None]
    open_ = [
        [(a, b) for a in (_SCORES if s is None else (s,)) for b in ((0, 1) if y is None else (y,))]
        for _, _, s, y in rows
        if s is None or y is None
    ]
    for chosen in product(*open_):
        yield [*known, *chosen]


MISSING: list[Row] = [
    ("north", "yes", 0.8, None),
    ("north", "no", None, 1),
    ("north", "no", None, 0),
    ("north", None, None, None),
]


@pytest.mark.parametrize("gone", [MISSING, MISSING[:1], MISSING[1:2], MISSING[2:3], MISSING[3:]])
def test_no_way_to_fill_in_missing_values_leaves_the_bounds(
    tmp_path: Path, gone: list[Row]
) -> None:
    rows = [*office("north"), *gone]
    measures = found_in(tmp_path, rows).everyone.measures
    for pairs in filled(rows):
        counts = counted(pairs)
        each = residuals(counts)
        assert isinstance(each, Residuals)
        could = {
            "auc": ranking(counts).value,
            "calibration_ratio": value(calibration_ratio(counts)),
            "mean_residual": each.mean,
        }
        for name, number in could.items():
            low, high = measures[name].lowest, measures[name].highest
            assert low is not None
            assert high is not None
            assert low - 1e-12 <= number <= high + 1e-12, name


def test_the_bounds_are_no_wider_than_a_few_records_can_make_them(tmp_path: Path) -> None:
    # One unknown label: 41 x 60 or 40 x 61 pairs, of which 1,900 are known to be in order.
    measured = found_in(tmp_path, [*office("north"), MISSING[0]]).everyone.measures["auc"]
    assert measured.lowest == pytest.approx(1900 / 2460)
    assert measured.highest == pytest.approx(1 - 500 / 2460)


def test_nothing_missing_leaves_nothing_to_bound(tmp_path: Path) -> None:
    measures = found_in(tmp_path, office("north")).everyone.measures
    assert all(one.lowest is None and one.highest is None for one in measures.values())


# -- labels of one decision only -----------------------------------------------------


def test_where_only_flags_were_looked_into_only_what_they_tell_is_said(tmp_path: Path) -> None:
    rows = [(o, f, s, y if f == "yes" else None) for o, f, s, y in office("north")]
    found = found_in(tmp_path, rows)
    measures = found.everyone.measures
    # 40 of 100 were flagged, and 30 of those 40 owed: the decision itself, and what followed.
    assert value(measures["selection_rate"].found) == 0.40
    assert value(measures["precision"].found) == 0.75
    for name in ("accuracy", "false_positive_rate", "false_negative_rate", "auc",
                 "calibration_ratio", "calibration_slope", "mean_residual"):  # fmt: skip
        assert reason(measures[name].found) == "labels_of_one_decision_only", name
    accuracy = measures["accuracy"].found
    assert isinstance(accuracy, CannotSay)
    # 30 are right; the 60 without a label may all be, or none: 0.30 to 0.90.
    assert "any value from 0.30 to 0.90" in accuracy.needs
    assert reason(found.everyone.reliability) == "labels_of_one_decision_only"
    assert found.gaps == ()


def test_a_sample_of_the_others_lifts_that(tmp_path: Path) -> None:
    rows = [
        (o, f, s, y if f == "yes" or at % 2 else None)
        for at, (o, f, s, y) in enumerate(office("north"))
    ]
    assert isinstance(found_in(tmp_path, rows).everyone.measures["accuracy"].found, Measurement)


def test_one_office_s_labels_of_one_decision_are_in_no_gap(tmp_path: Path) -> None:
    rows = office("north") + [
        (o, f, s, y if f == "yes" else None) for o, f, s, y in office("south")
    ]
    found = found_in(tmp_path, rows)
    assert isinstance(group(found, "north").measures["auc"].found, Measurement)
    assert reason(group(found, "south").measures["auc"].found) == "labels_of_one_decision_only"
    assert found.gaps == ()


# -- claims --------------------------------------------------------------------------


def judged(folder: Path, rows: list[Row], *written: dict[str, object]) -> Performance:
    return found_in(
        folder,
        rows,
        PerformanceQuestion(
            label="owed", decision="flagged", score="risk", claims=claims(*written)
        ),
    )


def test_claims_are_tested_on_the_group_they_speak_of_and_the_worst_one_counts(
    tmp_path: Path,
) -> None:
    rows = office("north") * 10 + office("south", better=False) * 10
    found = judged(
        tmp_path,
        rows,
        {"metric": "precision", "value": 0.7, "population": {"office": "north"}},
        {"metric": "precision", "value": 0.7, "population": {"office": "south"}},
        {"metric": "auc", "value": 0.7, "population": "adults in employment"},
    )
    assert [one.judged.verdict for one in found.claims] == [
        ClaimVerdict.SUPPORTED,
        ClaimVerdict.REFUTED,
        ClaimVerdict.CANNOT_SAY,
    ]
    assert [value(one.measured.found) for one in found.claims[:2]] == [0.75, 0.5]
    assert found.verdict == "not_met"
    # A claim's column makes no groups of its own in the tables.
    assert found.groups == ()


def test_nobody_there_and_no_such_column_named_cannot_be_judged(tmp_path: Path) -> None:
    question = PerformanceQuestion(
        label="owed",
        score="risk",
        claims=claims(
            {"metric": "auc", "value": 0.7, "population": {"office": "east"}},
            {"metric": "precision", "value": 0.7},
        ),
    )
    found = found_in(tmp_path, office("north"), question)
    assert [reason(one.judged.why) for one in found.claims] == [
        "no_such_records",
        "no_decision_column",
    ]
    assert found.verdict == "cannot_say"


def test_a_claim_is_not_supported_while_missing_labels_could_refute_it(tmp_path: Path) -> None:
    claim: dict[str, object] = {"metric": "precision", "value": 0.7}
    rows = office("north") * 10
    assert judged(tmp_path, rows, claim).verdict == "met"
    # 300 of 400 flags were right; of 450 at worst 300, 0.67.
    found = judged(tmp_path, rows + [("north", "yes", 0.8, None)] * 50, claim)
    assert found.verdict == "cannot_say"
    assert reason(found.claims[0].judged.why) == "missing_values_could_refute"
    assert found.claims[0].measured.lowest == pytest.approx(300 / 450)


def test_the_document_holds_no_number_that_json_has_not(tmp_path: Path) -> None:
    rows = office("north") + MISSING
    found = judged(tmp_path, rows, {"metric": "calibration_slope", "value": 1, "tolerance": 5})
    text = json.dumps(performance_document(found), allow_nan=False)
    (claim,) = json.loads(text)["claims"]
    assert claim["verdict"] == "cannot_say"
    assert claim["reason"] == "missing_values_could_refute"
    assert "were_missing_known" not in claim["measured"]
