"""Reading typed columns of our own Parquet files back, row by row."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from answerable.errors import AnswerableError
from answerable.measure.tables.locked import Limits, locked, pattern, quoted
from answerable.measure.tables.write import Kind

_BATCH = 10_000


class LogUnreadable(AnswerableError):
    """A file of the log cannot be read, or has other columns than it was sealed with."""

    code = "measure.log_unreadable"
    message = "The sealed files from {file} on cannot be read."
    hint = "Compare them with their manifests, and restore what differs from a copy."


def read_rows(
    paths: Sequence[Path],
    columns: Mapping[str, Kind],
    *,
    limits: Limits,
    only: tuple[str, Sequence[int]] | None = None,
) -> Iterator[tuple[object, ...]]:
    """Read columns of Parquet files, file by file and in the order of their rows.

    Times come as whole microseconds since 1970. ``only`` names a column and the numbers
    it may hold; ``file_row_number`` is the place of a row in its file, from 0.
    """
    if not paths:
        return
    chosen = ", ".join(_chosen(name, kind) for name, kind in columns.items())
    with locked(paths, limits=limits) as connection:
        try:
            for path in paths:
                rows = connection.read_parquet(
                    pattern(path), hive_partitioning=False, file_row_number=True
                )
                if only is not None:
                    name, numbers = only
                    among = ", ".join(str(int(number)) for number in numbers) or "NULL"
                    rows = rows.filter(f"{quoted(name)} IN ({among})")
                rows.order("file_row_number").select(chosen).create_view("asked", replace=True)
                result = connection.execute("FROM asked")
                while batch := result.fetchmany(_BATCH):
                    yield from batch
        except duckdb.Error as error:
            raise LogUnreadable(file=paths[0].name) from error


def _chosen(name: str, kind: Kind) -> str:
    return f"epoch_us({quoted(name)})" if kind is Kind.TIME else quoted(name)
