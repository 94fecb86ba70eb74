"""Counting inside PostgreSQL: the query goes to the table, and only counts come back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from answerable.errors import AnswerableError
from answerable.measure.tables.codes import written
from answerable.measure.tables.cube import Engine, cube_sql, translated
from answerable.measure.tables.locked import quoted
from answerable.measure.tables.reader import (
    ColumnMissing,
    ColumnNotCountable,
    Columns,
    Progress,
    WrittenRow,
    refuse_too_many,
    written_rows,
)
from answerable.measure.tables.sources import Source

if TYPE_CHECKING:
    import psycopg

_SECONDS_TO_CONNECT = 10

_COUNTABLE = frozenset(
    {"bool", "bpchar", "date", "float4", "float8", "int2", "int4", "int8", "name", "numeric"}
    | {"text", "uuid", "varchar"}
)


class TableNotNamed(AnswerableError):
    """The address of a database without the table that is meant."""

    code = "measure.table_not_named"
    message = "The address names no table."
    hint = "Write postgresql://USER@HOST/DATABASE?table=SCHEMA.TABLE; PGPASSWORD is read."


class DatabaseFailed(AnswerableError):
    """The database cannot be reached, or refuses the question."""

    code = "measure.database_failed"
    message = "The database of {table} cannot count it: {reason}."
    hint = "The account needs to connect, and to read this table and nothing else."


def split_address(address: str) -> tuple[str, tuple[str, ...]]:
    """Give the database's own address and the table's name, in its parts.

    >>> split_address("postgresql://reader@db.example/benefits?table=public.decisions")
    ('postgresql://reader@db.example/benefits', ('public', 'decisions'))
    """
    parts = urlsplit(address)
    asked = parse_qsl(parts.query)
    table = next((value for name, value in asked if name == "table"), "")
    names = tuple(table.split("."))
    if not all(names) or len(names) > 2:  # noqa: PLR2004 - a schema and a table
        raise TableNotNamed
    rest = urlencode([(name, value) for name, value in asked if name != "table"])
    return urlunsplit(parts._replace(query=rest)), names


@contextmanager
def open_table(source: Source) -> "Iterator[PostgresReader]":
    """Open a table for its counts, in a transaction that reads one state and writes none."""
    try:
        import psycopg
    except ImportError:
        reason = "the package psycopg is not installed"
        raise DatabaseFailed(table=source.name, reason=reason) from None
    place, names = split_address(source.address or "")
    try:
        with psycopg.connect(place, connect_timeout=_SECONDS_TO_CONNECT) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield PostgresReader(source, names, connection)
    except psycopg.Error as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        raise DatabaseFailed(table=source.name, reason=lines[0].rstrip(".")) from error


class PostgresReader:
    """One table behind one connection."""

    def __init__(
        self, source: Source, names: Sequence[str], connection: "psycopg.Connection[Any]"
    ) -> None:
        self.source = source
        self._table = ".".join(map(quoted, names))
        self._connection = connection

    def count(self, columns: Columns, progress: Progress | None) -> list[WrittenRow]:
        """Count by group, decision and label as they are written."""
        self._check(columns)
        query = translated(cube_sql(columns.named, self._table), Engine.POSTGRES)
        rows = self._connection.execute(query.encode()).fetchall()
        refuse_too_many(rows, columns, self.source.name)
        if progress is not None:
            progress(1.0)
        return written_rows(rows, columns)

    def _check(self, columns: Columns) -> None:
        found = self._connection.execute(f"SELECT * FROM {self._table} LIMIT 0".encode())
        types = self._connection.adapters.types
        kinds = {}
        for column in found.description or ():
            known = types.get(column.type_code)
            kinds[column.name] = "another" if known is None else known.name
        for name in columns.named:
            if name not in kinds:
                shown = ", ".join(list(kinds)[:30])
                raise ColumnMissing(file=self.source.name, column=name, found=shown)
            if kinds[name] not in _COUNTABLE:
                raise ColumnNotCountable(
                    file=self.source.name,
                    column=name,
                    found=f"values of the type {kinds[name]}",
                )

    def first_row(self, column: str, values: set[str]) -> tuple[str, int, str]:
        """The first record, in the table's own order, that holds one of the values."""
        query = f"SELECT {quoted(column)} FROM {self._table}"
        with self._connection.cursor(name="rows") as rows:
            rows.itersize = 10_000
            for row, (value,) in enumerate(rows.execute(query.encode()), start=1):
                text = written(value)
                if text is not None and text in values:
                    return self.source.name, row, text
        raise DatabaseFailed(table=self.source.name, reason=f"column {column} changed meanwhile")
