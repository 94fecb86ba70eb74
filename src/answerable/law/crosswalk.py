"""Which article or clause of twelve other instruments each row answers to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from answerable.law import files, rows
from answerable.law.citations import Mark


class Column(StrEnum):
    """The instruments compared, each with a short name."""

    COE_HUDERIA = "coe_huderia"
    EU_AI_ACT = "eu_ai_act"
    OMB = "omb"
    CANADA = "canada"
    UK = "uk"
    NL_IAMA = "nl_iama"
    NIST = "nist"
    ISO_42001 = "iso_42001"
    UNESCO = "unesco"
    OECD = "oecd"
    UNGP = "ungp"
    GDPR = "gdpr"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A place in another instrument, and how surely it was read there."""

    text: str
    mark: Mark


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Rows that share their references; a column without a counterpart is empty."""

    rows: tuple[str, ...]
    references: Mapping[Column, tuple[Reference, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Crosswalk:
    """All lines, and what the columns and their short forms mean."""

    legend: Mapping[Column, str]
    lines: tuple[Line, ...]


@cache
def crosswalk() -> Crosswalk:
    """Give the whole crosswalk."""
    return crosswalk_from(files.read("crosswalk"))


@cache
def references(row_id: str) -> Mapping[Column, tuple[Reference, ...]]:
    """Give what a row answers to, by column.

    Examples
    --------
    >>> [reference.text for reference in references("P6h")[Column.EU_AI_ACT]]
    ['86', '13']
    """
    wanted = rows.row(row_id).id
    lines = [line for line in crosswalk().lines if wanted in line.rows]
    return MappingProxyType(
        {
            column: tuple(found for line in lines for found in line.references[column])
            for column in Column
        }
    )


def crosswalk_from(fields: files.Fields) -> Crosswalk:
    """Read the crosswalk from its file; every row it names exists."""
    fields.known("columns", "read", "lines")
    legend = fields.child("columns").known(*Column)
    read = tuple(_read(entry) for entry in fields.children("read"))
    return Crosswalk(
        legend=MappingProxyType({column: legend.text(column) for column in Column}),
        lines=tuple(_line(entry, read) for entry in fields.children("lines")),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    """References of a column that were read, and where."""

    column: Column
    mark: Mark
    references: tuple[str, ...]

    def covers(self, text: str) -> bool:
        # Article 26 was read whole, so 26(11) was too; of a range from article 7 to 11 only 8 was.
        return any(text == read or text.startswith(f"{read}(") for read in self.references)


def _read(fields: files.Fields) -> _Read:
    fields.known("column", "mark", "references")
    return _Read(
        column=fields.choice("column", Column),
        mark=fields.choice("mark", Mark),
        references=fields.texts("references"),
    )


def _line(fields: files.Fields, read: tuple[_Read, ...]) -> Line:
    fields.known("rows", *Column)
    return Line(
        rows=tuple(rows.row(row_id).id for row_id in fields.texts("rows")),
        references=MappingProxyType(
            {column: _references(fields, column, read) for column in Column}
        ),
    )


def _references(
    fields: files.Fields, column: Column, read: tuple[_Read, ...]
) -> tuple[Reference, ...]:
    cell = fields.text_or_none(column)
    if cell is None:
        return ()
    marks = [entry for entry in read if entry.column is column]
    return tuple(
        Reference(
            text=text, mark=next((entry.mark for entry in marks if entry.covers(text)), Mark.U)
        )
        for text in cell.split("; ")
    )
