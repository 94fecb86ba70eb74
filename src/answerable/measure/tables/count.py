"""One pass over a table: how many records fall in each cell of groups, decision and label."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from answerable.errors import AnswerableError
from answerable.measure.counts import CELLS, POSITION, Cell, Counts
from answerable.measure.tables.codes import STANDARD, Codes, decision_codes
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.reader import (
    Columns,
    Progress,
    Reader,
    WrittenRow,
    open_reader,
)
from answerable.measure.tables.sources import Source


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
    progress: Progress | None = None,
) -> Tally:
    """Count the records of a source by group, decision and label, in one pass.

    Raises
    ------
    AnswerableError
        One of this module's or its neighbours', naming file, row and column. Nothing
        partial comes back.
    """
    with open_reader(source, columns, limits) as reader:
        cells = reader.count(columns, progress)
        if not cells:
            raise NoRows(file=source.name)
        return _tally(reader, cells, columns, positive, favourable)


def _tally(
    reader: Reader,
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
    reader: Reader,
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
