"""One counting pass over the kinds of file that are read, and over awkward values."""

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.measure.counts import CELLS, Cell
from answerable.measure.tables import Columns, Limits, Tally, count_decisions, find_source
from tests.measure.tables.situations import (
    COLUMNS,
    CSV,
    MANY,
    a_csv,
    a_parquet,
    an_arrow_stream,
)

LIMITS = Limits(memory_mb=128, threads=1)


def counted(path: Path | str, columns: Columns = COLUMNS, **codes: Any) -> Tally:
    return count_decisions(find_source(str(path)), columns, limits=LIMITS, **codes)


def cells(tally: Tally, *key: str | None) -> dict[Cell, int]:
    row = tally.counts[tally.keys.index(key)].tolist()
    return {cell: n for cell, n in zip(CELLS, row, strict=True) if n}


def test_a_csv_is_counted_by_group_decision_and_label(tmp_path: Path) -> None:
    tally = counted(a_csv(tmp_path))
    assert {Cell.TRUE_POSITIVE: 1, Cell.FALSE_NEGATIVE: 1} == cells(tally, "north")
    assert {Cell.FALSE_POSITIVE: 1} == cells(tally, "south")


def test_parquet_csv_and_an_arrow_stream_of_the_same_rows_count_alike(tmp_path: Path) -> None:
    parquet = counted(a_parquet(tmp_path, MANY))
    arrow = counted(an_arrow_stream(tmp_path, MANY))
    lines = [
        f"{'north' if i % 2 == 0 else 'south'},{int(i % 3 == 0)},{'Yes' if i % 5 == 0 else 'no'}"
        for i in range(1000)
    ]
    text = counted(a_csv(tmp_path, "\n".join(["office,granted,entitled", *lines])))
    # 0, 15, ... 990 are multiples of 3 and 5: 67 of them, 34 even.
    assert 34 == cells(parquet, "north")[Cell.TRUE_POSITIVE]
    assert parquet.counts.tolist() == arrow.counts.tolist() == text.counts.tolist()
    assert parquet.keys == arrow.keys == text.keys == (("north",), ("south",))


def test_a_folder_and_a_pattern_read_every_file(tmp_path: Path) -> None:
    a_parquet(tmp_path, MANY, "all/a.parquet")
    a_parquet(tmp_path, f"{MANY} ORDER BY i DESC", "all/b.parquet")
    (tmp_path / "all" / "_SUCCESS").touch()
    assert 2000 == counted(tmp_path / "all").rows == counted(tmp_path / "all" / "*.parquet").rows


def test_arrow_streams_in_a_folder_are_read_together(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    an_arrow_stream(tmp_path, MANY, "all/a.arrows")
    an_arrow_stream(tmp_path, f"{MANY} ORDER BY i DESC", "all/b.arrows")
    assert 2000 == counted(tmp_path / "all").rows


def test_missing_values_are_a_group_of_their_own_and_never_dropped(tmp_path: Path) -> None:
    tally = counted(a_csv(tmp_path, CSV + ",1,1\nsouth,,1\nsouth,1,\n,,\n"))
    assert 7 == tally.rows
    assert (("north",), ("south",), (None,)) == tally.keys
    assert {Cell.TRUE_POSITIVE: 1, Cell.UNDECIDED_UNLABELLED: 1} == cells(tally, None)
    south = {Cell.FALSE_POSITIVE: 1, Cell.UNDECIDED_ONE: 1, Cell.POSITIVE_UNLABELLED: 1}
    assert south == cells(tally, "south")


def test_not_a_number_is_missing_and_an_empty_text_is_a_value(tmp_path: Path) -> None:
    rows = "VALUES ('nan'::DOUBLE, '', 1.0), (2.0, 'x', 'nan'::DOUBLE)"
    path = a_parquet(tmp_path, f"FROM ({rows}) t(age, office, granted)")
    tally = counted(path, Columns(decision="granted", label=None, by=("age", "office")))
    assert (("2", "x"), (None, "")) == tally.keys
    assert {Cell.UNDECIDED_UNLABELLED: 1} == cells(tally, "2", "x")


def test_group_values_keep_their_capitals(tmp_path: Path) -> None:
    tally = counted(a_csv(tmp_path, CSV + "North,1,1\n"))
    assert (("North",), ("north",), ("south",)) == tally.keys


@pytest.mark.parametrize(
    ("yes", "no"),
    [("1", "0"), ("true", "FALSE"), ("Yes", "no"), ("1", "False"), ("Y", "n"), ("1.0", "0.0")],
)
def test_the_usual_codes_are_read_in_any_case(tmp_path: Path, yes: str, no: str) -> None:
    text = f"office,granted,entitled\nnorth,{yes},{no}\nnorth,{no},{yes}\n"
    expected = {Cell.FALSE_POSITIVE: 1, Cell.FALSE_NEGATIVE: 1}
    assert expected == cells(counted(a_csv(tmp_path, text)), "north")


def test_other_codes_are_read_when_the_positive_one_is_named(tmp_path: Path) -> None:
    text = "office,granted,entitled\nnorth,deny,1\nnorth,grant,0\n"
    tally = counted(a_csv(tmp_path, text), positive="deny", favourable="grant")
    assert {Cell.TRUE_POSITIVE: 1, Cell.TRUE_NEGATIVE: 1} == cells(tally, "north")
    assert not tally.positive_is_favourable


def test_the_positive_value_is_favourable_unless_said_otherwise(tmp_path: Path) -> None:
    path = a_csv(tmp_path)
    assert counted(path).positive_is_favourable
    assert not counted(path, favourable="0").positive_is_favourable


def test_a_byte_order_mark_semicolons_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_bytes(b"\xef\xbb\xbfoffice;granted;entitled\r\nnorth;1;0\r\nsouth;0;1\r\n")
    assert {Cell.FALSE_POSITIVE: 1} == cells(counted(path), "north")


def test_quoted_cells_may_hold_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    text = 'office,granted,entitled\n"a, ""b""\nc",1,1\n'
    assert (('a, "b"\nc',),) == counted(a_csv(tmp_path, text)).keys


def test_column_names_with_quotes_and_spaces_are_names_and_not_queries(tmp_path: Path) -> None:
    name = 'of"fice; DROP TABLE x --'
    quoted = name.replace('"', '""')
    path = a_parquet(tmp_path, f"SELECT 'north' AS \"{quoted}\", 1 AS granted")
    tally = counted(path, Columns(decision="granted", label=None, by=(name,)))
    assert (("north",),) == tally.keys


def test_a_value_that_looks_like_markup_or_a_formula_stays_as_it_is(tmp_path: Path) -> None:
    text = "office,granted,entitled\n=1+1,1,1\n<b>,1,1\n"
    assert (("<b>",), ("=1+1",)) == counted(a_csv(tmp_path, text)).keys


def test_progress_is_reported_and_ends_at_one(tmp_path: Path) -> None:
    told: list[float] = []
    source = find_source(str(a_parquet(tmp_path, MANY)))
    count_decisions(source, COLUMNS, limits=LIMITS, progress=told.append)
    assert 1.0 == told[-1]
    assert all(0.0 <= share <= 1.0 for share in told)


@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_is_irrelevant(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("order")
    head, *lines = (CSV + "north,,1\n,0,0\nsouth,1,1\n").splitlines()
    shuffled = random.Random(seed).sample(lines, len(lines))  # noqa: S311 - no secret
    one = counted(a_csv(folder, "\n".join([head, *lines]), "one.csv"))
    other = counted(a_csv(folder, "\n".join([head, *shuffled]), "other.csv"))
    assert one.keys == other.keys
    assert one.counts.tolist() == other.counts.tolist()
