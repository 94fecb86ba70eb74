"""Whether data are still like those they are compared with, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Integers
from answerable.measure.benjamini_hochberg import benjamini_hochberg
from answerable.measure.quality.g_test import FEWEST_EXPECTED, Fit, g_test_of_two
from answerable.measure.quality.jensen_shannon import jensen_shannon
from answerable.measure.quality.missing_share import missing_share
from answerable.measure.tables.whole import ColumnFacts, Filled, Span, WholeTable
from answerable.record.measurement import CannotSay, Finding
from answerable.verdict.groups import GroupKey
from answerable.verdict.quality_limits import (
    FAMILYWISE,
    MET,
    NOT_MET,
    Answer,
    Band,
    cannot_say,
)

MOST_VALUES = 50
"""Text with more values than this is no category; names and numbers of files are not."""

MOST_PLAIN_NUMBERS = 20
"""Numbers with more values than this are put into ten bins."""

_APPROXIMATE = 2
"""The count of values is approximate; twice as many are let in and then counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnDrift:
    """One column in both tables. ``adjusted``: Benjamini-Hochberg over the columns.

    ``kind`` is "categories" or "bins"; ``outside`` the share of rows whose value lies
    outside what the other table has.
    """

    column: str
    kind: str
    cells: int
    fit: Fit
    adjusted: float
    divergence: float
    outside: Finding
    answer: Answer

    @property
    def differs(self) -> bool:
        """Whether it is on the list to look into, of which at most 5 % should be false."""
        return self.adjusted <= FAMILYWISE


@dataclass(frozen=True, kw_only=True, slots=True)
class OutsideShare:
    """The share of rows of a group with any value outside what the other table has."""

    group: GroupKey
    share: Finding


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftFound:
    """Every column of both tables. ``left_out`` gives columns and why they were not compared."""

    against: str
    rows: int
    columns: tuple[ColumnDrift, ...]
    left_out: tuple[tuple[str, CannotSay], ...]
    only_here: tuple[str, ...]
    only_there: tuple[str, ...]
    outside: tuple[OutsideShare, ...]
    band: Band

    @property
    def answer(self) -> Answer:
        """Whether the columns compared lie within the limit."""
        if not self.columns:
            needs = "columns of the same names with categories or numbers in both files"
            return cannot_say(CannotSay(reason="no_column_to_compare", needs=needs))
        verdicts = [column.answer for column in self.columns]
        if NOT_MET in verdicts or self.only_there:
            return NOT_MET
        return next((one for one in verdicts if one.why is not None), MET)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pair:
    """A column as counts of the same cells in both tables."""

    column: str
    kind: str
    here: Integers
    there: Integers


_TOO_MANY_VALUES = CannotSay(
    reason="too_many_values",
    needs="a coarser column: this one has too many values to be categories",
)
_NOTHING_THERE = CannotSay(
    reason="nothing_to_compare", needs="values of this column in both files, and more than one"
)


def judge_drift(
    here: tuple[WholeTable, Sequence[ColumnFacts]],
    there: tuple[WholeTable, Sequence[ColumnFacts]],
    *,
    by: Sequence[str],
    band: Band,
) -> DriftFound:
    """Compare every column of two tables: whether it differs, and by how much."""
    table, other = here[0], there[0]
    common = [column for column in table.columns if column in set(other.columns)]
    spans, other_spans = table.spans(common), other.spans(common)
    facts = {one.name: one for one in here[1]}, {one.name: one for one in there[1]}
    pairs: list[_Pair] = []
    left_out: list[tuple[str, CannotSay]] = []
    known: dict[str, Sequence[str]] = {}
    ranges: dict[str, Span] = {}
    for column in common:
        few = max(one[column].distinct_about for one in facts)
        numeric = column in spans and column in other_spans
        if numeric and few > MOST_PLAIN_NUMBERS:
            ranges[column] = other_spans[column]
            found: _Pair | CannotSay = _in_bins(table, other, column)
        elif few <= _APPROXIMATE * MOST_VALUES:
            found = _in_categories(table, other, column, known)
        else:
            found = _TOO_MANY_VALUES
        if isinstance(found, CannotSay):
            left_out.append((column, found))
        else:
            pairs.append(found)
    everywhere = table.outside_by((), spans=ranges, known=known)
    return DriftFound(
        against=other.source.name,
        rows=other.rows,
        columns=_judge(pairs, everywhere, table.rows, band),
        left_out=tuple(left_out),
        only_here=tuple(column for column in table.columns if column not in set(other.columns)),
        only_there=tuple(column for column in other.columns if column not in set(table.columns)),
        outside=_outside(table, by, ranges, known, everywhere),
        band=band,
    )


def _in_bins(table: WholeTable, other: WholeTable, column: str) -> _Pair | CannotSay:
    cuts = table.deciles(other, column)
    counts = np.array([table.bins(column, cuts), other.bins(column, cuts)], dtype=np.int64)
    return _pair(column, "bins", counts)


def _in_categories(
    table: WholeTable, other: WholeTable, column: str, known: dict[str, Sequence[str]]
) -> _Pair | CannotSay:
    mine = table.values(column, most=MOST_VALUES)
    theirs = other.values(column, most=MOST_VALUES)
    if mine is None or theirs is None:
        return _TOO_MANY_VALUES
    known[column] = [value for value in theirs if value is not None]
    values = list(dict.fromkeys([*mine, *theirs]))
    counts = [[counted.get(value, 0) for value in values] for counted in (mine, theirs)]
    return _pair(column, "categories", np.array(counts, dtype=np.int64))


def _pair(column: str, kind: str, counts: Integers) -> _Pair | CannotSay:
    merged = _without_rare(counts[:, counts.sum(axis=0) > 0])
    if merged.shape[1] < 2:  # noqa: PLR2004 - one cell is the same in both
        return _NOTHING_THERE
    return _Pair(column=column, kind=kind, here=merged[0], there=merged[1])


def _without_rare(counts: Integers) -> Integers:
    """Put the cells together that expect fewer than five records in the smaller table.

    Which cells these are depends on both tables together only, so the null is as before.
    """
    sizes = counts.sum(axis=1)
    both = counts.sum(axis=0)
    rare = both * sizes.min() / max(1, sizes.sum()) < FEWEST_EXPECTED
    if np.count_nonzero(rare) < 2:  # noqa: PLR2004 - one alone has nobody to join
        return counts
    return np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])


def _judge(
    pairs: Sequence[_Pair], everywhere: Filled, rows: int, band: Band
) -> tuple[ColumnDrift, ...]:
    level = 1 - FAMILYWISE / max(1, len(pairs))
    fits = [g_test_of_two(pair.here, pair.there, level=level) for pair in pairs]
    adjusted = benjamini_hochberg(np.array([fit.p_value for fit in fits]))
    counted = dict(zip(everywhere.columns, everywhere.cells[()][1], strict=True))
    return tuple(
        ColumnDrift(
            column=pair.column,
            kind=pair.kind,
            cells=len(pair.here),
            fit=fit,
            adjusted=float(p_value),
            divergence=jensen_shannon(pair.here, pair.there),
            outside=missing_share(missing=counted[pair.column], rows=rows),
            answer=_answer(fit, band),
        )
        for pair, fit, p_value in zip(pairs, fits, adjusted.tolist(), strict=True)
    )


def _answer(fit: Fit, band: Band) -> Answer:
    if fit.drawn:
        needs = "five or more records expected in each cell of both files"
        return cannot_say(CannotSay(reason="too_few_records", needs=needs))
    if fit.w.low > band.high:
        return NOT_MET
    if fit.w.high < band.high:
        return MET
    needs = "more records in the smaller file: the distance may lie on either side of the limit"
    return cannot_say(CannotSay(reason="too_few_records", needs=needs))


def _outside(
    table: WholeTable,
    by: Sequence[str],
    spans: Mapping[str, Span],
    known: Mapping[str, Sequence[str]],
    everywhere: Filled,
) -> tuple[OutsideShare, ...]:
    found = [_share((), everywhere.cells[()])]
    for column in by:
        cells = table.outside_by((column,), spans=spans, known=known).cells
        for (value,), cell in sorted(
            cells.items(), key=lambda item: (item[0][0] is None, item[0][0] or "")
        ):
            found.append(_share(((column, value),), cell))
    return tuple(found)


def _share(key: GroupKey, cell: tuple[int, tuple[int, ...]]) -> OutsideShare:
    rows, outside = cell
    return OutsideShare(group=key, share=missing_share(missing=outside[-1], rows=rows))
