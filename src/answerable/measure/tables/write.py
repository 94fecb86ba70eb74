"""Writing a table to Parquet."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import duckdb
import nanoarrow

from answerable.errors import AnswerableError
from answerable.measure.tables.locked import quoted

_TYPES = {bool: "BOOLEAN", int: "BIGINT", str: "VARCHAR"}

Cells = Sequence[bool | None] | Sequence[int | None] | Sequence[str | None]


def write_parquet(path: Path, columns: Mapping[str, Cells]) -> None:
    """Write columns of one length, each of a single type; None is a missing value.

    The same values give the same bytes with the same version of the writer.
    """
    connection = duckdb.connect()
    try:
        connection.execute("SET threads = 1")
        chosen = ", ".join(
            f'unnest(?::{_type(cells)}[]) AS "{name.replace(chr(34), chr(34) * 2)}"'
            for name, cells in columns.items()
        )
        connection.execute(
            f"CREATE TABLE rows AS SELECT {chosen}", [list(cells) for cells in columns.values()]
        )
        target = str(path).replace("'", "''")
        connection.execute(f"COPY rows TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    finally:
        connection.close()


def _type(cells: Cells) -> str:
    kinds = {type(cell) for cell in cells if cell is not None}
    return _TYPES[kinds.pop()] if len(kinds) == 1 else "VARCHAR"


class NotWritten(AnswerableError):
    """A table could not be written to its file."""

    code = "measure.not_written"
    message = "{file} could not be written to the end."
    hint = "Check that its folder exists, may be written to and has room."


class Kind(Enum):
    """What a column of a written file holds. Times are whole microseconds since 1970, UTC."""

    TEXT = "VARCHAR"
    WHOLE = "BIGINT"
    NUMBER = "DOUBLE"
    TIME = "TIMESTAMP WITH TIME ZONE"
    FLAG = "BOOLEAN"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column by name and type; None is a missing value."""

    name: str
    kind: Kind
    cells: Sequence[str | int | float | bool | None]


_ARROW = {
    Kind.TEXT: nanoarrow.string,
    Kind.WHOLE: nanoarrow.int64,
    Kind.NUMBER: nanoarrow.float64,
    Kind.TIME: nanoarrow.int64,
    Kind.FLAG: nanoarrow.bool_,
}


def write_columns(path: Path, columns: Sequence[Column]) -> None:
    """Write typed columns of one length, as many rows as fit into memory, in their order.

    The same values give the same bytes with the same version of the writer. The file is
    neither synced nor moved into place; that is for whoever relies on it.

    Raises
    ------
    NotWritten
        There is no room, or no permission. What was begun is of no use.
    """
    arrays = [nanoarrow.c_array(column.cells, _ARROW[column.kind]()) for column in columns]
    names = [column.name for column in columns]
    schemas = (nanoarrow.Schema(array.schema) for array in arrays)
    table = nanoarrow.c_array_from_buffers(
        nanoarrow.struct(dict(zip(names, schemas, strict=True))),
        len(columns[0].cells),
        buffers=[None],
        children=arrays,
    )
    chosen = ", ".join(_chosen(column) for column in columns)
    connection = _writer(os.getpid()).cursor()
    try:
        connection.register("arrived", nanoarrow.Array(table))
        connection.sql("FROM arrived").select(chosen).write_parquet(str(path), compression="zstd")
    except duckdb.Error as error:
        raise NotWritten(file=path.name) from error
    finally:
        connection.close()


@cache
def _writer(_process: int) -> duckdb.DuckDBPyConnection:
    """Give the one database in memory that this process writes with.

    It holds no rows and is given no text of anybody's. A new one for each file took longer
    than writing it; a process that forks makes its own.
    """
    return duckdb.connect(config={"threads": 1})


def _chosen(column: Column) -> str:
    name = quoted(column.name)
    return f"make_timestamptz({name}) AS {name}" if column.kind is Kind.TIME else name
