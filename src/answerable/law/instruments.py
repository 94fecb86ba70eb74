"""The instruments that the joint statement and the rights catalogue rest on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from answerable.errors import AnswerableError
from answerable.law import files, rows
from answerable.law.citations import Mark
from answerable.law.crosswalk import Column


class UnknownInstrument(AnswerableError):
    """No instrument has this id."""

    code = "law.unknown_instrument"
    message = "There is no instrument {instrument}."
    hint = "There are {known}."


class InstrumentKind(StrEnum):
    """How far an instrument binds."""

    TREATY = "binding treaty"
    DECLARATION = "declaration"
    GUIDANCE = "guidance"


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """A source of obligations.

    ``rows`` are the rows that name it; ``column`` is its column of the crosswalk, which
    says more. A ``year`` of None is not known yet.
    """

    id: str
    title: str
    issuer: str
    year: int | None
    revised: int | None
    kind: InstrumentKind
    rows: tuple[str, ...]
    column: Column | None
    mark: Mark


@cache
def instruments() -> Mapping[str, Instrument]:
    """Give every instrument, by id."""
    fields = files.read("instruments").known("mark", "instruments")
    mark = fields.choice("mark", Mark)
    found = [_instrument(entry, mark=mark) for entry in fields.children("instruments")]
    by_id = {entry.id: entry for entry in found}
    if len(by_id) != len(found):
        raise fields.refuse(key="instruments", expected="each id once")
    return MappingProxyType(by_id)


def instrument(instrument_id: str) -> Instrument:
    """Give the instrument with this id."""
    found = instruments().get(instrument_id)
    if found is None:
        raise UnknownInstrument(instrument=instrument_id, known=", ".join(instruments()))
    return found


def _instrument(fields: files.Fields, *, mark: Mark) -> Instrument:
    fields.known("id", "title", "issuer", "year", "kind", "rows", "column", optional=("revised",))
    return Instrument(
        id=fields.text("id"),
        title=fields.text("title"),
        issuer=fields.text("issuer"),
        year=fields.year_or_none("year"),
        revised=fields.year_or_none("revised"),
        kind=fields.choice("kind", InstrumentKind),
        rows=tuple(rows.row(row_id).id for row_id in fields.texts("rows")),
        column=None if fields.content["column"] is None else fields.choice("column", Column),
        mark=mark,
    )
