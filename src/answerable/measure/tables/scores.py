"""Counts by group, score and label: one small table, whatever the number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from answerable.errors import AnswerableError
from answerable.measure.score_counts import ScoreCounts, combined
from answerable.measure.tables.codes import STANDARD, written
from answerable.measure.tables.count import NoRows, UnknownCode
from answerable.measure.tables.cube import MOST_CELLS
from answerable.measure.tables.locked import Limits, locked, quoted
from answerable.measure.tables.reader import (
    _COUNTABLE as COUNTABLE,
)
from answerable.measure.tables.reader import (
    ColumnNotCountable,
    Progress,
    Reader,
    TooManyGroups,
)
from answerable.measure.tables.sources import Source

MOST_SCORES = 100_000
"""More distinct scores than this are rounded, so that the table of counts stays small."""

MOST_SCORE_CELLS = 1_000_000
_DIGITS = (6, 5, 4, 3, 2)
_LONGEST_VALUE = 1000
_NUMBER = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")

Key = tuple[str | None, ...]


class ScoreNotANumber(AnswerableError):
    """A cell of the score that holds something other than a number."""

    code = "measure.score_not_a_number"
    message = "{file}, row {row}, column {column}: found {found}, expected a finite number."
    hint = (
        "Rows with such scores: {count}. Write numbers with a point (0.25), and unknown ones "
        "as null (in CSV: an empty cell)."
    )


class ScoresTooFine(AnswerableError):
    """More scores in more groups than can be counted, even of two digits."""

    code = "measure.scores_too_fine"
    message = "The groups of {columns} in {file} hold too many different scores to be counted."
    hint = "Name fewer groups or coarser ones, or round the score."


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreColumns:
    """Which columns mean what: the score, how it turned out, and what makes the groups."""

    score: str
    label: str
    by: tuple[str, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """Every column that is read."""
        return (*self.by, self.label, self.score)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreTally:
    """What was counted. Grain: one of ``counts`` per finest group.

    ``keys`` holds each group's values in the order of ``by``; None is a missing value, which
    is a group of its own. ``digits`` is the number of significant digits that scores were
    rounded to because more than 100,000 differ; None: none was rounded.
    """

    by: tuple[str, ...]
    keys: tuple[Key, ...]
    counts: tuple[ScoreCounts, ...]
    rows: int
    digits: int | None


def count_scores(
    source: Source, columns: ScoreColumns, *, limits: Limits, progress: Progress | None = None
) -> ScoreTally:
    """Count the records of a source by group, score and label.

    A first look in constant memory finds the groups, the labels, and how many scores differ;
    the second counts. Scores are counted as they are, or, where more than 100,000 differ,
    rounded to as many significant digits, 2 to 6, as leave fewer: those of the distance to 1
    where that is the nearer end, so that odds are kept as well as scores, and no score that
    lies between 0 and 1 becomes either.

    Raises
    ------
    AnswerableError
        One of this module's or its neighbours', naming file, row and column. Nothing
        partial comes back.
    """
    paths = [file.path for file in source.files]
    with locked(paths, limits=limits) as connection:
        reader = _ScoreReader(source, columns.named, limits, connection, readable=COUNTABLE)
        return reader.tally(columns, progress)


class _ScoreReader(Reader):
    """The reader of decisions, with passes over a column of numbers."""

    def tally(self, columns: ScoreColumns, progress: Progress | None) -> ScoreTally:
        number = self._number(columns.score)
        groups, rows, distinct = self._looked_at(columns, number)
        digits: int | None = None
        if distinct > MOST_SCORES or sum(g.distinct for g in groups) > MOST_SCORE_CELLS:
            digits = self._digits(columns, number)
            number = _rounded(f"({number})", digits)
        found = self._counted(columns, number, progress)
        keys = sorted(
            {group.key for group in groups},
            key=lambda key: tuple((value is None, value or "") for value in key),
        )
        parts: dict[Key, list[ScoreCounts]] = {key: [] for key in keys}
        for key, part in found:
            if key not in parts:
                # A damaged file may tell one pass one thing and the next another.
                raise NoRows(file=self.source.name)
            parts[key].append(part)
        return ScoreTally(
            by=columns.by,
            keys=tuple(keys),
            counts=tuple(combined(parts[key]) for key in keys),
            rows=rows,
            digits=digits,
        )

    def _number(self, column: str) -> str:
        """The score as SQL reads it: a double, NULL where it is missing or no number."""
        name, kind = quoted(self._inside[column]), self._kinds[column].removeprefix("U")
        if kind.startswith(_NUMBER):
            return f"CASE WHEN isfinite(CAST({name} AS DOUBLE)) THEN CAST({name} AS DOUBLE) END"
        if kind == "VARCHAR":
            read = f"TRY_CAST({name} AS DOUBLE)"
            return f"CASE WHEN isfinite({read}) THEN {read} END"
        if kind == '"NULL"':
            return "CAST(NULL AS DOUBLE)"
        raise ColumnNotCountable(
            file=self.source.name, column=column, found=f"values of the type {kind}, not numbers"
        )

    @property
    def _every_row(self) -> str:
        """The SQL that reads them all, made anew: a stream can be read once."""
        return self._relation(self.source.files)

    def _bad(self, column: str, number: str) -> str:
        name = quoted(self._inside[column])
        if self._kinds[column] in {"FLOAT", "DOUBLE"}:
            # In a column of floats NaN is how a missing number is written.
            return f"isinf({name})"
        return f"{name} IS NOT NULL AND ({number}) IS NULL"

    def _looked_at(self, columns: ScoreColumns, number: str) -> "tuple[list[_Seen], int, int]":
        keys = [quoted(self._inside[name]) for name in (*columns.by, columns.label)]
        chosen = ", ".join(f"{name} AS k{at}" for at, name in enumerate(keys))
        named = ", ".join(f"k{at}" for at in range(len(keys)))
        query = (
            f"SELECT {named}, grouping({named.rpartition(' ')[2]}) AS whole, count(*), "
            "approx_count_distinct(s), count_if(bad) "
            f"FROM (SELECT {chosen}, {number} AS s, {self._bad(columns.score, number)} AS bad "
            f"FROM {self._every_row}) GROUP BY GROUPING SETS (({named}), ()) LIMIT {MOST_CELLS + 2}"
        )
        with self._explained(self.source.files[0]):
            rows = self._connection.execute(query).fetchall()
        if len(rows) > MOST_CELLS + 1:
            self._refuse_groups(columns)
        at = len(keys)
        (whole,) = (row[at:] for row in rows if row[at])
        if not whole[1]:
            raise NoRows(file=self.source.name)
        for place, column in enumerate((*columns.by, columns.label)):
            self._refuse_no_codes(column, [row[place] for row in rows])
        if whole[3]:
            self._refuse_score(columns.score, number, count=int(whole[3]))
        seen = [_seen(row, width=len(columns.by)) for row in rows if not row[at]]
        self._refuse_labels(columns.label, seen)
        return seen, int(whole[1]), int(whole[2])

    def _digits(self, columns: ScoreColumns, number: str) -> int:
        """The most digits with which few enough scores differ."""
        keys = [quoted(self._inside[name]) for name in (*columns.by, columns.label)]
        chosen = ", ".join(f"{name} AS k{at}" for at, name in enumerate(keys))
        named = ", ".join(f"k{at}" for at in range(len(keys)))
        each = ", ".join(f"approx_count_distinct({_rounded('s', digits)})" for digits in _DIGITS)
        query = (
            f"SELECT grouping({named.rpartition(' ')[2]}) AS whole, {each} "
            f"FROM (SELECT {chosen}, {number} AS s FROM {self._every_row}) "
            f"GROUP BY GROUPING SETS (({named}), ())"
        )
        with self._explained(self.source.files[0]):
            rows = self._connection.execute(query).fetchall()
        for at, digits in enumerate(_DIGITS, start=1):
            whole = sum(row[at] for row in rows if row[0])
            cells = sum(row[at] for row in rows if not row[0])
            if whole <= MOST_SCORES and cells <= MOST_SCORE_CELLS:
                return digits
        raise ScoresTooFine(columns=", ".join((*columns.by, columns.label)), file=self.source.name)

    def _counted(
        self, columns: ScoreColumns, number: str, progress: Progress | None
    ) -> list[tuple[Key, ScoreCounts]]:
        keys = [quoted(self._inside[name]) for name in (*columns.by, columns.label)]
        chosen = ", ".join(f"{name} AS k{at}" for at, name in enumerate(keys))
        named = ", ".join(f"k{at}" for at in range(len(keys)))
        # Each group's scores come as one list: few rows to hand over, however many scores.
        query = (
            f"SELECT {named}, list(s), list(n) FROM (SELECT {chosen}, {number} AS s, "
            f"count(*) AS n FROM {self._every_row} GROUP BY ALL) GROUP BY {named}"
        )
        with self._explained(self.source.files[0]):
            rows = self._run(query, progress)
        width = len(columns.by)
        return [
            (tuple(written(value) for value in row[:width]), _counts(row[width:])) for row in rows
        ]

    # -- what is wrong with it -----------------------------------------------------

    def _refuse_groups(self, columns: ScoreColumns) -> None:
        named = ", ".join((*columns.by, columns.label))
        raise TooManyGroups(columns=named, file=self.source.name, most=MOST_CELLS)

    def _refuse_labels(self, column: str, seen: "Sequence[_Seen]") -> None:
        unknown = {
            group.label
            for group in seen
            if group.label is not None and STANDARD.read(group.label) is None
        }
        if not unknown:
            return
        file, row, found = self.first_row(column, unknown)
        raise UnknownCode(
            file=file,
            row=row,
            column=column,
            found=repr(found[:40]),
            expected=STANDARD.expected,
            advice="Write outcomes as 1 and 0, and unknown ones as null (in CSV: an empty cell).",
            count=sum(group.rows for group in seen if group.label in unknown),
        )

    def _refuse_score(self, column: str, number: str, *, count: int) -> None:
        name = quoted(self._inside[column])
        for file in self.source.files:
            with self._explained(file):
                found = self._connection.execute(
                    f"SELECT row, left(CAST({name} AS VARCHAR), 40) FROM (SELECT row_number() "
                    f"OVER () AS row, {name} FROM {self._relation((file,))}) "
                    f"WHERE {self._bad(column, number)} ORDER BY row LIMIT 1"
                ).fetchone()
            if found is not None:
                raise ScoreNotANumber(
                    file=file.name, row=found[0], column=column, found=repr(found[1]), count=count
                )


def _rounded(number: str, digits: int) -> str:
    """A score to so many significant digits, of its distance to 1 where that is nearer."""
    near_one = f"{number} > 0.5 AND {number} < 1"
    from_one = _significant(f"(1 - {number})", digits)
    return f"CASE WHEN {near_one} THEN 1 - {from_one} ELSE {_significant(number, digits)} END"


def _significant(number: str, digits: int) -> str:
    # What lies below is 0 to any purpose, and its digits are too far out for the reader.
    places = f"CAST({digits - 1} - floor(log10(abs({number}))) AS INTEGER)"
    return f"CASE WHEN abs({number}) < 1e-290 THEN {number} ELSE round({number}, {places}) END"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A group and label of the first look."""

    key: Key
    label: str | None
    rows: int
    distinct: int


def _seen(row: Sequence[Any], *, width: int) -> _Seen:
    return _Seen(
        key=tuple(written(value) for value in row[:width]),
        label=written(row[width]),
        rows=int(row[width + 2]),
        distinct=int(row[width + 3]),
    )


def _counts(row: Sequence[Any]) -> ScoreCounts:
    """One label's records: its scores, and how many records have each."""
    label, scores, counts = row
    text = written(label)
    one = None if text is None else STANDARD.read(text)
    pairs = [(score, n) for score, n in zip(scores, counts, strict=True) if score is not None]
    unscored = sum(n for score, n in zip(scores, counts, strict=True) if score is None)
    records = np.array([n for _, n in pairs], dtype=np.int64)
    none = np.zeros_like(records)
    return ScoreCounts(
        scores=np.array([score for score, _ in pairs], dtype=np.float64),
        ones=records if one is True else none,
        zeros=records if one is False else none,
        unlabelled=records if one is None else none,
        ones_unscored=unscored if one is True else 0,
        zeros_unscored=unscored if one is False else 0,
        neither=unscored if one is None else 0,
    )
