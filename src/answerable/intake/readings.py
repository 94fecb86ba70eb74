"""From the text of a cell to the value of a field, as a rule of a mapping says."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from answerable.intake.mappings import TIMES, Rule

Reading = Callable[[str], Any]

_NUMBERS = frozenset({"score", "threshold"})
_WHOLE = frozenset({"sequence", "review_seconds", "seconds"})
_FLAGS = frozenset({"shadow", "blind"})
_YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_A_TIME = "a time with its zone, such as 2026-11-23T12:00:00Z"
_WIDTHS = {
    "Y": ("year", 4),
    "m": ("month", 2),
    "d": ("day", 2),
    "H": ("hour", 2),
    "M": ("minute", 2),
    "S": ("second", 2),
}
_TIMES_KNOWN = 1 << 16
_LONGEST_NUMBER = 16


class CellRefused(ValueError):
    """A cell cannot be read; the message is what was expected, and ``field`` names the field."""

    field = ""


def reading_of(name: str, rule: Rule) -> Reading:
    """Give what turns the text of a cell into the value of this field, or refuses it."""
    if name in TIMES:
        return _time_reading(rule)
    if rule.split is not None:
        separator = rule.split
        part = _plain(name, rule)
        return lambda text: [part(each.strip()) for each in text.split(separator) if each.strip()]
    if name == "reasons":
        part = _plain(name, rule)
        return lambda text: [part(text)]
    return _plain(name, rule)


def _plain(name: str, rule: Rule) -> Reading:
    read: Reading = str
    if name in _NUMBERS:
        read = _number
    elif name in _WHOLE:
        read = _whole
    elif name in _FLAGS:
        read = _flag
    values = rule.values
    if values is None:
        return read
    table = {key: read(value) for key, value in values.items()}
    known = f"one of the {len(table)} values that the mapping names"

    def renamed(text: str) -> Any:  # noqa: ANN401 - as the field has it
        try:
            return table[text]
        except KeyError:
            raise CellRefused(known) from None

    return renamed


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        reason = "a number"
        raise CellRefused(reason) from None


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        reason = "a whole number, not too large"
        raise CellRefused(reason)
    return int(text)


def _flag(text: str) -> bool:
    try:
        return _YES_NO[text.casefold()]
    except KeyError:
        reason = "1, true or yes, or 0, false or no"
        raise CellRefused(reason) from None


def _time_reading(rule: Rule) -> Reading:
    zone = None if rule.zone is None else ZoneInfo(rule.zone)
    wanted = _A_TIME if rule.format is None else f"a time written as {rule.format}"
    parse = datetime.fromisoformat if rule.format is None else _parser(rule.format)

    # Times repeat, most of all where they are days.
    @lru_cache(maxsize=_TIMES_KNOWN)
    def read(text: str) -> datetime:
        try:
            moment = parse(text)
        except ValueError:
            raise CellRefused(wanted) from None
        if moment.tzinfo is None:
            if zone is None:
                raise CellRefused(_A_TIME)
            moment = _placed(moment, zone)
        return moment.astimezone(UTC)

    return read


def _placed(moment: datetime, zone: ZoneInfo) -> datetime:
    """Read a time of day by the clocks of a zone; of an hour that came twice, the first."""
    placed = moment.replace(tzinfo=zone)
    later = placed.replace(fold=1)
    # The offsets differ around a change of the clocks only.
    if placed.utcoffset() != later.utcoffset():
        back = placed.astimezone(UTC).astimezone(zone)
        if back.replace(tzinfo=None) != moment:
            reason = "an hour that the clocks had on that day"
            raise CellRefused(reason)
    return placed


def _parser(layout: str) -> Callable[[str], datetime]:
    """Give a parser for a layout: a quick one for numbers of fixed width, and the general one."""
    parts = re.split(r"%([A-Za-z])", layout)
    names = parts[1::2]
    plain = all(name in _WIDTHS for name in names) and len(set(names)) == len(names)
    if not plain or not {"Y", "m", "d"} <= set(names) or "%%" in layout:
        return lambda text: _in_layout(text, layout)
    pattern = "".join(
        f"(?P<{_WIDTHS[part][0]}>[0-9]{{{_WIDTHS[part][1]}}})" if at % 2 else re.escape(part)
        for at, part in enumerate(parts)
    )
    match = re.compile(pattern).fullmatch

    def parse(text: str) -> datetime:
        found = match(text)
        if found is None:
            # strptime is less strict: it takes 1-2-2024 as well.
            return _in_layout(text, layout)
        return datetime(**{name: int(digits) for name, digits in found.groupdict().items()})  # type: ignore[arg-type] # noqa: DTZ001 - the zone follows

    return parse


def _in_layout(text: str, layout: str) -> datetime:
    # The zone is in the layout, or given beside it.
    return datetime.strptime(text, layout)  # noqa: DTZ007 - see above
