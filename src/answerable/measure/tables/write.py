"""Writing a table to Parquet."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

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
