"""Deadlines, thresholds and dates of law, asked for as of a day."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from math import inf, isfinite, ulp
from types import MappingProxyType
from typing import TypeAlias, TypeGuard, assert_never

from answerable.errors import AnswerableError
from answerable.law import files
from answerable.law.citations import Citation, Mark, citation

_EVENT = re.compile(r"[a-z]+(_[a-z]+)*")


class UnknownJurisdiction(AnswerableError):
    """No rules are kept under this name."""

    code = "law.unknown_jurisdiction"
    message = "There are no rules for {jurisdiction}."
    hint = "There are rules for {known}."


class UnknownRule(AnswerableError):
    """The jurisdiction has no rule of this name."""

    code = "law.unknown_rule"
    message = "The jurisdiction {jurisdiction} has no rule {rule}."
    hint = "It has {known}."


class UnknownUnit(AnswerableError):
    """A rule counts in something that no clock or verdict understands."""

    code = "law.unknown_unit"
    message = "{file} counts in {unit}, which is no unit here."
    hint = "Use one of {known}."


class NotInForce(AnswerableError):
    """On the day asked for, the rule had no value."""

    code = "law.not_in_force"
    message = "The rule {rule} of {jurisdiction} was not in force on {day}."
    hint = "It holds {known}."


class OtherKindOfValue(AnswerableError):
    """A number was asked for where the rule holds a band or a day, or the other way round."""

    code = "law.other_kind_of_value"
    message = "The rule {rule} of {jurisdiction} holds {found}, not {wanted}."
    hint = "Read it in its own unit, or ask for another rule."


class Unit(StrEnum):
    """What a value counts. ``days`` are calendar days; percentages are shares in [0, 1]."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    RATIO = "ratio"
    SHARE = "share"
    COUNT = "count"
    DATE = "date"


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """The values from ``low`` to ``high``, both included."""

    low: float
    high: float


Value: TypeAlias = int | float | Band | date


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedValue:
    """The value of a rule on a day, with all that a reader needs to check it.

    ``since`` is the day from which this value held; ``mark`` says how surely the value
    was read, ``date_mark`` how surely ``since`` was. ``start_event`` is what sets a
    clock going and ``pauses`` is what stops it for a while.
    """

    rule: str
    jurisdiction: str
    value: Value
    unit: Unit
    since: date
    citation: Citation
    mark: Mark
    date_mark: Mark
    checked_on: date | None
    start_event: str | None
    pauses: tuple[str, ...]

    @property
    def whole(self) -> int:
        """The value as a whole number: a length of time or a count."""
        if isinstance(self.value, int):
            return self.value
        raise self._other(wanted="a whole number")

    @property
    def number(self) -> float:
        """The value as a number: a ratio, a share, a length of time or a count."""
        if isinstance(self.value, int | float):
            return self.value
        raise self._other(wanted="a number")

    @property
    def band(self) -> Band:
        """The value as a band."""
        if isinstance(self.value, Band):
            return self.value
        raise self._other(wanted="a band")

    @property
    def day(self) -> date:
        """The value as a day."""
        if isinstance(self.value, date):
            return self.value
        raise self._other(wanted="a day")

    @property
    def settled(self) -> bool:
        """Whether neither the value nor its day still needs legal sign-off."""
        return Mark.U not in (self.mark, self.date_mark)

    def _other(self, *, wanted: str) -> OtherKindOfValue:
        return OtherKindOfValue(
            rule=self.rule, jurisdiction=self.jurisdiction, found=repr(self.value), wanted=wanted
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule with every value it has had, oldest first; None from the day on which it ended."""

    name: str
    jurisdiction: str
    description: str
    values: tuple[tuple[date, Value | None], ...]
    unit: Unit
    citation: Citation
    mark: Mark
    date_mark: Mark
    checked_on: date | None
    start_event: str | None
    pauses: tuple[str, ...]
    read_by: str | None

    def on(self, day: date) -> DatedValue:
        """Give the value with the latest day that is not after ``day``."""
        since, found = self._at(day)
        if found is None:
            raise NotInForce(
                rule=self.name,
                jurisdiction=self.jurisdiction,
                day=day.isoformat(),
                known=self._spans(),
            )
        return DatedValue(
            rule=self.name,
            jurisdiction=self.jurisdiction,
            value=found,
            unit=self.unit,
            since=since,
            citation=self.citation,
            mark=self.mark,
            date_mark=self.date_mark,
            checked_on=self.checked_on,
            start_event=self.start_event,
            pauses=self.pauses,
        )

    def in_force(self, day: date) -> bool:
        """Whether it has a value on ``day``."""
        return self._at(day)[1] is not None

    @property
    def settled(self) -> bool:
        """Whether neither its values nor their days still need legal sign-off."""
        return Mark.U not in (self.mark, self.date_mark)

    def _at(self, day: date) -> tuple[date, Value | None]:
        place = bisect_right([since for since, _ in self.values], day)
        return self.values[place - 1] if place else (day, None)

    def _spans(self) -> str:
        first, last = self.values[0][0], self.values[-1]
        until = f" until {last[0].isoformat()}" if last[1] is None else ""
        return f"from {first.isoformat()}{until}"


@cache
def jurisdictions() -> Mapping[str, str]:
    """List the jurisdictions that have rules, with their names for people."""
    fields = files.read("jurisdictions")
    return MappingProxyType({code: fields.text(code) for code in fields.content})


@cache
def rule_names(jurisdiction: str) -> tuple[str, ...]:
    """List the rules of a jurisdiction without reading them."""
    if jurisdiction not in jurisdictions():
        raise UnknownJurisdiction(jurisdiction=jurisdiction, known=", ".join(jurisdictions()))
    return files.names(jurisdiction)


@cache
def rule(name: str, *, jurisdiction: str) -> Rule:
    """Give a rule with all its values."""
    known = rule_names(jurisdiction)
    # Only a listed name reaches the file system, so no name can point elsewhere.
    if name not in known:
        raise UnknownRule(rule=name, jurisdiction=jurisdiction, known=", ".join(known))
    return rule_from(files.read(jurisdiction, name), name=name, jurisdiction=jurisdiction)


def value(name: str, *, jurisdiction: str, on: date) -> DatedValue:
    """Give the value of a rule as of a day.

    Examples
    --------
    The time to object to a Dutch administrative decision:

    >>> window = value("appeal_window", jurisdiction="nl", on=date(2026, 11, 23))
    >>> window.whole, window.unit.value, window.since.isoformat(), window.mark.value
    (6, 'weeks', '1994-01-01', 'U')
    """
    return rule(name, jurisdiction=jurisdiction).on(on)


def rule_from(fields: files.Fields, *, name: str, jurisdiction: str) -> Rule:
    """Read a rule from its file."""
    fields.known(
        *("description", "values", "unit", "citation", "mark"),
        optional=("date_mark", "checked_on", "start_event", "pauses", "read_by"),
    )
    unit = _unit(fields)
    mark = fields.choice("mark", Mark)
    checked_on = fields.day_or_none("checked_on")
    if (mark is Mark.U) is not (checked_on is None):
        # A day of reading beside an unverified value would mislead whoever trusts it.
        raise fields.refuse(
            key="checked_on", expected="the day it was read, or nothing for the mark U"
        )
    return Rule(
        name=name,
        jurisdiction=jurisdiction,
        description=fields.text("description"),
        values=_values(fields, unit),
        unit=unit,
        citation=citation(fields.child("citation")),
        mark=mark,
        date_mark=fields.choice("date_mark", Mark) if "date_mark" in fields.content else mark,
        checked_on=checked_on,
        start_event=_event(fields),
        pauses=fields.texts("pauses") if "pauses" in fields.content else (),
        read_by=fields.text_or_none("read_by"),
    )


def _unit(fields: files.Fields) -> Unit:
    name = fields.text("unit")
    try:
        return Unit(name)
    except ValueError as error:
        raise UnknownUnit(file=fields.file, unit=name, known=", ".join(Unit)) from error


def _event(fields: files.Fields) -> str | None:
    event = fields.text_or_none("start_event")
    if event is not None and not _EVENT.fullmatch(event):
        raise fields.refuse(key="start_event", expected="an event such as challenge_received")
    return event


def _values(fields: files.Fields, unit: Unit) -> tuple[tuple[date, Value | None], ...]:
    pairs: list[tuple[date, Value | None]] = []
    for day, found in fields.dated("values"):
        read = None if found is None else _value(found, unit)
        if read is None and (found is not None or not pairs):
            raise fields.refuse(key="values", expected=f"{_EXPECTED[unit]} from {day.isoformat()}")
        pairs.append((day, read))
    return tuple(pairs)


_EXPECTED: Mapping[Unit, str] = {
    Unit.SHARE: "a share in [0, 1] or a band of shares",
    Unit.RATIO: "a ratio above 0 or a band of ratios",
    Unit.COUNT: "a whole number from 0",
    Unit.DATE: "a day",
} | {
    unit: "a whole number above 0"
    for unit in Unit
    if unit not in (Unit.SHARE, Unit.RATIO, Unit.COUNT, Unit.DATE)
}


def _value(found: object, unit: Unit) -> Value | None:
    """Read a value in its unit; None where it does not fit."""
    match unit:
        case Unit.SHARE:
            # A band of shares may bound the difference of two shares, which can be below 0.
            floor = -1 if isinstance(found, list) else 0
            return _number_or_band(found, low=floor, high=1)
        case Unit.RATIO:
            return _number_or_band(found, low=ulp(0.0), high=inf)
        case Unit.COUNT:
            return found if _is_whole(found) and found >= 0 else None
        case Unit.DATE:
            return found if files.is_day(found) else None
        case (
            Unit.SECONDS
            | Unit.MINUTES
            | Unit.HOURS
            | Unit.DAYS
            | Unit.WORKING_DAYS
            | Unit.WEEKS
            | Unit.MONTHS
            | Unit.YEARS
        ):
            return found if _is_whole(found) and found > 0 else None
        case _:
            assert_never(unit)


def _is_whole(found: object) -> TypeGuard[int]:
    return isinstance(found, int) and not isinstance(found, bool)


def _number(found: object) -> float | None:
    if _is_whole(found):
        return found
    return found if isinstance(found, float) and isfinite(found) else None


def _number_or_band(found: object, *, low: float, high: float) -> float | Band | None:
    """Read a number, or a pair of numbers as a band, within [low, high]."""
    numbers = [_number(item) for item in (found if isinstance(found, list) else [found])]
    match numbers:
        case [int() | float() as only] if not isinstance(found, list) and low <= only <= high:
            return only
        case [int() | float() as lower, int() | float() as upper] if low <= lower <= upper <= high:
            return Band(low=lower, high=upper)
        case _:
            return None
