"""From the cells of a row to a record, or to what is wrong with one of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from answerable.intake import grammar, wire
from answerable.intake.mappings import KINDS, TIMES, ColumnMapping, MappingMalformed, Rule
from answerable.intake.readings import CellRefused, Reading, reading_of

_LATE = "outcome"
_PAST = datetime.min.replace(tzinfo=UTC)
_PEOPLE = frozenset({"person", "reviewer"})
_VISIBLE = frozenset({"source", "id", "decision.source", "decision.id"})
_DIGESTS = frozenset({"version", "inputs"})

_A_CODE = "a code: 1 to 64 of A-Z a-z 0-9 _ . : - beginning with a letter or digit"
_SHAPE_LENGTH = 20
_LONGEST_SOURCE, _LONGEST_ID, _DIGEST_LENGTH, _MOST_REASONS = 200, 128, 64, 50
_NAMED = re.compile(r"`\$\.(\w+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Why a row is no record: the column, the shape of what it holds, what it should hold."""

    column: str
    found: str
    expected: str


class RowReader:
    """Makes records of one kind from rows of cells, as a mapping says."""

    def __init__(
        self, mapping: ColumnMapping, *, at: datetime, before: datetime | None = None
    ) -> None:
        """Prepare the reading of each field.

        Nothing may have occurred after ``at``; nothing at or after ``before`` either, where
        it is given, but outcomes, which come late for decisions made long ago.
        """
        self._record = KINDS[mapping.kind]
        self._at = at
        self._before = None if mapping.kind == _LATE else before
        places = {column: place for place, column in enumerate(mapping.columns)}
        self._columns = {name: rule.column or name for name, rule in mapping.fields.items()}
        self._columns |= {
            f"attributes.{name}": rule.column or name for name, rule in mapping.attributes.items()
        }
        self._constants: dict[str, Any] = {"use": mapping.use}
        self._fields: list[tuple[str, int, Reading]] = []
        for name, rule in mapping.fields.items():
            reading = _checked_reading(name, rule)
            if rule.constant is not None:
                self._constants[name] = reading(rule.constant)
            elif rule.column is not None:
                self._fields.append((name, places[rule.column], reading))
        self._attributes = [
            (
                name,
                None if rule.column is None else places[rule.column],
                _checked_reading(name, rule),
                rule,
            )
            for name, rule in mapping.attributes.items()
        ]
        self._times = [name for name in mapping.fields if name in TIMES]
        self._refers = any(name.startswith("decision.") for name in mapping.fields)

    def read(self, cells: Sequence[str | None]) -> wire.Record | Fault:
        """Make a record, or say which cell stands in the way."""
        try:
            given = self._given(cells)
        except CellRefused as error:
            return self._fault(error.field, cells, str(error))
        for name in self._times:
            if given.get(name, self._at) > self._at:
                return self._fault(name, cells, "a time that is not in the future")
            if self._before is not None and given.get(name, _PAST) >= self._before:
                enrolled = f"{self._before:%Y-%m-%d %H:%M} UTC"
                expected = f"a time before the use was enrolled ({enrolled}); import later ones "
                return self._fault(name, cells, f"{expected}as they are, not as historic")
        if self._refers:
            given["decision"] = {
                part: given.pop(f"decision.{part}", None) for part in ("source", "id")
            }
        try:
            record: wire.Record = msgspec.convert(given, self._record)
        except msgspec.ValidationError as error:
            return self._blame(given, cells, str(error))
        if record.source is None or record.id is None:
            return self._fault("source" if record.source is None else "id", cells, "a value")
        return record

    def _given(self, cells: Sequence[str | None]) -> dict[str, Any]:
        given, attributes = dict(self._constants), {}
        name = ""
        try:
            for name, place, reading in self._fields:
                text = cells[place]
                # An empty cell is a missing value, whatever it was written as.
                if text:
                    given[name] = reading(text)
            for attribute, column, reading, rule in self._attributes:
                name = f"attributes.{attribute}"
                text = rule.constant if column is None else cells[column]
                if text:
                    attributes[attribute] = reading(text)
        except CellRefused as error:
            error.field = name
            raise
        if attributes:
            given["attributes"] = attributes
        return given

    def column_of(self, name: str) -> str:
        """Say from which column a field comes."""
        return self._columns.get(name, name)

    def _fault(self, name: str, cells: Sequence[str | None], expected: str) -> Fault:
        text = next((cells[place] for field, place, _ in self._fields if field == name), None)
        for attribute, column, _, _ in self._attributes:
            if column is not None and name == f"attributes.{attribute}":
                text = cells[column]
        found = "nothing" if not text else shape(text, person=name in _PEOPLE)
        return Fault(column=self.column_of(name), found=found, expected=expected)

    def _blame(self, given: Mapping[str, Any], cells: Sequence[str | None], reason: str) -> Fault:
        """Find the field that the record's own checks refused."""
        for name, _, _ in self._fields:
            part = name.partition(".")
            value = given[part[0]][part[2]] if part[2] else given.get(name)
            if value is None and name in _required(self._record):
                return self._fault(name, cells, "a value")
            if value is not None and (expected := _expected(name, value)):
                return self._fault(name, cells, expected)
        for name, value in given.get("attributes", {}).items():
            if _expected("attribute", value) or _expected("attribute", name):
                return self._fault(f"attributes.{name}", cells, _A_CODE)
        named = _NAMED.search(reason)
        return self._fault(named[1] if named else "the row", cells, "a value the log can take")


def shape(text: str, *, person: bool = False) -> str:
    """Say what a cell looks like without repeating it; of a person's, how long it is.

    >>> shape("23-11-2026 x"), shape("Jansen", person=True)
    ('like 99-99-9999 a', '6 characters')
    """
    if person or len(text) > _SHAPE_LENGTH:
        return f"{len(text)} characters"
    kinds = (
        "9" if mark.isdigit() else "A" if mark.isupper() else "a" if mark.isalpha() else mark
        for mark in text
    )
    return f"like {''.join(kinds)}"


def _checked_reading(name: str, rule: Rule) -> Reading:
    """Give the reading of a field, and refuse what the mapping itself would have it hold."""
    fixed = [] if rule.constant is None else [rule.constant]
    try:
        reading = reading_of(name, rule)
        for text in (*fixed, *(rule.values or {})):
            if wanted := _expected(name, reading(text)):
                break
        else:
            return reading
    except CellRefused as error:
        text, wanted = "", str(error)
    raise MappingMalformed(
        file="The mapping", place=name, found=shape(text) if text else "another", expected=wanted
    )


def _expected(name: str, value: Any) -> str | None:  # noqa: ANN401 - as the field has it
    """Say what a field should have held, if it holds something else."""
    wanted, fits = _rule_of(name, value)
    return None if fits else wanted


def _rule_of(name: str, value: Any) -> tuple[str, bool]:  # noqa: ANN401 - as the field has it
    if name in _VISIBLE:
        most = _LONGEST_SOURCE if name.endswith("source") else _LONGEST_ID
        fits = _passes(grammar.check_visible, value) and len(value) <= most
        return f"at most {most} visible ASCII characters", fits
    if name in _DIGESTS:
        whole = len(value) == _DIGEST_LENGTH
        return "64 of 0-9 a-f", whole and _passes(grammar.check_digests, value)
    if name in _PEOPLE:
        return f"at most {_LONGEST_SOURCE} characters", len(value) <= _LONGEST_SOURCE
    if name == "review_action":
        known = " or ".join(grammar.REVIEW_ACTIONS)
        return known, _passes(grammar.check_review_action, value)
    if isinstance(value, list):
        fits = len(value) <= _MOST_REASONS and _passes(grammar.check_codes, value)
        return f"at most {_MOST_REASONS} codes; {_A_CODE}", fits
    return _A_CODE, not isinstance(value, str) or _passes(grammar.check_codes, [value])


def _passes(check: Callable[[Any], None], value: object) -> bool:
    try:
        check(value)
    except ValueError:
        return False
    return True


def _required(record: type[wire.Record]) -> frozenset[str]:
    named = {field.name for field in msgspec.structs.fields(record) if field.required}
    return frozenset(named | {"source", "id", "decision.source", "decision.id"})
