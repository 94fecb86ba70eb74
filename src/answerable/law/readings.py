"""How the joint statement's vague words are read, and why."""

from dataclasses import dataclass
from functools import cache

from answerable.law import files, rows
from answerable.law.citations import Mark


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What words of the statement mean here, and the rows that carry it."""

    words: str
    reading: str
    why: str | None
    rows: tuple[str, ...]
    mark: Mark


@cache
def readings() -> tuple[Reading, ...]:
    """Give every reading."""
    return tuple(
        _reading(entry) for entry in files.read("readings").known("readings").children("readings")
    )


def _reading(fields: files.Fields) -> Reading:
    fields.known("words", "reading", "why", "rows", "mark")
    return Reading(
        words=fields.text("words"),
        reading=fields.text("reading"),
        why=fields.text_or_none("why"),
        rows=tuple(rows.row(row_id).id for row_id in fields.texts("rows")),
        mark=fields.choice("mark", Mark),
    )
