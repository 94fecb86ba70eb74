"""A table of PostgreSQL is counted where it lies, and gives the same integers as DuckDB.

Runs in the part of `make test` that has a PostgreSQL server.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import duckdb
import psycopg
import pytest

from answerable.errors import AnswerableError
from answerable.measure.tables import Columns, Limits, Tally, count_decisions, find_data
from answerable.measure.tables.locked import quoted
from tests.cli.conftest import Command, answerable
from tests.measure.tables.situations import AWKWARD, COLUMNS, a_parquet

__all__ = ["answerable"]

SERVER = os.environ.get("ANSWERABLE_TEST_POSTGRES", "")
LIMITS = Limits(memory_mb=256, threads=2)

pytestmark = pytest.mark.skipif(not SERVER, reason="needs ANSWERABLE_TEST_DATABASE=postgres")

KINDS = {"TINYINT": "smallint", "DOUBLE": "double precision", "VARCHAR": "text"}


@pytest.fixture
def schema() -> Iterator[str]:
    """A schema of its own, taken away afterwards."""
    name = f'benefits "{os.getpid()}"'
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {quoted(name)}".encode())
        try:
            yield name
        finally:
            connection.execute(f"DROP SCHEMA {quoted(name)} CASCADE".encode())


def address(schema: str, table: str) -> str:
    return f"{SERVER}?table={quote(schema)}.{table}"


def filled(schema: str, table: str, select: str) -> str:
    """Copy the rows of a query of DuckDB into a table of PostgreSQL, and give its address."""
    with duckdb.connect() as here:
        rows = here.execute(select)
        names = [column[0] for column in rows.description or ()]
        kinds = [str(column[1]) for column in rows.description or ()]
        columns = ", ".join(
            f"{name} {KINDS.get(kind, kind)}" for name, kind in zip(names, kinds, strict=True)
        )
        place = f"{quoted(schema)}.{table}"
        with psycopg.connect(SERVER) as there:
            there.execute(f"CREATE TABLE {place} ({columns})".encode())
            with there.cursor().copy(f"COPY {place} FROM STDIN".encode()) as copy:
                while batch := rows.fetchmany(50_000):
                    for row in batch:
                        copy.write_row(row)
    return address(schema, table)


def counted(location: str, columns: Columns = COLUMNS) -> Tally:
    return count_decisions(find_data(location), columns, limits=LIMITS)


def test_every_awkward_table_counts_alike(tmp_path: Path, schema: str) -> None:
    for at, (what, select) in enumerate(AWKWARD.items()):
        here = counted(str(a_parquet(tmp_path, select, f"{at}.parquet")))
        there = counted(filled(schema, f"t{at}", select))
        assert here.keys == there.keys, what
        assert here.counts.tolist() == there.counts.tolist(), what


def test_what_cannot_be_counted_is_refused_with_its_row_or_column(schema: str) -> None:
    third = filled(
        schema, "third", "SELECT 'n' AS office, i AS granted, 1 AS entitled FROM range(3) t(i)"
    )
    with pytest.raises(AnswerableError, match=r"third, row 3, column granted: found '2'"):
        counted(third)
    with psycopg.connect(SERVER) as connection:
        kinds = "office timestamptz, granted int, entitled int"
        connection.execute(f"CREATE TABLE {quoted(schema)}.instant ({kinds})".encode())
    with pytest.raises(AnswerableError, match="timestamptz"):
        counted(address(schema, "instant"))
    missing = Columns(decision="granted", label=None, by=("Office",))
    with pytest.raises(AnswerableError, match="It has: office, granted, entitled"):
        counted(third, missing)
    with pytest.raises(AnswerableError, match="nowhere"):
        counted(address(schema, "nowhere"))
    with pytest.raises(AnswerableError, match="names no table"):
        counted(SERVER)


def test_a_password_is_never_shown() -> None:
    secret = "postgresql://ada:hunter2@127.0.0.1:1/benefits?table=public.decisions"  # noqa: S105 - nobody's
    with pytest.raises(AnswerableError) as refused:
        counted(secret)
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(find_data(secret))


def test_an_audit_of_a_table_is_that_of_the_file_and_can_be_reproduced(
    answerable: Command, tmp_path: Path, schema: str
) -> None:
    select = AWKWARD["a million rows of few people"].replace("1000000", "4000")
    path, table = a_parquet(tmp_path, select), filled(schema, "decisions", select)
    words = ("--decision", "granted", "--label", "entitled", "--by", "office")
    here = answerable("audit", path, *words, "--json", "here.json")
    there = answerable("audit", table, *words, "--json", "there.json", "--evidence", "e.json")
    assert here.status == there.status, there.err
    documents = [json.loads(Path(f"{name}.json").read_text()) for name in ("here", "there")]
    assert documents[0]["gaps"] == documents[1]["gaps"]
    assert documents[0]["groups"] == documents[1]["groups"]
    (named,) = documents[1]["data"]["files"]
    assert named["name"].endswith(".decisions")
    assert SERVER not in Path("there.json").read_text() + Path("e.json").read_text()
    assert 0 == answerable("reproduce", "e.json", "--data", table).status
    with psycopg.connect(SERVER) as connection:
        place = f"{quoted(schema)}.decisions"
        connection.execute(
            f"INSERT INTO {place} VALUES ('office 1', 1, 0)".encode()  # noqa: S608 - our own name
        )
    assert 1 == answerable("reproduce", "e.json", "--data", table).status


def test_files_are_not_counted_by_postgres_nor_tables_by_spark(
    answerable: Command, tmp_path: Path, schema: str
) -> None:
    words = ("--decision", "granted", "--by", "office", "--engine")
    path = a_parquet(tmp_path, AWKWARD["capitals, accents and quotes"])
    for data, engine in ((path, "postgres"), (address(schema, "x"), "spark"), (path, "abacus")):
        done = answerable("audit", data, *words, engine)
        assert 2 == done.status
        assert f"cannot be counted by {engine}" in done.err
