"""Records as agencies send them: the fields of each kind, and reading them row by row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
from msgspec import Meta, Struct

from answerable.errors import AnswerableError
from answerable.intake import grammar

# Codes and references only: nothing a person wrote freely enters the log.
Code = Annotated[str, Meta(max_length=64, extra_json_schema={"pattern": grammar.CODE})]
Source = Annotated[str, Meta(max_length=200, extra_json_schema={"pattern": grammar.VISIBLE})]
Id = Annotated[str, Meta(max_length=128, extra_json_schema={"pattern": grammar.VISIBLE})]
Use = Annotated[str, Meta(max_length=100, extra_json_schema={"pattern": grammar.USE})]
Digest = Annotated[
    str, Meta(min_length=64, max_length=64, extra_json_schema={"pattern": grammar.DIGEST})
]
Pseudonym = Annotated[str, Meta(min_length=1, max_length=200)]
Moment = Annotated[datetime, Meta(tz=True)]
ReviewAction = Annotated[
    str, Meta(max_length=10, extra_json_schema={"enum": list(grammar.REVIEW_ACTIONS)})
]
Place = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Seconds = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Reasons = Annotated[list[Code], Meta(max_length=50)]
Attributes = Annotated[dict[Code, Code], Meta(max_length=50)]

MAX_ROWS = 20_000
# By as much may the clock of whoever sends a record be fast.
FAST_CLOCK = timedelta(minutes=5)


class RowRefused(AnswerableError):
    """A row is not a record of its kind."""

    code = "intake.row_refused"
    message = "The row is not a {kind} as this door takes it: {reason}."
    hint = "Compare it with /api/v1/openapi.json; correct it and send it again with the same id."


class NotYet(RowRefused):
    """A row tells of something that has not happened yet."""

    code = "intake.not_yet"
    message = "The {kind} tells of something that is still to come: {field} is in the future."
    hint = (
        "Set the clock of the machine that made it; correct the time and send it again with "
        "the same id. Clocks may be fast by up to 5 minutes."
    )


class TooManyRows(AnswerableError):
    """A batch holds more records than one answer can acknowledge."""

    code = "intake.too_many_rows"
    message = "The batch holds more than the {most} records that are taken at a time."
    hint = "Send it in parts: each is acknowledged by itself."


class NotABatch(AnswerableError):
    """A body is neither a record nor a list of them."""

    code = "intake.not_a_batch"
    message = "The body is not what its content type says: {reason}."
    hint = "Send a JSON object, a JSON array of them, or one object a line."


class DecisionRef(Struct, frozen=True, forbid_unknown_fields=True):
    """The decision that a later record is about."""

    source: Source
    id: Id

    def __post_init__(self) -> None:
        """Refuse what is no reference."""
        grammar.check_visible(self.source, self.id)


class Arriving(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """What every record has. Events carry source and id outside, so here they may lack."""

    kind: ClassVar[str]

    use: Use
    occurred_at: Moment
    source: Source | None = None
    id: Id | None = None
    sequence: Place | None = None

    def _check(self, *codes: str | None) -> None:
        grammar.check_use(self.use)
        grammar.check_visible(self.source, self.id)
        grammar.check_codes(codes)


class Decision(Arriving, kw_only=True, forbid_unknown_fields=True, tag="decision"):
    """An outcome, or an output that a person weighed, about one person."""

    kind: ClassVar[str] = "decision"

    version: Digest
    person: Pseudonym
    outcome: Code
    score: float | None = None
    threshold: float | None = None
    channel: Code | None = None
    step: Code | None = None
    reviewer: Pseudonym | None = None
    review_action: ReviewAction | None = None
    review_seconds: Seconds | None = None
    reasons: Reasons = []
    attributes: Attributes = {}
    inputs: Digest | None = None
    notice: Code | None = None
    lease: Code | None = None
    shadow: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no code, reference or digest."""
        self._check(
            self.outcome,
            self.channel,
            self.step,
            self.notice,
            self.lease,
            *self.reasons,
            *self.attributes,
            *self.attributes.values(),
        )
        grammar.check_digests(self.version, self.inputs)
        grammar.check_review_action(self.review_action)


class _OneOfMany(Decision, kw_only=True, tag="decision"):
    """A decision of a batch; its texts are checked together with those of all the others.

    Most of them come again in every row: checked row by row they took three quarters of
    the time of reading.
    """

    def __post_init__(self) -> None:
        """Leave it to `_check_decisions`, which refuses what `Decision` refuses."""


_SAYS = attrgetter("outcome", "channel", "step", "notice", "lease")
_NAMES = attrgetter("use", "source", "version", "inputs", "review_action")


def _check_decisions(rows: Sequence[Decision]) -> None:
    """Refuse decisions of which one holds what is no code, reference or digest."""
    codes = set(chain.from_iterable(set(map(_SAYS, rows))))
    for row in rows:
        codes.update(row.reasons)
        if row.attributes:
            codes.update(row.attributes, row.attributes.values())
    grammar.check_codes(codes)
    for use, source, version, inputs, action in set(map(_NAMES, rows)):
        grammar.check_use(use)
        grammar.check_visible(source)
        grammar.check_digests(version, inputs)
        grammar.check_review_action(action)
    # What makes an id visible holds of each of its characters; a missing one is the least.
    ids = [row.id or "" for row in rows]
    grammar.check_visible(min(ids), "".join(ids))


class Outcome(Arriving, kw_only=True, forbid_unknown_fields=True, tag="outcome"):
    """What later turned out to be true about a decision."""

    kind: ClassVar[str] = "outcome"

    decision: DecisionRef
    label: Code
    found_at: Moment

    def __post_init__(self) -> None:
        """Refuse what is no code or reference."""
        self._check(self.label)


class Review(Arriving, kw_only=True, forbid_unknown_fields=True, tag="review"):
    """What a person found who looked at a decision."""

    kind: ClassVar[str] = "review"

    decision: DecisionRef
    reviewer: Pseudonym
    finding: Code
    seconds: Seconds | None = None
    blind: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no code or reference."""
        self._check(self.finding)


class Effect(Arriving, kw_only=True, forbid_unknown_fields=True, tag="effect"):
    """Something that was done to the person because of a decision."""

    kind: ClassVar[str] = "effect"

    decision: DecisionRef
    effect: Code
    carried_out_at: Moment

    def __post_init__(self) -> None:
        """Refuse what is no code or reference."""
        self._check(self.effect)


class Event(Struct, kw_only=True):
    """A CloudEvent 1.0 in its structured form; other attributes are passed over."""

    specversion: str
    type: str
    source: Source
    id: Id
    data: msgspec.Raw
    time: Moment | None = None


Record: TypeAlias = Decision | Outcome | Review | Effect
KINDS: dict[str, type[Record]] = {
    "decision": Decision,
    "outcome": Outcome,
    "review": Review,
    "effect": Effect,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A row that was not taken, and why. Rows are counted from 0."""

    row: int
    code: str
    message: str
    hint: str

    @classmethod
    def of(cls, error: AnswerableError, *, row: int) -> "Refused":
        """Say by an error's own words why a row was not taken."""
        return cls(row=row, code=error.code, message=error.sentence, hint=error.advice)


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """The rows that could be read, each with its number, and those that could not."""

    rows: list[Record]
    numbers: Sequence[int]
    refused: list[Refused]


class Door:
    r"""Reads the records that one address takes, from each form in which they may come.

    A record that does not say its kind is of the first kind given. Where ``now`` tells the
    time, one that has not happened yet is refused.

    Examples
    --------
    >>> read = Door("outcome").read_lines(b'{"source": "desk", "id": "9"}\n')
    >>> read.refused[0].row, read.refused[0].code
    (0, 'intake.row_refused')
    """

    def __init__(self, kind: str, *others: str, now: Callable[[], datetime] | None = None) -> None:
        """Prepare the readers."""
        self.kind, self._now = kind, now
        self._readers = {name: msgspec.json.Decoder(KINDS[name]) for name in (kind, *others)}
        self._lines = _LINES[kind].decode_lines
        self._array = _ARRAYS[kind].decode

    def read_one(self, body: bytes) -> Record:
        """Read a single record, or refuse it."""
        kind = self._kind_of(body) if len(self._readers) > 1 else self.kind
        record = self._read(body, kind)
        if record.source is None or record.id is None:
            raise RowRefused(kind=kind, reason="source or id is missing")
        return record

    def read_array(self, body: bytes) -> Read:
        """Read a JSON array of records."""
        return self._whole(self._array, body) or self._row_by_row(_split(body), self.read_one)

    def read_lines(self, body: bytes) -> Read:
        """Read one record a line; an empty line counts and holds nothing."""
        lines = body.split(b"\n")
        if b"" in lines[:-1]:
            return self._row_by_row(lines, self.read_one)
        return self._whole(self._lines, body) or self._row_by_row(lines, self.read_one)

    def read_event(self, body: bytes) -> Record:
        """Read one CloudEvent in structured form."""
        try:
            event = _EVENT.decode(body)
        except _UNREADABLE as error:
            raise RowRefused(kind="CloudEvent", reason=_reason(error)) from None
        kind = event.type.removeprefix("org.answerable.").removesuffix(".v1")
        if event.specversion != "1.0" or event.type != f"org.answerable.{kind}.v1":
            reason = f"specversion and type are not 1.0 and org.answerable.{self.kind}.v1"
            raise RowRefused(kind="CloudEvent", reason=reason)
        record = self._read(_timed(event), kind)
        try:
            grammar.check_visible(event.source, event.id)
        except ValueError as error:
            raise RowRefused(kind=kind, reason=error) from None
        record.source, record.id = event.source, event.id
        return record

    def read_events(self, body: bytes) -> Read:
        """Read a batch of CloudEvents."""
        return self._row_by_row(_split(body), self.read_event)

    def _kind_of(self, body: bytes) -> str:
        try:
            return _KIND.decode(body).kind or self.kind
        except _UNREADABLE as error:
            raise RowRefused(kind=self.kind, reason=_reason(error)) from None

    def _read(self, body: bytes, kind: str) -> Record:
        reader = self._readers.get(kind)
        if reader is None:
            raise RowRefused(kind=self.kind, reason=f"this address takes {' '.join(self._readers)}")
        try:
            record = reader.decode(body)
        except _UNREADABLE as error:
            raise RowRefused(kind=kind, reason=_reason(error)) from None
        if self._now is not None:
            _refuse_future(record, latest=self._now() + FAST_CLOCK)
        return record

    def _whole(self, decode: Callable[[bytes], list[Record]], body: bytes) -> Read | None:
        """Read all rows at once, which is quickest, or leave it to the reading row by row."""
        try:
            rows = decode(body)
            unchecked = [row for row in rows if isinstance(row, _OneOfMany)]
            if unchecked:
                _check_decisions(unchecked)
        except (*_UNREADABLE, ValueError):
            return None
        _refuse_too_many(len(rows))
        if any(row.source is None or row.id is None for row in rows):
            return None
        if self._now is not None:
            latest = self._now() + FAST_CLOCK
            later = (_told_at(row) for row in rows if not isinstance(row, Decision))
            if any(row.occurred_at > latest for row in rows) or any(at > latest for at in later):
                return None
        return Read(rows=rows, numbers=range(len(rows)), refused=[])

    def _row_by_row(self, parts: Sequence[bytes], read: Callable[[bytes], Record]) -> Read:
        rows: list[Record] = []
        numbers: list[int] = []
        refused: list[Refused] = []
        for number, part in enumerate(parts):
            if not part.strip():
                continue
            _refuse_too_many(len(rows) + len(refused) + 1)
            try:
                rows.append(read(part))
            except RowRefused as error:
                refused.append(Refused.of(error, row=number))
            else:
                numbers.append(number)
        return Read(rows=rows, numbers=numbers, refused=refused)


# Deep nesting ends the reader's stack; it is no record either.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


# How many rows of each kind are read at once.
_MANY: dict[str, type[Record]] = {**KINDS, Decision.kind: _OneOfMany}
_LINES = {kind: msgspec.json.Decoder(row) for kind, row in _MANY.items()}
_ARRAYS: dict[str, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(list[row])  # type: ignore[valid-type]
    for kind, row in _MANY.items()
}


class _Kind(Struct):
    kind: str | None = None


_KIND = msgspec.json.Decoder(_Kind)
_EVENT = msgspec.json.Decoder(Event)
_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


def _timed(event: Event) -> bytes:
    """Give an event's data; the event's time stands in for one that the data lack."""
    if event.time is None:
        return bytes(event.data)
    try:
        fields = _OBJECT.decode(event.data)
    except _UNREADABLE as error:
        raise RowRefused(kind="CloudEvent", reason=_reason(error)) from None
    fields.setdefault("occurred_at", msgspec.Raw(msgspec.json.encode(event.time)))
    return msgspec.json.encode(fields)


def _told_at(record: Record) -> datetime:
    """Give the other moment of a record that has one."""
    match record:
        case Outcome():
            return record.found_at
        case Effect():
            return record.carried_out_at
        case _:
            return record.occurred_at


def _refuse_future(record: Record, *, latest: datetime) -> None:
    if record.occurred_at > latest:
        raise NotYet(kind=record.kind, field="occurred_at")
    if _told_at(record) > latest:
        field = "found_at" if isinstance(record, Outcome) else "carried_out_at"
        raise NotYet(kind=record.kind, field=field)


def _split(body: bytes) -> list[bytes]:
    try:
        return [bytes(part) for part in _ARRAY.decode(body)]
    except _UNREADABLE as error:
        raise NotABatch(reason=_reason(error)) from None


def _refuse_too_many(found: int) -> None:
    if found > MAX_ROWS:
        raise TooManyRows(most=MAX_ROWS)


def _reason(error: Exception) -> str:
    match error:
        case msgspec.DecodeError():
            return str(error)
        case RecursionError():
            return "it is nested too deeply"
        case _:
            return "it is not UTF-8 text"
