"""Reading the columns that were asked for, behind a connection that can do nothing else."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import nanoarrow
from nanoarrow._utils import NanoarrowException

from answerable.errors import AnswerableError
from answerable.measure.tables.codes import written
from answerable.measure.tables.cube import MOST_CELLS, cube_sql
from answerable.measure.tables.locked import Limits, literal, locked, pattern, quoted, spellings
from answerable.measure.tables.sources import (
    CellTooLong,
    DataFile,
    Format,
    MixedSources,
    Source,
    WrongEncoding,
    csv_header,
)

_COUNTABLE = re.compile(
    r"\"NULL\"|VARCHAR|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*|ENUM.*|DATE|UUID"
)

_WRITABLE = re.compile(rf"{_COUNTABLE.pattern}|TIMESTAMP.*")

_MOST_NAMES_SHOWN = 30
_CHUNK_BYTES, _CELL_BYTES = 16 << 20, 256
_LONGEST_VALUE = 1000
_LONG_TEXT = "text too long for a code"

Progress = Callable[[float], None]


class ColumnMissing(AnswerableError):
    """A column that was named is not there."""

    code = "measure.column_missing"
    message = "{file} has no column {column}."
    hint = "It has: {found}. Names count capitals and spaces."


class ColumnTwice(AnswerableError):
    """A column that was named stands there twice, so nobody can say which was meant."""

    code = "measure.column_twice"
    message = "{file} has more than one column {column}."
    hint = "Rename or drop one of them and run this again."


class ColumnNotCountable(AnswerableError):
    """A column whose values are no codes that could be counted."""

    code = "measure.column_not_countable"
    message = "Column {column} of {file} cannot be counted: it holds {found}."
    hint = "Groups, decisions and labels are short text, numbers, dates, or true and false."


class MalformedRow(AnswerableError):
    """A row that is not made like the header says."""

    code = "measure.malformed_row"
    message = "{file}, line {row}: {found}."
    hint = "Correct the line; nothing was counted."


class NullByte(AnswerableError):
    """Text with a character that no text holds: the file was damaged, or is none."""

    code = "measure.null_byte"
    message = "{file}, row {row}, column {column}: a null byte stands in the text."
    hint = "Copy or export it again; nothing was counted."


class Unreadable(AnswerableError):
    """The reader gave up on the file."""

    code = "measure.unreadable"
    message = "{file} cannot be read to the end: {found}."
    hint = "Copy or export it again."


class TooManyGroups(AnswerableError):
    """More groups than can be groups of people."""

    code = "measure.too_many_groups"
    message = "The columns {columns} split {file} into more than {most} combinations."
    hint = "One of them looks like an identifier. Name attributes with few values, or coarser ones."


class TooLittleMemory(AnswerableError):
    """The data need more memory than this command may take."""

    code = "measure.too_little_memory"
    message = "{file} holds cells or groups that do not fit into {limit} MB of memory."
    hint = "Drop columns of long text, or raise ANSWERABLE_MEMORY_MB."


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """Which columns mean what. ``label`` is None where nobody knows how it turned out."""

    decision: str
    label: str | None
    by: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.by, self.decision, *(() if self.label is None else (self.label,)))


WrittenRow = tuple[tuple[str | None, ...], str | None, str | None, int]
"""Group values, decision and label as they are written (None: missing), and the records."""


@contextmanager
def open_reader(
    source: Source, columns: Columns, limits: Limits, *, reader: "type[Reader] | None" = None
) -> "Iterator[Reader]":
    """Open a source for its counts, and close the connection whatever happens."""
    paths = [file.path for file in source.files]
    with locked(paths, limits=limits) as connection:
        yield (reader or Reader)(source, columns.named, limits, connection, readable=_COUNTABLE)


def read_cells(
    source: Source, names: Sequence[str], *, limits: Limits, rows_at_once: int
) -> "Iterator[tuple[DataFile, int, list[tuple[str | None, ...]]]]":
    """Read columns as text, in the order of the rows, with the same guards as the counts.

    Gives the file, the place of the first row in it, counted from 1 without the header,
    and some rows. A missing value is None; a time is written as ISO 8601 has it, with a Z
    where its zone is known; a text of more than 1,000 characters is cut off there. All
    files are read through once before the first row is given, so that a line that cannot
    be read at the end is not found out half-way.
    """
    paths = [file.path for file in source.files]
    with locked(paths, limits=limits) as connection:
        reader = Reader(source, names, limits, connection, readable=_WRITABLE)
        reader.check_to_the_end()
        for file in source.files:
            first = 1
            for rows in reader.cells(file, rows_at_once):
                yield file, first, rows
                first += len(rows)


def refuse_too_many(rows: Sequence[object], columns: Columns, name: str) -> None:
    """Refuse columns that split a table into more cells than are groups of people."""
    if len(rows) > MOST_CELLS:
        raise TooManyGroups(columns=", ".join(columns.by), file=name, most=MOST_CELLS)


def written_rows(rows: Sequence[tuple[object, ...]], columns: Columns) -> list[WrittenRow]:
    """Write the cells that an engine counted as text: every engine's values alike."""
    width = len(columns.by)
    return [
        (
            tuple(written(value) for value in row[:width]),
            written(row[width]),
            written(row[width + 1]) if columns.label is not None else None,
            int(str(row[-1])),
        )
        for row in rows
    ]


def _last_clause(text: str) -> str:
    """The part of a reader's message that speaks of the file and not of the reader."""
    first = (text.strip().splitlines() or [""])[0]
    return re.split(r"failed(?: \(\d+\))?: |Error: ", first)[-1].rstrip(".") or "it is damaged"


class Reader:
    """One source behind one locked-down connection."""

    def __init__(
        self,
        source: Source,
        names: Sequence[str],
        limits: Limits,
        connection: duckdb.DuckDBPyConnection,
        *,
        readable: re.Pattern[str],
    ) -> None:
        self.source = source
        self._named = names
        self._readable = readable
        self._limits = limits
        self._connection = connection
        self._csv = source.format is Format.CSV
        # How each column is called inside the query.
        self._inside: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._table = self._open()

    # -- what is in the files ------------------------------------------------------

    def _open(self) -> str:
        """Check the columns of every file, and return the SQL that reads them all."""
        first, *others = self.source.files
        schema = self._schema(first)
        for file in others:
            self._same_schema(first, schema, file, self._schema(file))
        names = [name for name, _ in schema]
        for column in self._named:
            self._check_column(column, schema)
            self._inside[column] = f"c{names.index(column)}" if self._csv else column
        if self.source.format is Format.PARQUET:
            self._refuse_huge_cells()
        return self._relation(self.source.files)

    def _refuse_huge_cells(self) -> None:
        """Refuse Parquet whose cells would take more memory to unpack than codes ever do.

        The reader's own ceiling does not count what one page unpacks to.
        """
        paths = literal([pattern(file.path) for file in self.source.files])
        with self._explained(self.source.files[0]):
            found = self._connection.execute(
                "SELECT file_name, path_in_schema FROM parquet_metadata("
                + paths
                + ") WHERE list_contains(?, path_in_schema) AND total_uncompressed_size"
                f" > greatest({_CHUNK_BYTES}, {_CELL_BYTES} * num_values) LIMIT 1",
                [list(self._named)],
            ).fetchone()
        if found is not None:
            name = next(file.name for file in self.source.files if str(file.path) == found[0])
            raise ColumnNotCountable(file=name, column=found[1], found=_LONG_TEXT)

    def _schema(self, file: DataFile) -> tuple[tuple[str, str], ...]:
        if self._csv:
            _, names = csv_header(file)
            return tuple((name, "VARCHAR") for name in names)
        with self._explained(file):
            rows = self._connection.execute(
                f"DESCRIBE SELECT * FROM {self._relation((file,))}"
            ).fetchall()
        return tuple((str(row[0]), str(row[1])) for row in rows)

    def _same_schema(
        self,
        first: DataFile,
        expected: tuple[tuple[str, str], ...],
        file: DataFile,
        found: tuple[tuple[str, str], ...],
    ) -> None:
        if found == expected:
            return
        have, want = dict(found), dict(expected)
        for name in [*want, *have]:
            if have.get(name) != want.get(name):
                raise MixedSources(
                    file=file.name,
                    found=f"column {name} is {have.get(name, 'missing')}",
                    first=first.name,
                    expected=want.get(name, "no such column"),
                )
        raise MixedSources(
            file=file.name,
            found=f"its columns stand in the order {', '.join(have)}",
            first=first.name,
            expected=", ".join(want),
        )

    def _check_column(self, column: str, schema: tuple[tuple[str, str], ...]) -> None:
        names = [name for name, _ in schema]
        if column not in names:
            shown = ", ".join(names[:_MOST_NAMES_SHOWN])
            found = shown + (" and more" if len(names) > _MOST_NAMES_SHOWN else "")
            raise ColumnMissing(file=self.source.name, column=column, found=found)
        # SQL does not tell capitals apart, so such twins would be read as one.
        twins = [name for name in names if name == column or name.casefold() == column.casefold()]
        if len([name for name in names if name == column] if self._csv else twins) > 1:
            raise ColumnTwice(file=self.source.name, column=column)
        kind = self._kinds[column] = dict(schema)[column]
        if not self._readable.fullmatch(kind):
            raise ColumnNotCountable(
                file=self.source.name, column=column, found=f"values of the type {kind}"
            )

    def _relation(self, files: Sequence[DataFile]) -> str:
        paths = literal([pattern(file.path) for file in files])
        # A folder called sex=F would otherwise take the place of the column sex.
        if self.source.format is Format.PARQUET:
            return f"read_parquet({paths}, hive_partitioning=false)"
        if self.source.format is Format.ARROW:
            streams = (f"SELECT * FROM {self._stream(file)}" for file in files)
            return f"({' UNION ALL '.join(streams)})"
        separator, names = csv_header(files[0])
        described = ", ".join(f"'c{index}': 'VARCHAR'" for index in range(len(names)))
        return (
            f"read_csv({paths}, auto_detect=false, header=true, delim={literal(separator)}, "
            "quote='\"', escape='\"', strict_mode=true, null_padding=false, "
            "hive_partitioning=false, "
            f"columns={{{described}}})"
        )

    def _stream(self, file: DataFile) -> str:
        # A stream can be read once, so each query gets one of its own.
        name = f"stream_{file.path.stat().st_ino}_{threading.get_ident()}"
        self._connection.register(name, nanoarrow.ArrayStream.from_path(file.path))
        return quoted(name)

    # -- the pass ------------------------------------------------------------------

    def count(self, columns: Columns, progress: Progress | None) -> list[WrittenRow]:
        """Count by group, decision and label as they are written."""
        query = cube_sql([self._inside[column] for column in columns.named], self._table)
        with self._explained(self.source.files[0]):
            rows = self._run(query, progress)
        return self._written(rows, columns)

    def _written(self, rows: list[tuple[object, ...]], columns: Columns) -> list[WrittenRow]:
        refuse_too_many(rows, columns, self.source.name)
        for at, column in enumerate(columns.named):
            self._refuse_no_codes(column, [row[at] for row in rows])
        return written_rows(rows, columns)

    def _run(self, query: str, progress: Progress | None) -> list[tuple[object, ...]]:
        if progress is None:
            return self._connection.execute(query).fetchall()
        done = threading.Event()

        def report() -> None:
            while not done.wait(0.1):
                progress(max(0.0, self._connection.query_progress() / 100))

        watcher = threading.Thread(target=report, daemon=True)
        watcher.start()
        try:
            return self._connection.execute(query).fetchall()
        finally:
            done.set()
            watcher.join()
            progress(1.0)

    def check_to_the_end(self) -> None:
        """Refuse files with a line or a page that cannot be read."""
        each = ", ".join(f"count({self._as_text(column)})" for column in self._named)
        with self._explained(self.source.files[0]):
            self._connection.execute(f"SELECT {each} FROM {self._table}").fetchall()

    def cells(self, file: DataFile, rows_at_once: int) -> "Iterator[list[tuple[str | None, ...]]]":
        """Read the columns of one file as text, some rows at a time."""
        chosen = ", ".join(self._as_text(column) for column in self._named)
        with self._explained(file):
            rows = self._connection.execute(f"SELECT {chosen} FROM {self._relation((file,))}")
            while batch := rows.fetchmany(rows_at_once):
                yield batch

    def _as_text(self, column: str) -> str:
        name = quoted(self._inside[column])
        if not self._kinds[column].startswith("TIMESTAMP"):
            # No longer than shows that it is too long.
            return f"left(CAST({name} AS VARCHAR), {_LONGEST_VALUE + 1})"
        zone = "Z" if "TIME ZONE" in self._kinds[column] else ""
        return f"strftime(make_timestamp(epoch_us({name})), '%Y-%m-%dT%H:%M:%S.%f{zone}')"

    # -- what is wrong with it -----------------------------------------------------

    def _refuse_no_codes(self, column: str, values: Sequence[object]) -> None:
        """Refuse a column in which something stands that is no code, and no text either."""
        if any(len(str(value)) > _LONGEST_VALUE for value in values):
            raise ColumnNotCountable(file=self.source.name, column=column, found=_LONG_TEXT)
        damaged = {value for value in values if isinstance(value, str) and "\0" in value}
        if damaged:
            file, row, _ = self.first_row(column, damaged)
            raise NullByte(file=file, row=row, column=column)

    def first_row(self, column: str, values: set[str]) -> tuple[str, int, str]:
        """The first record whose column holds one of the values: file, row, value."""
        for file in self.source.files:
            rows = self._connection.execute(
                f"SELECT row, value FROM (SELECT row_number() OVER () AS row, "
                f"{quoted(self._inside[column])} AS value FROM {self._relation((file,))}) "
                "WHERE value IS NOT NULL"
            )
            while batch := rows.fetchmany(10_000):
                for row, value in batch:
                    text = written(value)
                    if text in values:
                        return file.name, int(row), text
        # A damaged file may tell the counting pass one thing and this one another.
        found = f"column {column} gives other values when it is read again"
        raise Unreadable(file=self.source.name, found=found)

    @contextmanager
    def _explained(self, file: DataFile) -> "Iterator[None]":
        """Turn the reader's own errors into sentences that say where and what to do."""
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise TooLittleMemory(file=file.name, limit=self._limits.memory_mb) from error
        except duckdb.Error as error:
            raise self._reason(str(error), file) from error
        except NanoarrowException as error:
            raise Unreadable(file=file.name, found=_last_clause(str(error))) from error

    def _reason(self, text: str, file: DataFile) -> AnswerableError:
        named = re.search(r"file = (.+)|[Ff]ile \"?'?([^\"'\n]+)", text)
        path = next((part for part in named.groups() if part), "") if named else ""
        name = next(
            (f.name for f in self.source.files if path.strip() in spellings(f.path)),
            file.name,
        )
        line = re.search(r"CSV Error on Line: (\d+)", text)
        if line is None:
            return Unreadable(file=name, found=_last_clause(text))
        row = int(line[1])
        if "unicode" in text:
            return WrongEncoding(file=name, row=row)
        if "Maximum line size" in text:
            return CellTooLong(file=name, row=row)
        if "unterminated quote" in text:
            return MalformedRow(file=name, row=row, found="a quote is opened and never closed")
        counts = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
        if counts:
            found = f"it has {counts[2]} cells, the header {counts[1]}"
            return MalformedRow(file=name, row=row, found=found)
        return MalformedRow(file=name, row=row, found="the line is not made like the header says")
