"""Limits as they are set beforehand: which stream, which bound, why, and what it can see."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec

from answerable.errors import AnswerableError
from answerable.inventory.spelling import is_code
from answerable.practices.monitoring.rules.periods import Cadence
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes

LONGEST_TEXT = 500
SYSTEM = "system"
DRIFT = "drift"
_NO_STREAM = (SYSTEM, DRIFT)
_MOST_ALPHA = 0.2
_MOST_BLIND = 92
_MOST_RATIO = 20.0
_LEAST_LIMIT = 0.005


class LimitsRefused(AnswerableError):
    """Limits leave something open that must be settled before there is any data."""

    code = "monitoring.limits_refused"
    message = "These limits cannot be set: {reason}."
    hint = "Each stream has a limit, a reason and a part of the budget, fixed beforehand."


class Measured(StrEnum):
    """What is counted among what, in a period."""

    VOLUME = "volume"
    SELECTED = "selected"
    LABEL = "label"
    MISSING_LABEL = "missing_label"
    FALSE_POSITIVE = "false_positive"
    FALSE_NEGATIVE = "false_negative"

    @property
    def by_label(self) -> bool:
        """Whether it can be counted only once labels have had time to arrive."""
        return self not in (Measured.VOLUME, Measured.SELECTED)


_WORDS = {
    Measured.SELECTED: "selected",
    Measured.LABEL: "labelled yes",
    Measured.MISSING_LABEL: "without a label",
    Measured.FALSE_POSITIVE: "selected among those labelled no",
    Measured.FALSE_NEGATIVE: "not selected among those labelled yes",
}


class Side(StrEnum):
    """On which side of its limit a stream is to stay."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """One thing that is watched, and the limit it is to keep.

    A share of all decisions, or of one ``group`` of an ``attribute``; with a
    ``reference`` group, the ratio of the two groups' shares. For `Measured.VOLUME`,
    ``limit`` is the share of periods in which the number of decisions is to lie from
    ``low`` to ``high``.

    ``weight`` is the stream's part of the budget of false alarms, ``expected`` the share
    that is expected (in the reference, where there is one), ``cases`` the cases expected in
    a period (in the group), and ``catches`` the share (or ratio) that is to be noticed.
    """

    name: str
    measured: Measured
    side: Side
    limit: float
    reason: str
    cadence: Cadence
    weight: float
    expected: float
    cases: float
    catches: float
    attribute: str = ""
    group: str = ""
    reference: str = ""
    low: int = 0
    high: int = 0
    age: int = 0

    @property
    def row(self) -> str:
        """The row of the requirements that it serves."""
        return "P3c" if self.attribute else "P3b"

    @property
    def words(self) -> str:
        """Say the limit."""
        bound = f"{self.side.value.replace('_', ' ')} {self.limit:g}"
        if self.measured is Measured.VOLUME:
            a_period = self.cadence.value
            return f"{self.low} to {self.high} decisions a {a_period}, in {bound} of {a_period}s"
        what = _WORDS[self.measured]
        if self.reference:
            return f"{what} {bound} times as often for {self.group} as for {self.reference}"
        return f"{what} in {bound} of cases" + (f" for {self.group}" if self.group else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Everything that is fixed before a version of a use is watched.

    ``selected`` are the outcomes that count as selected, ``label_yes`` the label that
    counts as yes. ``shadow`` says whether decisions without effect are watched too.
    ``blind_days`` is how long nothing may be seen, ``covered`` the least share of
    decisions that must have been counted in time, ``drift`` the change of the share of
    selected between quarters from which a person looks.
    """

    use: str
    version: str
    begins_on: date
    selected: tuple[str, ...]
    streams: tuple[Stream, ...]
    label_yes: str = "1"
    shadow: bool = False
    alpha: float = 0.05
    blind_days: int = 7
    covered: float = 0.95
    drift: float = 0.05

    @property
    def ages(self) -> tuple[int, ...]:
        """The ages in days at which decisions are counted; at once first."""
        return tuple(sorted({0, *(stream.age for stream in self.streams)}))

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes whose groups are counted."""
        return tuple(sorted({one.attribute for one in self.streams if one.attribute}))

    def stream(self, name: str) -> Stream | None:
        """Give a stream by its name."""
        return next((one for one in self.streams if one.name == name), None)

    def content(self) -> dict[str, JsonValue]:
        """Write it as it is stored and hashed; numbers with digits as text."""
        # Read once, so that 1 and 1.0 are the same limit and have the same digest.
        read = msgspec.convert(msgspec.to_builtins(self), Terms)
        return {name: _told(value) for name, value in msgspec.to_builtins(read).items()}

    def digest(self) -> HexDigest:
        """Hash the limits: what was agreed is what is watched."""
        return sha256_of_bytes(canonical_bytes(self.content()))


def terms_from(content: Mapping[str, JsonValue]) -> Terms:
    """Read limits as they were stored."""
    try:
        return msgspec.convert(dict(content), Terms, strict=False)
    except msgspec.ValidationError as error:
        raise LimitsRefused(reason=error) from None


def check(terms: Terms, *, outcomes: Sequence[str], attributes: Sequence[str]) -> None:
    """Refuse limits that leave something open, or could be bent once there are data.

    ``outcomes`` and ``attributes`` are those of the use; no outcomes stand for any.
    """
    fault = next(_faults(terms, outcomes=outcomes, attributes=attributes), None)
    if fault is not None:
        raise LimitsRefused(reason=fault)


def loosened(before: Terms, after: Terms) -> tuple[str, ...]:
    """Name what lets more pass than before: limits moved outwards, streams that see less."""
    found = {
        stream.name
        for stream in before.streams
        if (now := after.stream(stream.name)) is None or _looser(stream, now)
    }
    looser = {
        "alpha": after.alpha < before.alpha,
        "blind_days": after.blind_days > before.blind_days,
        "covered": after.covered < before.covered,
        "drift": after.drift > before.drift,
        "selected": set(after.selected) != set(before.selected),
        "label_yes": after.label_yes != before.label_yes,
        "shadow": before.shadow and not after.shadow,
    }
    return tuple(sorted(found | {name for name, is_so in looser.items() if is_so}))


def _looser(before: Stream, after: Stream) -> bool:
    """Whether a stream bears more, or is another one: then nobody can say that it bears less."""
    same = ("measured", "side", "attribute", "group", "reference", "age")
    if any(getattr(before, name) != getattr(after, name) for name in same):
        return True
    outwards = 1 if after.side is Side.AT_MOST else -1
    further = (after.limit - before.limit, after.catches - before.catches)
    return (
        any(outwards * step > 0 for step in further)
        or after.low < before.low
        or after.high > before.high
        or after.weight < before.weight
        or after.cadence.a_year < before.cadence.a_year
    )


def _faults(terms: Terms, *, outcomes: Sequence[str], attributes: Sequence[str]) -> Iterator[str]:
    names = [stream.name for stream in terms.streams]
    kinds = {stream.measured for stream in terms.streams}
    holds = {
        "there is no stream, or two have one name": names and len(set(names)) == len(names),
        "the budget of false alarms is above a fifth, or its parts sum to more than 1": (
            0 < terms.alpha <= _MOST_ALPHA and sum(one.weight for one in terms.streams) <= 1 + 1e-9
        ),
        "the outcomes that count as selected are missing, or are none of this use": (
            terms.selected and (not outcomes or set(terms.selected) <= set(outcomes))
        ),
        f"blind_days lies from 1 to {_MOST_BLIND}, and covered above 0": (
            1 <= terms.blind_days <= _MOST_BLIND and 0 < terms.covered <= 1
        ),
        "drift is a share, and the label that counts as yes a code": (
            0 < terms.drift < 1 and is_code(terms.label_yes)
        ),
        "labels are watched, and nothing watches whether they are missing": (
            Measured.MISSING_LABEL in kinds or not any(kind.by_label for kind in kinds)
        ),
    }
    yield from (fault for fault, held in holds.items() if not held)
    for stream in terms.streams:
        for fault in _faults_of(stream, attributes=attributes):
            yield f"{stream.name or 'a stream without a name'}: {fault}"


def _faults_of(stream: Stream, *, attributes: Sequence[str]) -> Iterator[str]:
    numbers = (stream.limit, stream.weight, stream.expected, stream.cases, stream.catches)
    volume = stream.measured is Measured.VOLUME
    highest = _MOST_RATIO if stream.reference else 1 - _LEAST_LIMIT
    below = stream.catches < stream.limit
    holds = {
        "a number of it is none": all(math.isfinite(number) for number in numbers),
        f"its name is no code, or one of {', '.join(_NO_STREAM)}": (
            is_code(stream.name) and stream.name not in _NO_STREAM
        ),
        f"its reason is blank or longer than {LONGEST_TEXT} characters": (
            stream.reason.strip() and len(stream.reason) <= LONGEST_TEXT
        ),
        "its weight, its expected share and its cases are above 0, the shares below 1": (
            0 < stream.weight <= 1 and stream.cases > 0 and 0 < stream.expected < 1
        ),
        "it has an age in days exactly if it needs labels": (
            stream.measured.by_label is (stream.age > 0)
        ),
        "its attribute is none of the use, or it names no group of one": (
            (stream.attribute in attributes and stream.group)
            if stream.attribute
            else not (stream.group or stream.reference)
        ),
        "a group is compared with another one": (
            not stream.group or stream.group != stream.reference
        ),
        "a volume lies from low to high in at least so many of its periods": (
            not volume
            or (
                stream.side is Side.AT_LEAST
                and not stream.attribute
                and 0 <= stream.low < stream.high
            )
        ),
        "only a volume has a low and a high": volume or not (stream.low or stream.high),
        f"its limit lies from {_LEAST_LIMIT:g} to {highest:g}": (
            _LEAST_LIMIT <= stream.limit <= highest
        ),
        "what it is to catch lies beyond its limit, and is possible": (
            below is (stream.side is Side.AT_LEAST)
            and stream.catches != stream.limit
            and 0 <= stream.catches <= (_MOST_RATIO if stream.reference else 1)
        ),
    }
    yield from (fault for fault, held in holds.items() if not held)


def _told(value: object) -> JsonValue:
    match value:
        case bool() | str() | int():
            return value
        case float():
            return repr(value)
        case dict():
            return {str(name): _told(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_told(inner) for inner in value]
        case _:
            raise LimitsRefused(reason=f"it holds {type(value).__name__}")
