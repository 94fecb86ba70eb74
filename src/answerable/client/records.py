"""What an agency's software records: decisions, and what later becomes of them."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from datetime import UTC, datetime
from typing import ClassVar

from answerable.client.forms import FORMS, Json, Unfit, utc_text
from answerable.errors import AnswerableError


class RecordMalformed(AnswerableError):
    """The calling program made a record that the log cannot hold: a mistake in that program."""

    code = "client.record_malformed"
    message = "The {kind} cannot be recorded: {part} {reason}."
    hint = "Correct the program that makes it; nothing was recorded."


def new_id() -> str:
    """Make an id that no other record has."""
    return os.urandom(16).hex()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """Where a record is to be found: its source, and its id within it."""

    source: str
    id: str


class Record:
    """Something to be recorded. Each kind refuses a field that the log cannot hold."""

    __slots__ = ()
    kind: ClassVar[str]
    id: str
    occurred_at: datetime | None

    def __post_init__(self) -> None:
        """Refuse a field of another form than the log's; see `forms`."""
        self.to_fields(now=datetime.now(UTC))

    def to_fields(self, *, now: datetime) -> dict[str, Json]:
        """Give the fields as the gateway takes them, without those that were left unset."""
        written: dict[str, Json] = {"kind": self.kind}
        for one in fields(self):  # type: ignore[arg-type]  # every kind is a dataclass
            value = getattr(self, one.name)
            if one.name != "occurred_at" and _unset(one, value):
                continue
            written[one.name] = self._checked(one.name, value)
        written["occurred_at"] = utc_text(self.occurred_at or now)
        return written

    def _checked(self, name: str, value: object) -> Json:
        if name == "occurred_at" and value is None:
            return None
        if name == "decision" and not isinstance(value, Reference):
            raise RecordMalformed(kind=self.kind, part=name, reason="is no reference")
        try:
            if isinstance(value, Reference):
                return {
                    "source": FORMS["source"](value.source),
                    "id": FORMS["id"](value.id),
                }
            return FORMS[name](value)
        except Unfit as error:
            raise RecordMalformed(kind=self.kind, part=name, reason=error) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision(Record):
    """What was decided about one person.

    ``person`` and ``reviewer`` are the agency's pseudonyms; ``outcome``, ``channel``,
    ``step``, ``reasons``, ``notice`` and the names and values of ``attributes`` are codes;
    ``review_action`` is ``accepted`` or ``overridden``. ``inputs`` is the SHA-256 of what
    the decision was made from, ``lease`` the one that the answer names. ``occurred_at`` is
    the moment of recording where it is not given.

    Examples
    --------
    >>> flagged = Decision(person="p-1", outcome="flag", id="d-1")
    >>> flagged.to_fields(now=datetime(2026, 11, 23, tzinfo=UTC))
    {'kind': 'decision', 'person': 'p-1', 'outcome': 'flag', 'id': 'd-1',
     'occurred_at': '2026-11-23T00:00:00.000000Z'}
    """

    kind: ClassVar[str] = "decision"

    person: str
    outcome: str
    id: str = field(default_factory=new_id)
    occurred_at: datetime | None = None
    score: float | None = None
    threshold: float | None = None
    channel: str | None = None
    step: str | None = None
    reviewer: str | None = None
    review_action: str | None = None
    review_seconds: int | None = None
    reasons: Sequence[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    inputs: str | None = None
    notice: str | None = None
    lease: str | None = None
    shadow: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome(Record):
    """What later turned out about a decision; ``label`` is a code."""

    kind: ClassVar[str] = "outcome"

    decision: Reference
    label: str
    found_at: datetime
    id: str = field(default_factory=new_id)
    occurred_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Review(Record):
    """What a person found who looked at a decision; ``blind``: without seeing it first."""

    kind: ClassVar[str] = "review"

    decision: Reference
    reviewer: str
    finding: str
    seconds: int | None = None
    blind: bool = False
    id: str = field(default_factory=new_id)
    occurred_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect(Record):
    """What was done to a person because of a decision; ``effect`` is a code."""

    kind: ClassVar[str] = "effect"

    decision: Reference
    effect: str
    carried_out_at: datetime
    id: str = field(default_factory=new_id)
    occurred_at: datetime | None = None


KINDS: Mapping[str, type[Record]] = {one.kind: one for one in (Decision, Outcome, Review, Effect)}


def row_of(written: Mapping[str, Json]) -> bytes:
    """Write fields as one line of JSON Lines, without the line break."""
    return json.dumps(written, separators=(",", ":")).encode()


def _unset(one: Field[object], value: object) -> bool:
    if one.default is None or one.default is False:
        return value is one.default
    may_be_empty = one.default == () or one.default_factory is dict
    return may_be_empty and isinstance(value, tuple | list | dict) and not value
