"""One pass over a table: how many records fall in each cell of groups, decision and label."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from answerable.errors import AnswerableError
from answerable.measure.counts import CELLS, POSITION, Cell, Counts
from answerable.measure.tables.codes import STANDARD, Codes, decision_codes
from answerable.measure.tables.cube import Engine
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.postgres import open_table
from answerable.measure.tables.reader import (
    Columns,
    Progress,
    WrittenRow,
    open_reader,
)
from answerable.measure.tables.sources import Digest, Source
from answerable.measure.tables.spark import SparkReader
from answerable.record.canonical import canonical_bytes


class UnknownCode(AnswerableError):
    """A value that is neither of the two a column may hold."""

    code = "measure.unknown_code"
    message = "{file}, row {row}, column {column}: found {found}, expected {expected}."
    hint = "Rows with such values: {count}. {advice}"


class NoRows(AnswerableError):
    """A table with columns and no rows."""

    code = "measure.no_rows"
    message = "{file} has columns but no rows, so nothing can be measured from it."
    hint = "Check the filter of the export."


class Counting(Protocol):
    """Whatever counts: one engine with one source."""

    source: Source

    def count(self, columns: Columns, progress: Progress | None) -> list[WrittenRow]:
        """Count by group, decision and label as they are written."""

    def first_row(self, column: str, values: set[str]) -> tuple[str, int, str]:
        """The first record whose column holds one of the values: file, row, value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What one pass counted. Grain: one row of ``counts`` per finest group.

    ``keys`` holds each group's values in the order of ``by``; None is a missing value,
    which is a group of its own. ``counts`` has shape (groups, 9), see `Cell`.
    """

    by: tuple[str, ...]
    keys: tuple[tuple[str | None, ...], ...]
    counts: Counts
    labelled: bool
    positive_is_favourable: bool

    @property
    def rows(self) -> int:
        """Every record of the table, none left out."""
        return int(self.counts.sum())


def count_decisions(
    source: Source,
    columns: Columns,
    *,
    positive: str | None = None,
    favourable: str | None = None,
    limits: Limits,
    engine: Engine = Engine.DUCKDB,
    progress: Progress | None = None,
) -> Tally:
    """Count the records of a source by group, decision and label, in one pass.

    A table of a database is counted there, whatever the engine.

    Raises
    ------
    AnswerableError
        One of this module's or its neighbours', naming file, row and column. Nothing
        partial comes back.
    """
    with _opened(source, columns, limits, engine) as reader:
        cells = reader.count(columns, progress)
        if not cells:
            raise NoRows(file=source.name)
        return _tally(reader, cells, columns, positive, favourable)


def rolled_up(tally: Tally, width: int) -> Tally:
    """Put the cells together that are alike in the first ``width`` of their columns."""
    groups: dict[tuple[str | None, ...], Counts] = {}
    for key, counts in zip(tally.keys, tally.counts, strict=True):
        held = groups.get(key[:width])
        groups[key[:width]] = counts if held is None else held + counts
    return Tally(
        by=tally.by[:width],
        keys=tuple(groups),
        counts=np.array(list(groups.values())),
        labelled=tally.labelled,
        positive_is_favourable=tally.positive_is_favourable,
    )


def digest_of_counts(name: str, tally: Tally) -> Digest:
    """Identify a table of a database by what was counted: it has no bytes that stay the same."""
    listing = [[*key, *row] for key, row in zip(tally.keys, tally.counts.tolist(), strict=True)]
    sha256 = hashlib.sha256(canonical_bytes(listing)).hexdigest()
    return Digest(sha256=sha256, files=((name, sha256),))


def _opened(
    source: Source, columns: Columns, limits: Limits, engine: Engine
) -> "AbstractContextManager[Counting]":
    if source.address is not None:
        return open_table(source)
    if engine is Engine.SPARK:
        return open_reader(source, columns, limits, reader=SparkReader)
    return open_reader(source, columns, limits)


def _tally(
    reader: Counting,
    cells: Sequence[WrittenRow],
    columns: Columns,
    positive: str | None,
    favourable: str | None,
) -> Tally:
    decisions = {decision for _, decision, _, _ in cells if decision is not None}
    codes, positive_is_favourable = decision_codes(
        decisions,
        positive=positive,
        favourable=favourable,
        column=columns.decision,
        file=reader.source.name,
    )
    _refuse_unknown(reader, columns.decision, decisions, codes, cells, at=1)
    if columns.label is not None:
        labels = {label for _, _, label, _ in cells if label is not None}
        _refuse_unknown(reader, columns.label, labels, STANDARD, cells, at=2)
    groups: dict[tuple[str | None, ...], Counts] = {}
    for key, decision, label, records in cells:
        cell = Cell(
            (
                None if decision is None else codes.read(decision),
                None if label is None else STANDARD.read(label),
            )
        )
        row = groups.setdefault(key, np.zeros(len(CELLS), dtype=np.int64))
        row[POSITION[cell]] += records
    # Missing values sort last, so that tables read alike whatever order rows came in.
    keys = sorted(groups, key=lambda key: tuple((value is None, value or "") for value in key))
    return Tally(
        by=columns.by,
        keys=tuple(keys),
        counts=np.array([groups[key] for key in keys]),
        labelled=columns.label is not None,
        positive_is_favourable=positive_is_favourable,
    )


_ADVICE = {
    1: "Name the positive value with --positive, or correct the rows; unknown ones are null.",
    2: "Write outcomes as 1 and 0, and unknown ones as null (in CSV: an empty cell).",
}


def _refuse_unknown(
    reader: Counting,
    column: str,
    values: set[str],
    codes: Codes,
    cells: Sequence[WrittenRow],
    *,
    at: int,
) -> None:
    """Refuse a column that holds a code which is neither yes nor no, naming the first."""
    unknown = {value for value in values if codes.read(value) is None}
    if not unknown:
        return
    file, row, found = reader.first_row(column, unknown)
    raise UnknownCode(
        file=file,
        row=row,
        column=column,
        found=repr(found[:40]),
        expected=codes.expected,
        advice=_ADVICE[at],
        count=sum(cell[3] for cell in cells if cell[at] in unknown),
    )
