"""Spark gives the same integers as DuckDB, and refuses what it would read otherwise.

One test, so that Java starts once: that takes longer than everything else here.
"""

import shutil
import sys
from pathlib import Path

import pytest

from answerable.errors import AnswerableError
from answerable.measure.tables import (
    Columns,
    Engine,
    Limits,
    Tally,
    count_decisions,
    find_source,
    spark,
)
from tests.measure.tables.situations import AWKWARD, COLUMNS, a_csv, a_parquet

LIMITS = Limits(memory_mb=256, threads=2)


def counted(path: Path, engine: Engine, columns: Columns = COLUMNS) -> Tally:
    return count_decisions(find_source(str(path)), columns, limits=LIMITS, engine=engine)


def code(path: Path, engine: Engine) -> str:
    with pytest.raises(AnswerableError) as refused:
        counted(path, engine)
    return refused.value.code


def test_spark_counts_as_duckdb_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="needs answerable[spark]")
    if shutil.which("java") is None:
        pytest.skip("needs Java")
    # A machine whose clock is half a day off must not move anybody's day.
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    for at, (what, select) in enumerate(AWKWARD.items()):
        path = a_parquet(tmp_path, select, f"{at}.parquet")
        ours, theirs = counted(path, Engine.DUCKDB), counted(path, Engine.SPARK)
        assert ours.keys == theirs.keys, what
        assert ours.counts.tolist() == theirs.counts.tolist(), what

    # A folder of two files, one of them below a name that promises a column.
    rows = AWKWARD["capitals, accents and quotes"]
    a_parquet(tmp_path, rows, "all/office=nowhere/a.parquet")
    a_parquet(tmp_path, f"{rows} LIMIT 100", "all/b.parquet")
    folder = tmp_path / "all"
    ours, theirs = counted(folder, Engine.DUCKDB), counted(folder, Engine.SPARK)
    assert (460, ours.keys) == (theirs.rows, theirs.keys)
    assert ours.counts.tolist() == theirs.counts.tolist()

    # Columns that differ by capitals alone are refused by both.
    twins = a_parquet(
        tmp_path, "SELECT 1 AS granted, 1 AS entitled, 'n' AS office", "twins.parquet"
    )
    odd = Columns(decision="granted", label="entitled", by=("Office",))
    for engine in (Engine.DUCKDB, Engine.SPARK):
        with pytest.raises(AnswerableError) as refused:
            counted(twins, engine, odd)
        assert "measure.column_missing" == refused.value.code

    # An instant is no group, in whatever zone; a third code is named with its row.
    instant = "SELECT TIMESTAMPTZ '2024-01-01 00:00:00+13' AS office, 1 AS granted, 1 AS entitled"
    assert "measure.column_not_countable" == code(
        a_parquet(tmp_path, instant, "instant.parquet"), Engine.SPARK
    )
    third = "SELECT 'n' AS office, i AS granted, 1 AS entitled FROM range(3) t(i)"
    with pytest.raises(AnswerableError, match="row 3, column granted") as refused:
        counted(a_parquet(tmp_path, third, "third.parquet"), Engine.SPARK)
    assert "measure.unknown_code" == refused.value.code
    assert "measure.spark_reads_parquet" == code(a_csv(tmp_path), Engine.SPARK)


def test_without_spark_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spark._session.cache_clear()
    for name in ("pyspark", "pyspark.sql", "pyspark.errors"):
        monkeypatch.setitem(sys.modules, name, None)
    assert "measure.spark_missing" == code(
        a_parquet(tmp_path, AWKWARD["capitals, accents and quotes"]), Engine.SPARK
    )
