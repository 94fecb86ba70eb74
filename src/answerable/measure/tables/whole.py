"""Passes over all columns of a table: how they are filled, by group and in time.

Each pass hands over counts. No cell leaves this module but the values of columns that
somebody named as groups or whose values are few enough to be categories.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from answerable.errors import AnswerableError
from answerable.measure.tables.codes import written
from answerable.measure.tables.count import NoRows
from answerable.measure.tables.cube import MOST_CELLS
from answerable.measure.tables.locked import Limits, literal, locked, quoted
from answerable.measure.tables.reader import _WRITABLE as WRITABLE
from answerable.measure.tables.reader import (
    ColumnNotCountable,
    Reader,
    TooManyGroups,
)
from answerable.measure.tables.sources import Format, Source

MOST_COLUMNS = 2_000
MOST_PERIODS = 1_200

STAND_INS = ("unknown", "not known", "not stated", "n/a", "na", "none", "null", "nan", "?", "-")
"""Text that is filled in and says that nothing is known; compared without capitals."""

_ROWS_A_PASS = 1_500_000
_MOST_PASSES = 100
_THINNED_TO = 1_000_000
_LONGEST_VALUE = 1000
_NUMBER = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")


class TooManyColumns(AnswerableError):
    """More columns than any table of decisions or people has."""

    code = "measure.too_many_columns"
    message = "{file} has {found:,} columns; at most {most:,} are looked at."
    hint = "Its rows and columns may be swapped. Leave out what is not needed."


class TimeUnreadable(AnswerableError):
    """A column that was named as the time and holds none that can be read in one way only."""

    code = "measure.time_unreadable"
    message = "Column {column} of {file} gives no months or years: {found}."
    hint = "Write times as 2024-01-31, 2024-01 or 2024, all of them alike."


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnFacts:
    """One column over all rows.

    ``filled`` counts the rows with a value, ``stand_ins`` those of them that say "unknown";
    ``constant``: all values that are there are one and the same.
    """

    name: str
    filled: int
    stand_ins: int
    constant: bool
    distinct_about: int
    fingerprint: tuple[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeats:
    """Rows that are like an earlier one in every column, and how often the most frequent stands."""

    rows: int
    most_alike: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """How many rows have each key, and how many of them are filled in each column."""

    columns: tuple[str, ...]
    cells: Mapping[tuple[str | None, ...], tuple[int, tuple[int, ...]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The smallest and largest number of a column; None where it has something else in it."""

    low: float
    high: float


@contextmanager
def open_whole(*sources: Source, limits: Limits) -> "Iterator[tuple[WholeTable, ...]]":
    """Open whole tables behind one connection that can read them and do nothing else."""
    paths = [file.path for source in sources for file in source.files]
    with locked(dict.fromkeys(paths), limits=limits) as connection:
        yield tuple(WholeTable(source, limits, connection) for source in sources)


class WholeTable(Reader):
    """A source of which every column is looked at. Twins are named as ``name.1``, ``name.2``."""

    def __init__(
        self, source: Source, limits: Limits, connection: duckdb.DuckDBPyConnection
    ) -> None:
        super().__init__(source, (), limits, connection, readable=WRITABLE)
        counted = self._ask("count(*)")[0][0]
        self.rows = int(str(counted))
        if not self.rows:
            raise NoRows(file=source.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, in the order of the file."""
        return tuple(self._named)

    def _open(self) -> str:
        first, *others = self.source.files
        schema = self._schema(first)
        for file in others:
            self._same_schema(first, schema, file, self._schema(file))
        if len(schema) > MOST_COLUMNS:
            raise TooManyColumns(file=self.source.name, found=len(schema), most=MOST_COLUMNS)
        names = _told_apart([name for name, _ in schema])
        self._named = names
        for place, (name, (stored, kind)) in enumerate(zip(names, schema, strict=True)):
            self._inside[name] = f"c{place}" if self._csv else stored
            self._kinds[name] = kind
        if self.source.format is Format.PARQUET:
            self._refuse_huge_cells()
        return ""

    def require(self, column: str) -> None:
        """Refuse a column that was named and is not there, or that stands there twice."""
        schema = tuple((name, self._kinds[name]) for name in self._named)
        self._check_column(column, schema)

    # -- how SQL speaks of a cell ----------------------------------------------------

    def _cell(self, column: str) -> str:
        """A cell as SQL; NULL where it is missing: null, not a number, or nothing but spaces."""
        name, kind = quoted(self._inside[column]), self._kinds[column]
        if kind == "VARCHAR":
            return f"CASE WHEN trim({name}) = '' THEN NULL ELSE {name} END"
        if kind in {"FLOAT", "DOUBLE"}:
            return f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END"
        if kind.startswith("TIMESTAMP"):
            return self._as_text(column)
        return name if WRITABLE.fullmatch(kind) else f"CAST({name} AS VARCHAR)"

    def _ask(self, chosen: str, *, where: str = "", rest: str = "") -> list[tuple[object, ...]]:
        # A stream can be read once, so every query makes its own.
        relation = self.relation()
        condition = f" WHERE {where}" if where else ""
        with self._explained(self.source.files[0]):
            return self._connection.execute(
                f"SELECT {chosen} FROM {relation}{condition} {rest}"
            ).fetchall()

    # -- the passes ------------------------------------------------------------------

    def profile(self) -> tuple[ColumnFacts, ...]:
        """Look at every column over all rows, in one pass."""
        stand_ins = literal(list(STAND_INS))
        asked = []
        for column in self._named:
            cell = self._cell(column)
            text = self._kinds[column] == "VARCHAR"
            unknown = f"list_contains({stand_ins}, lower(trim({cell})))" if text else "false"
            asked += [
                f"count({cell})",
                f"count(*) FILTER ({unknown})",
                f"min(hash({cell})) FILTER (({cell}) IS NOT NULL)",
                f"max(hash({cell})) FILTER (({cell}) IS NOT NULL)",
                f"approx_count_distinct({cell})",
                f"sum(CAST(hash({cell}) AS HUGEINT))",
                f"min({cell}) FILTER (contains({cell}, chr(0)))" if text else "NULL",
            ]
        width = len(asked) // len(self._named)
        told = self._ask(", ".join(asked))[0]
        for column, damaged in zip(self._named, told[width - 1 :: width], strict=True):
            self._refuse_no_codes(column, [damaged] if isinstance(damaged, str) else [])
        found = [int(str(value)) if isinstance(value, int) else 0 for value in told]
        return tuple(
            ColumnFacts(
                name=column,
                filled=found[at],
                stand_ins=found[at + 1],
                constant=found[at] > 0 and found[at + 2] == found[at + 3],
                distinct_about=found[at + 4],
                fingerprint=(self._kinds[column], found[at + 5]),
            )
            for column, at in zip(self._named, range(0, len(found), width), strict=True)
        )

    def identical(self, pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Find the pairs of columns that hold the same in every row."""
        if not pairs:
            return ()
        differing = ", ".join(
            f"count(*) FILTER (({self._cell(a)}) IS DISTINCT FROM ({self._cell(b)}))"
            for a, b in pairs
        )
        found = self._ask(differing)[0]
        return tuple(pair for pair, differ in zip(pairs, found, strict=True) if not differ)

    def repeats(self) -> Repeats | None:
        """Count the rows that repeat an earlier one; None where there are too many to compare.

        Rows are told apart by a fingerprint of 64 bits. Among n rows that are all different
        it takes about n² / 2⁶⁵ pairs for alike: less than one in a thousand runs of 10⁸.
        """
        passes = -(-self.rows // _ROWS_A_PASS)
        if passes > _MOST_PASSES:
            return None
        cells = ", ".join(f"({self._cell(column)})" for column in self._named)
        rows = most = 0
        for number in range(passes):
            relation = self.relation()
            with self._explained(self.source.files[0]):
                found = self._connection.execute(
                    "SELECT coalesce(sum(n - 1), 0), coalesce(max(n), 1) FROM ("
                    f"SELECT count(*) AS n FROM (SELECT hash({cells}) AS h FROM {relation}) "
                    f"WHERE h % {passes} = {number} GROUP BY h HAVING n > 1)"
                ).fetchone()
            if found is not None:
                rows, most = rows + int(found[0]), max(most, int(found[1]))
        return Repeats(rows=rows, most_alike=most)

    def filled_by(self, by: Sequence[str], columns: Sequence[str]) -> Filled:
        """Count by group how many rows are filled in each column."""
        keys = [f"{self._cell(column)} AS k{at}" for at, column in enumerate(by)]
        return self._filled(keys, by, columns)

    def filled_in_time(self, time: str, columns: Sequence[str]) -> Filled:
        """Count by month, or by year where the column holds years, what is filled.

        The month is the one that is written: no time zone is changed. A key of None is a
        row without a time, an empty one a row whose time cannot be read.
        """
        text = f"CAST({self._cell(time)} AS VARCHAR)"
        period = (
            f"CASE WHEN {text} IS NULL THEN NULL "
            f"WHEN regexp_full_match({text}, '\\s*(1[6-9]|2[0-9])[0-9][0-9](\\.0)?\\s*') "
            f"THEN left(trim({text}), 4) "
            f"ELSE regexp_extract({text}, '^\\s*([0-9]{{4}}-(0[1-9]|1[0-2]))([^0-9]|$)', 1) "
            "END AS k0"
        )
        found = self._filled([period], [time], columns)
        kinds = {len(str(key)) for (key,) in found.cells if key}
        unreadable = found.cells.get(("",), (0, ()))[0]
        if not kinds or len(kinds) > 1:
            seen = "years and months stand side by side" if kinds else "no value can be read as one"
            raise TimeUnreadable(column=time, file=self.source.name, found=seen)
        if unreadable * 2 > self.rows:
            seen = f"{unreadable:,} of {self.rows:,} values cannot be read"
            raise TimeUnreadable(column=time, file=self.source.name, found=seen)
        if len(found.cells) > MOST_PERIODS:
            seen = f"it holds more than {MOST_PERIODS:,} of them"
            raise TimeUnreadable(column=time, file=self.source.name, found=seen)
        return found

    def ones_in_time(self, time: str, label: str) -> dict[tuple[str | None, str | None], int]:
        """Count rows by period and by the value of the label as it is written."""
        months = self.filled_in_time(time, ())
        text = f"CAST({self._cell(time)} AS VARCHAR)"
        width = max(len(str(key)) for (key,) in months.cells if key)
        period = f"CASE WHEN {text} IS NULL THEN NULL ELSE left(trim({text}), {width}) END"
        rows = self._ask(
            f"{period} AS k0, {self._cell(label)} AS k1, count(*)",
            rest=f"GROUP BY ALL LIMIT {MOST_CELLS + 1}",
        )
        counted: dict[tuple[str | None, str | None], int] = {}
        for key, value, number in rows:
            known = str(key) if (str(key),) in months.cells else None
            at = (known, written(value))
            counted[at] = counted.get(at, 0) + int(str(number))
        return counted

    def after_the_last(self, time: str, label: str, value: str) -> tuple[str, int] | None:
        """Find the last day on which the label has a value, and the rows of later days.

        None where the times have no days, or the label never has the value.
        """
        day = f"regexp_extract(CAST({self._cell(time)} AS VARCHAR), '^\\s*([0-9-]{{10}})', 1)"
        held = f"CAST({self._cell(label)} AS VARCHAR) = {literal(value)}"
        ((last,),) = self._ask(f"max({day})", where=held)
        if not last:
            return None
        ((after,),) = self._ask("count(*)", where=f"{day} > {literal(str(last))}")
        return str(last), int(str(after))

    def _filled(self, keys: Sequence[str], by: Sequence[str], columns: Sequence[str]) -> Filled:
        counts = ["count(*)", *(f"count({self._cell(column)})" for column in columns)]
        rows = self._ask(", ".join([*keys, *counts]), rest=f"GROUP BY ALL LIMIT {MOST_CELLS + 1}")
        if len(rows) > MOST_CELLS:
            raise TooManyGroups(columns=", ".join(by), file=self.source.name, most=MOST_CELLS)
        width = len(keys)
        cells: dict[tuple[str | None, ...], tuple[int, tuple[int, ...]]] = {}
        for row in rows:
            key = tuple(written(value) for value in row[:width])
            if any(len(value or "") > _LONGEST_VALUE for value in key):
                raise ColumnNotCountable(
                    file=self.source.name, column=by[0], found="text too long for a code"
                )
            each = [int(str(value)) for value in row[width:]]
            cells[key] = (each[0], tuple(each[1:]))
        return Filled(columns=tuple(columns), cells=cells)

    # -- two tables --------------------------------------------------------------------

    def relation(self) -> str:
        """Name all rows in SQL, to be read once."""
        return self._relation(self.source.files)

    def number(self, column: str) -> str:
        """Name a cell as a number in SQL; NULL where it is none."""
        return f"try_cast({self._cell(column)} AS DOUBLE)"

    def spans(self, columns: Sequence[str]) -> dict[str, Span]:
        """Find the smallest and the largest number of each column that holds only numbers."""
        asked = []
        for column in columns:
            number = self.number(column)
            usable = self._kinds[column].startswith((*_NUMBER, "U", "VARCHAR"))
            asked += [
                f"count({self._cell(column)})",
                f"count({number}) FILTER (isfinite({number}))" if usable else "0",
                f"min({number}) FILTER (isfinite({number}))" if usable else "NULL",
                f"max({number}) FILTER (isfinite({number}))" if usable else "NULL",
            ]
        found = self._ask(", ".join(asked))[0] if asked else ()
        return {
            column: Span(low=float(str(found[at + 2])), high=float(str(found[at + 3])))
            for column, at in zip(columns, range(0, len(found), 4), strict=True)
            if found[at] and found[at] == found[at + 1]
        }

    def values(self, column: str, *, most: int) -> dict[str | None, int] | None:
        """Count each value of a column; None where it has more than ``most``."""
        rows = self._ask(
            f"{self._cell(column)} AS k0, count(*)", rest=f"GROUP BY ALL LIMIT {most + 2}"
        )
        if len(rows) > most + 1:
            return None
        counted: dict[str | None, int] = {}
        for value, number in rows:
            text = written(value)
            counted[text] = counted.get(text, 0) + int(str(number))
        return counted

    def bins(self, column: str, cuts: Sequence[float]) -> tuple[int, ...]:
        """Count the rows up to each cut, above the last one, and without a value."""
        number = self.number(column)
        up_to = [f"count(*) FILTER ({number} <= {cut!r})" for cut in cuts]
        found = self._ask(", ".join([*up_to, f"count({number})", "count(*)"]))[0]
        sums = [0, *(int(str(value)) for value in found)]
        return tuple(after - before for before, after in pairwise(sums))

    def deciles(self, other: "WholeTable", column: str) -> tuple[float, ...]:
        """Cut the numbers of two tables taken together into ten parts, without regard to which.

        Of very many rows, values are thinned by their own fingerprint, alike in both tables.
        """
        keep = max(1, (self.rows + other.rows) // _THINNED_TO)
        both = " UNION ALL ".join(
            f"SELECT {table.number(column)} AS x FROM {table.relation()}" for table in (self, other)
        )
        tenths = literal_numbers([place / 10 for place in range(1, 10)])
        with self._explained(self.source.files[0]):
            found = self._connection.execute(
                f"SELECT quantile_disc(x, {tenths}) FROM ({both}) "
                f"WHERE x IS NOT NULL AND hash(x) % {keep} = 0"
            ).fetchone()
        return tuple(sorted({float(cut) for cut in (found[0] if found else None) or ()}))

    def outside_by(
        self,
        by: Sequence[str],
        *,
        spans: Mapping[str, Span],
        known: Mapping[str, Sequence[str]],
    ) -> Filled:
        """Count by group the rows that hold a value outside what was seen elsewhere.

        ``columns`` of what comes back are those of ``spans``, of ``known``, and last "any".
        """
        tests = [
            f"({self.number(column)} NOT BETWEEN {span.low!r} AND {span.high!r})"
            for column, span in spans.items()
        ]
        tests += [
            f"(NOT list_contains({literal(list(values))}, CAST({self._cell(column)} AS VARCHAR)))"
            for column, values in known.items()
        ]
        each = [*tests, " OR ".join(f"coalesce({test}, false)" for test in tests) or "false"]
        counts = ["count(*)", *(f"count(*) FILTER ({test})" for test in each)]
        keys = [f"{self._cell(column)} AS k{at}" for at, column in enumerate(by)]
        rows = self._ask(", ".join([*keys, *counts]), rest="GROUP BY ALL" if keys else "")
        return Filled(
            columns=(*spans, *known, "any"),
            cells={
                tuple(written(value) for value in row[: len(keys)]): (
                    int(str(row[len(keys)])),
                    tuple(int(str(value)) for value in row[len(keys) + 1 :]),
                )
                for row in rows
            },
        )


def literal_numbers(numbers: Sequence[float]) -> str:
    """Write numbers as SQL does.

    >>> literal_numbers([0.1, 2.0])
    '[0.1, 2.0]'
    """
    return f"[{', '.join(repr(float(number)) for number in numbers)}]"


def _told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Give twins names of their own, in the order of the file.

    >>> _told_apart(["a", "b", "a", "a", "a.1"])
    ('a', 'b', 'a.2', 'a.3', 'a.1')
    """
    taken = set(names)
    seen: set[str] = set()
    told = []
    for name in names:
        own, number = name, 0
        while own in seen or (number and own in taken):
            number += 1
            own = f"{name}.{number}"
        seen.add(own)
        told.append(own)
    return tuple(told)
