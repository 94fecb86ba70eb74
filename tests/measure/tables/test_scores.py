"""Counting by score: every row once, in whatever form it comes, and what is refused."""

import csv
from collections.abc import Iterable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from answerable.measure.auc import ranking
from answerable.measure.score_counts import ScoreCounts, combined, counted
from answerable.measure.tables import Limits, find_source
from answerable.measure.tables import scores as tables
from answerable.measure.tables.count import NoRows, UnknownCode
from answerable.measure.tables.reader import (
    ColumnMissing,
    ColumnNotCountable,
    TooLittleMemory,
    TooManyGroups,
)
from answerable.measure.tables.scores import (
    ScoreColumns,
    ScoreNotANumber,
    ScoresTooFine,
    ScoreTally,
    count_scores,
)
from tests.measure.tables.situations import a_csv, a_parquet, an_arrow_stream

COLUMNS = ScoreColumns(score="risk", label="owed", by=("office",))

AWKWARD = """office,owed,risk
north,1,0.5
north,0,0.5
north,true,1e-3
,no,0.25
south,,0.7
south,1,
south,0,
south,,
North,YES,-2
"""
"""Missing values everywhere, codes of several spellings, capitals that tell groups apart."""


def tally(path: Path, columns: ScoreColumns = COLUMNS, *, memory_mb: int = 256) -> ScoreTally:
    return count_scores(find_source(str(path)), columns, limits=Limits(memory_mb=memory_mb))


def cells(found: ScoreTally) -> dict[tuple[str | None, ...], tuple[object, ...]]:
    return {
        key: (
            counts.scores.tolist(),
            counts.ones.tolist(),
            counts.zeros.tolist(),
            counts.unlabelled.tolist(),
            (counts.ones_unscored, counts.zeros_unscored, counts.neither),
        )
        for key, counts in zip(found.keys, found.counts, strict=True)
    }


def test_every_row_is_counted_once_and_missing_ones_are_kept(tmp_path: Path) -> None:
    found = tally(a_csv(tmp_path, AWKWARD))
    assert (found.rows, found.digits) == (9, None)
    assert found.keys == (("North",), ("north",), ("south",), (None,))
    assert cells(found) == {
        ("North",): ([-2.0], [1], [0], [0], (0, 0, 0)),
        ("north",): ([0.001, 0.5], [1, 1], [0, 1], [0, 0], (0, 0, 0)),
        ("south",): ([0.7], [0], [0], [1], (1, 1, 1)),
        (None,): ([0.25], [0], [1], [0], (0, 0, 0)),
    }


MANY = """
    SELECT ['north', 'south', NULL][1 + (i % 3)::INT] AS office, (hash(i) % 3 = 0)::INT AS owed,
           CASE WHEN i % 7 > 0 THEN (hash(3 * i) % 50) / 50.0::DOUBLE END AS risk
    FROM range(3000) t(i)
"""


def test_parquet_csv_and_an_arrow_stream_give_the_same_counts(tmp_path: Path) -> None:
    # A stream can be read once, and there are two passes over it.
    parquet = a_parquet(tmp_path, MANY)
    stream = an_arrow_stream(tmp_path, MANY)
    text = tmp_path / "many.csv"
    duckdb.execute(f"COPY ({MANY}) TO '{text}' (FORMAT csv, HEADER)")
    found = tally(parquet)
    assert found.rows == 3000
    assert cells(found) == cells(tally(stream)) == cells(tally(text))
    with text.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert cells(found)[("north",)] == by_hand(row for row in rows if row["office"] == "north")
    assert cells(found)[(None,)] == by_hand(row for row in rows if not row["office"])


def by_hand(rows: Iterable[dict[str, str]]) -> tuple[object, ...]:
    counts = counted(
        (float(row["risk"]) if row["risk"] else None, int(row["owed"])) for row in rows
    )
    one = ScoreTally(by=(), keys=((),), counts=(counts,), rows=0, digits=None)
    return cells(one)[()]


@pytest.mark.parametrize(
    "cell", ["'NaN'::FLOAT", "'NaN'::DOUBLE", "NULL::DECIMAL(5, 2)", "NULL", "NULL::VARCHAR"]
)
def test_nan_in_a_column_of_numbers_is_a_missing_score(tmp_path: Path, cell: str) -> None:
    path = a_parquet(tmp_path, f"SELECT 'a' AS office, 1 AS owed, {cell} AS risk")
    assert cells(tally(path)) == {("a",): ([], [], [], [], (1, 0, 0))}


@pytest.mark.parametrize("kind", ["TINYINT", "UBIGINT", "HUGEINT", "FLOAT", "DECIMAL(9, 3)"])
def test_numbers_of_every_kind_are_scores(tmp_path: Path, kind: str) -> None:
    path = a_parquet(tmp_path, f"SELECT 'a' AS office, 1 AS owed, 7::{kind} AS risk")
    assert cells(tally(path)) == {("a",): ([7.0], [1], [0], [0], (0, 0, 0))}


def test_names_of_columns_and_values_are_never_read_as_sql(tmp_path: Path) -> None:
    select = 'SELECT \'x\'\'; DROP TABLE t; --\' AS "g""); --", 1 AS "owed ""1""", 0.5 AS "s;--"'
    columns = ScoreColumns(score="s;--", label='owed "1"', by=('g"); --',))
    found = tally(a_parquet(tmp_path, select), columns)
    assert cells(found) == {("x'; DROP TABLE t; --",): ([0.5], [1], [0], [0], (0, 0, 0))}


# -- many scores ---------------------------------------------------------------------


def test_as_many_scores_as_may_differ_are_counted_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_SCORES", 3000)
    path = a_parquet(tmp_path, FINE)
    assert tally(path).digits is None


FINE = "SELECT 'a' AS office, i % 2 AS owed, (i + 0.5) / 2000 AS risk FROM range(2000) t(i)"
"""2,000 scores from 0.00025 to 0.99975, one row each."""


def test_more_are_rounded_so_that_odds_are_kept_and_none_becomes_0_or_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_SCORES", 1500)
    found = tally(a_parquet(tmp_path, FINE))
    # Three digits leave the 400 scores below 0.1 or above 0.9 and 801 others; four leave all.
    assert found.digits == 3
    (rounded,) = found.counts
    assert rounded.n == 2000
    assert 0 < rounded.scores[0] < rounded.scores[-1] < 1
    assert len(rounded.scores) < 1500
    true = (np.arange(2000) + 0.5) / 2000
    nearest = np.minimum(true, 1 - true)
    place = np.repeat(rounded.scores, rounded.labelled)
    assert (np.abs(place - true) <= 0.0051 * nearest).all()


def test_one_score_far_out_does_not_melt_the_others_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_SCORES", 1500)
    path = a_parquet(tmp_path, f"{FINE} UNION ALL SELECT 'a', 1, 1e300")
    (counts,) = tally(path).counts
    assert len(counts.scores) > 1000
    exact = counted(
        [*(((i + 0.5) / 2000, i % 2) for i in range(2000)), (1e300, 1)]
    )  # fmt: skip
    assert ranking(counts).value == pytest.approx(ranking(exact).value, abs=1e-3)


def test_scores_without_end_in_too_many_groups_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_SCORE_CELLS", 100)
    path = a_parquet(tmp_path, FINE.replace("'a'", "i % 50"))
    with pytest.raises(ScoresTooFine):
        tally(path)


def test_an_identifier_is_no_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_CELLS", 50)
    path = a_parquet(tmp_path, FINE.replace("'a'", "i"))
    with pytest.raises(TooManyGroups):
        tally(path)


def test_what_does_not_fit_into_memory_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = a_parquet(
        tmp_path,
        "SELECT i % 20000 AS office, i % 2 AS owed, random() AS risk FROM range(1000000) t(i)",
    )
    with pytest.raises((TooLittleMemory, ScoresTooFine)):
        tally(path, memory_mb=64)


# -- refusals ------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["high", "nan", "inf", "-Infinity", "1e400", '"0,5"'])
def test_a_score_that_is_no_finite_number_is_named_by_its_row(tmp_path: Path, cell: str) -> None:
    path = a_csv(tmp_path, f"office,owed,risk\na,1,0.5\na,0,{cell}\na,0,{cell}\n")
    with pytest.raises(ScoreNotANumber) as refused:
        tally(path)
    assert (refused.value.fields["row"], refused.value.fields["count"]) == (2, 2)
    assert cell.strip('"') in str(refused.value)


def test_an_infinite_score_of_a_column_of_numbers_is_refused_too(tmp_path: Path) -> None:
    path = a_parquet(tmp_path, "SELECT 'a' AS office, 1 AS owed, 'inf'::DOUBLE AS risk")
    with pytest.raises(ScoreNotANumber):
        tally(path)


def test_a_label_that_is_neither_1_nor_0_is_named_by_its_row(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "office,owed,risk\na,1,0.5\na,maybe,0.5\n")
    with pytest.raises(UnknownCode) as refused:
        tally(path)
    assert refused.value.fields["row"] == 2


@pytest.mark.parametrize("cell", ["true", "TIMESTAMP '2026-01-01'", "DATE '2026-01-01'"])
def test_a_column_that_holds_no_numbers_is_no_score(tmp_path: Path, cell: str) -> None:
    path = a_parquet(tmp_path, f"SELECT 'a' AS office, 1 AS owed, {cell} AS risk")
    with pytest.raises(ColumnNotCountable):
        tally(path)


def test_a_missing_column_and_an_empty_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnMissing):
        tally(a_csv(tmp_path, "office,owed\na,1\n"))
    with pytest.raises(NoRows):
        tally(a_csv(tmp_path, "office,owed,risk\n"))


def test_a_text_that_is_too_long_for_a_group_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnNotCountable):
        tally(a_csv(tmp_path, f"office,owed,risk\n{'x' * 1001},1,0.5\n"))


def test_groups_together_are_everybody(tmp_path: Path) -> None:
    found = tally(a_csv(tmp_path, AWKWARD))
    everybody: ScoreCounts = combined(found.counts)
    assert everybody.n + everybody.incomplete == found.rows
