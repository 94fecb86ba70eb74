"""Columns that say nothing, columns that say the same, and rows that stand there twice."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from answerable.measure.quality.missing_share import missing_share
from answerable.measure.tables.whole import ColumnFacts, Repeats, WholeTable
from answerable.record.measurement import CannotSay, Finding
from answerable.verdict.quality_limits import MET, NOT_MET, Answer, cannot_say

_IDENTIFIES = 0.9
"""A column with about as many values as rows tells rows apart; its count is approximate."""

_TOO_MANY_ROWS = CannotSay(
    reason="too_many_rows_to_compare", needs="a part of the rows: these are too many to compare"
)
_NO_IDENTIFIER = CannotSay(
    reason="no_identifier",
    needs="a column that identifies records: without one, rows alike may be people alike",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnFilling:
    """How often a column is missing, and how often it says "unknown" in so many words."""

    name: str
    missing: Finding
    stand_ins: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnsFound:
    """What was found in the columns and rows as they are, without regard to groups or time.

    ``alike`` are sets of columns that hold the same in every row; the first of each is the
    one to keep.
    """

    rows: int
    columns: tuple[ColumnFilling, ...]
    empty: tuple[str, ...]
    constant: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    repeats: Repeats | None
    identified: bool

    @property
    def emptiness(self) -> Answer:
        """Whether every column has values."""
        return NOT_MET if self.empty else MET

    @property
    def sameness(self) -> Answer:
        """Whether no column repeats another."""
        return NOT_MET if self.alike else MET

    @property
    def repetition(self) -> Answer:
        """Whether no row repeats another."""
        if self.repeats is None:
            return cannot_say(_TOO_MANY_ROWS)
        if not self.repeats.rows:
            return MET
        return NOT_MET if self.identified else cannot_say(_NO_IDENTIFIER)


def look_at_columns(table: WholeTable) -> tuple[ColumnsFound, tuple[ColumnFacts, ...]]:
    """Look at every column of a table, and compare its columns and rows with each other."""
    facts = table.profile()
    found = ColumnsFound(
        rows=table.rows,
        columns=tuple(
            ColumnFilling(
                name=column.name,
                missing=missing_share(missing=table.rows - column.filled, rows=table.rows),
                stand_ins=column.stand_ins,
            )
            for column in facts
        ),
        empty=tuple(column.name for column in facts if not column.filled),
        constant=tuple(
            # Of one row every column is constant, which says nothing.
            column.name
            for column in facts
            if column.constant and column.filled == table.rows > 1
        ),
        alike=_alike(table, facts),
        repeats=table.repeats(),
        identified=any(column.distinct_about >= _IDENTIFIES * table.rows for column in facts),
    )
    return found, facts


def _alike(table: WholeTable, facts: tuple[ColumnFacts, ...]) -> tuple[tuple[str, ...], ...]:
    """Find the columns that repeat another: first by fingerprint, then row by row."""
    like: dict[tuple[str, int], list[str]] = defaultdict(list)
    for column in facts:
        if column.filled and not column.constant:
            like[column.fingerprint].append(column.name)
    pairs = [pair for names in like.values() for pair in pairwise(names)]
    found = set(table.identical(pairs))
    sets = []
    for names in like.values():
        chain = [names[0]]
        for pair in pairwise(names):
            if pair in found:
                chain.append(pair[1])
                continue
            sets.append(tuple(chain))
            chain = [pair[1]]
        sets.append(tuple(chain))
    return tuple(names for names in sets if len(names) > 1)
