"""Passes over whole tables: the same counts from every format, and nothing taken for missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.errors import AnswerableError
from answerable.measure.tables import Limits, find_source
from answerable.measure.tables.whole import WholeTable, open_whole
from tests.measure.tables.situations import a_csv, a_parquet, an_arrow_stream

LIMITS = Limits()

ROWS = """
    SELECT * FROM (VALUES
        ('n', 1, 1.5, 'x', 'x', '2024-01-31', 1),
        ('n', 2, NULL, NULL, NULL, '2024-01-02', 0),
        (NULL, 3, 2.5, 'unknown', 'unknown', '2024-02-01', 1),
        ('s', 4, 2.5, 'x', 'x', NULL, NULL)
    ) AS t(office, id, hours, note, copy, day, label)
"""

TEXT = """office,id,hours,note,copy,day,label
n,1,1.5,x,x,2024-01-31,1
n,2,, ,,2024-01-02,0
,3,2.5,unknown,unknown,2024-02-01,1
s,4,2.5,x,x,,
"""


@pytest.fixture(params=["csv", "parquet", "arrow"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WholeTable]:
    made = {
        "csv": lambda: a_csv(tmp_path, TEXT),
        "parquet": lambda: a_parquet(tmp_path, ROWS),
        "arrow": lambda: an_arrow_stream(tmp_path, ROWS),
    }[request.param]()
    with open_whole(find_source(str(made)), limits=LIMITS) as (opened,):
        yield opened


def test_every_column_is_looked_at_in_every_format(table: WholeTable) -> None:
    facts = {one.name: one for one in table.profile()}
    assert table.rows == 4
    assert {name: one.filled for name, one in facts.items()} == {
        "office": 3, "id": 4, "hours": 3, "note": 3, "copy": 3, "day": 3, "label": 3,
    }  # fmt: skip
    assert (facts["note"].stand_ins, facts["office"].stand_ins) == (1, 0)
    assert facts["note"].fingerprint == facts["copy"].fingerprint
    assert table.identical([("note", "copy"), ("note", "office")]) == (("note", "copy"),)


def test_what_is_filled_is_counted_by_group_and_a_missing_group_is_one(table: WholeTable) -> None:
    assert table.filled_by(["office"], ["hours"]).cells == {
        ("n",): (2, (1,)),
        (None,): (1, (1,)),
        ("s",): (1, (1,)),
    }


def test_months_are_those_that_are_written(table: WholeTable) -> None:
    assert table.filled_in_time("day", ["hours"]).cells == {
        ("2024-01",): (2, (1,)),
        ("2024-02",): (1, (1,)),
        (None,): (1, (1,)),
    }
    assert table.ones_in_time("day", "label") == {
        ("2024-01", "1"): 1,
        ("2024-01", "0"): 1,
        ("2024-02", "1"): 1,
        (None, None): 1,
    }
    assert table.after_the_last("day", "label", "0") == ("2024-01-02", 2)


def test_the_span_of_numbers_leaves_text_and_empty_columns_out(table: WholeTable) -> None:
    spans = table.spans(table.columns)
    assert {"id", "hours", "label"} == set(spans)
    assert (1.5, 2.5) == (spans["hours"].low, spans["hours"].high)
    assert table.bins("hours", [1.5, 2.0]) == (1, 0, 2, 1)


def test_rows_are_repeated_where_they_agree_in_every_column(tmp_path: Path) -> None:
    text = "a,b\n1,2\n1,2\n1,\n1,\n1,\n2,1\n"
    with open_whole(find_source(str(a_csv(tmp_path, text))), limits=LIMITS) as (opened,):
        found = opened.repeats()
    assert found is not None
    # The second 1,2 and the second and third 1 without a b.
    assert (3, 3) == (found.rows, found.most_alike)


def test_columns_of_one_name_are_told_apart_and_cannot_be_named(tmp_path: Path) -> None:
    with open_whole(find_source(str(a_csv(tmp_path, "a,b,a\n1,2,3\n"))), limits=LIMITS) as (one,):
        assert ("a", "b", "a.1") == one.columns
        with pytest.raises(AnswerableError, match="has no column c"):
            one.require("c")


def test_not_a_number_is_missing(tmp_path: Path) -> None:
    path = a_parquet(tmp_path, "SELECT unnest([1.0::DOUBLE, 'nan'::DOUBLE, NULL]) AS x")
    with open_whole(find_source(str(path)), limits=LIMITS) as (opened,):
        (x,) = opened.profile()
    assert (1, True) == (x.filled, x.constant)


def test_times_with_a_zone_and_lists_are_no_obstacle(tmp_path: Path) -> None:
    path = a_parquet(
        tmp_path,
        "SELECT make_timestamptz(1706659200000000) AS at, [1, 2] AS list, 3::HUGEINT AS h, "
        "TIME '12:00' AS t, 'x'::BLOB AS b",
    )
    with open_whole(find_source(str(path)), limits=LIMITS) as (opened,):
        assert {1} == {one.filled for one in opened.profile()}
        assert {("2024-01",)} == set(opened.filled_in_time("at", []).cells)
        assert opened.repeats() is not None


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("2024-01-01,2023", "years and months stand side by side"),
        ("31/01/2024,30/01/2024", "no value can be read as one"),
        ("2024-01-01,then,now", "2 of 3 values cannot be read"),
        ("2024-13-01,2024-00-01", "no value can be read as one"),
    ],
)
def test_times_that_can_be_read_in_two_ways_or_none_are_refused(
    tmp_path: Path, days: str, found: str
) -> None:
    path = a_csv(tmp_path, "\n".join(["day,x", *(f"{day},1" for day in days.split(","))]) + "\n")
    with (
        open_whole(find_source(str(path)), limits=LIMITS) as (opened,),
        pytest.raises(AnswerableError, match=found),
    ):
        opened.filled_in_time("day", ["x"])


def test_bins_of_two_tables_do_not_depend_on_which_is_which(tmp_path: Path) -> None:
    first = a_parquet(tmp_path, "SELECT i::DOUBLE AS x FROM range(100) t(i)", "a.parquet")
    second = a_parquet(tmp_path, "SELECT i * 2.0 AS x FROM range(300) t(i)", "b.parquet")
    sources = find_source(str(first)), find_source(str(second))
    with open_whole(*sources, limits=LIMITS) as (a, b):
        cuts = a.deciles(b, "x")
        assert cuts == b.deciles(a, "x")
        assert 9 == len(cuts)
        assert (100, 300) == (sum(a.bins("x", cuts)), sum(b.bins("x", cuts)))


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    source = find_source(str(a_csv(tmp_path, "a,b\n")))
    with pytest.raises(AnswerableError, match="no rows"), open_whole(source, limits=LIMITS):
        pass
