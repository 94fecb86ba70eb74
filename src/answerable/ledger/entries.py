"""What an entry of the ledger is: fields, a kind, and a sentence for people."""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from string import Formatter
from typing import ClassVar, TypeAlias

from answerable.errors import AnswerableError, visible
from answerable.record.canonical import JsonValue, parse_canonical

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_KIND = re.compile(r"[a-z]+(\.[a-z]+(_[a-z]+)*){1,3}")


class EntryMalformed(AnswerableError):
    """An entry holds something that no entry may hold."""

    code = "ledger.entry_malformed"
    message = "An entry {kind} cannot be written: {field} {reason}."
    hint = "An entry holds text, whole numbers, yes or no, lists of text, and people as Person."


class EntryUnreadable(AnswerableError):
    """A stored payload is not one that this room has written."""

    code = "ledger.entry_unreadable"
    message = "The payload is not an entry of this ledger: {reason}."
    hint = "Verify the ledger: a row may have been changed behind its back."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody an entry is about, by the reference of their row.

    The reference never reaches the entry: `append` puts a salted commitment in its
    place, staff included.
    """

    ref: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse nobody."""
        if not self.ref:
            raise EntryMalformed(kind="about a person", field="ref", reason="is empty")


FieldValue: TypeAlias = "str | int | bool | tuple[str, ...] | Person | None"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the ledger, before it is written. Each room has its own subclasses.

    A subclass gives its kind, in the past tense, a sentence whose names in braces are
    its fields (``{finding:words}`` writes a code as words, ``{until:time}`` a time to the
    minute), and fields of type `FieldValue`: days and times as ISO text, digests as
    hexadecimal, people only as `Person`. A kind belongs to one class and its fields
    are never changed once released: a new shape is a new kind.

    Examples
    --------
    >>> @dataclass(frozen=True, kw_only=True, slots=True)
    ... class CakeCut(Entry):
    ...     kind = "example.cake.cut"
    ...     sentence = "A cake was cut for {guest} into {pieces} pieces."
    ...     guest: Person
    ...     pieces: int
    >>> CakeCut.payload_type()
    'application/vnd.answerable.example.cake.cut.v1+json'
    >>> CakeCut(guest=Person("account/7"), pieces=2).values()["pieces"]
    2
    """

    kind: ClassVar[str]
    sentence: ClassVar[str]

    def __init_subclass__(cls) -> None:
        """Enter the kind in the registry; refuse a second class of one kind."""
        # Without arguments super() would find the class that slots have replaced.
        super(Entry, cls).__init_subclass__()
        if not _KIND.fullmatch(cls.kind):
            reason = f"{cls.__name__}.kind must read room.what.happened, not {cls.kind!r}"
            raise TypeError(reason)
        known = _KINDS.setdefault(cls.kind, cls)
        # With slots a class is made twice: the second takes the first one's place.
        if (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            reason = f"{cls.kind} belongs to {known.__qualname__} already"
            raise TypeError(reason)
        _KINDS[cls.kind] = cls
        named = {name for _, name, _, _ in Formatter().parse(cls.sentence) if name}
        unknown = named - _declared(cls)
        if unknown:
            reason = f"the sentence of {cls.__name__} names {', '.join(sorted(unknown))}"
            raise TypeError(reason)

    @classmethod
    def payload_type(cls) -> str:
        """Name the form of the payload, for whoever stores or signs it."""
        return f"application/vnd.answerable.{cls.kind}.v1+json"

    def values(self) -> dict[str, FieldValue]:
        """Give the fields by name, refusing any that no entry may hold."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        for name, value in values.items():
            if not _is_allowed(value):
                reason = f"holds {type(value).__name__}"
                raise EntryMalformed(kind=self.kind, field=name, reason=reason)
        return values


_KINDS: dict[str, type[Entry]] = {}


def _declared(cls: type[Entry]) -> set[str]:
    classes = cls.__mro__[: cls.__mro__.index(Entry)]
    return {name for one in classes for name in inspect.get_annotations(one)}


def class_of(kind: str) -> type[Entry] | None:
    """Give the class of a kind; none where the room that wrote it is not installed."""
    return _KINDS.get(kind)


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonForgotten(Entry):
    """The salts of one person were erased. Whose they were stands nowhere."""

    kind = "ledger.person.forgotten"
    sentence = "What ties {salts} names in the ledger to one person was erased."
    salts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckpointsKeptAnew(Entry):
    """The folder in which checkpoints are kept was lost and begun again.

    From here back only checkpoints in other hands show that nothing was rewritten.
    """

    kind = "ledger.checkpoints.kept_anew"
    sentence = "No checkpoint was kept elsewhere any more; keeping them began anew after {size}."
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenEntry:
    """An entry as it stands in the ledger: people only as commitments.

    Examples
    --------
    >>> entry = WrittenEntry.read(
    ...     b'{"agency":"north","at":"2026-03-02T09:00:00.000000Z","by":"c0ffee",'
    ...     b'"fields":{"salts":2},"index":7,"kind":"ledger.person.forgotten",'
    ...     b'"occurred_at":"2026-03-02T09:00:00.000000Z"}'
    ... )
    >>> entry.index, entry.sentence
    (7, 'What ties 2 names in the ledger to one person was erased.')
    """

    index: int
    agency: str
    kind: str
    at: datetime
    occurred_at: datetime
    by: str
    fields: Mapping[str, JsonValue]

    @classmethod
    def read(cls, payload: bytes) -> "WrittenEntry":
        """Read a payload as `append` writes it."""
        value = parse_canonical(payload)
        match value:
            case {
                "agency": str(agency),
                "at": str(at),
                "by": str(by),
                "fields": dict(fields),
                "index": int(index),
                "kind": str(kind),
                "occurred_at": str(occurred_at),
                **others,
            } if not others:
                return cls(
                    index=index,
                    agency=agency,
                    kind=kind,
                    at=_time(at),
                    occurred_at=_time(occurred_at),
                    by=by,
                    fields=fields,
                )
            case _:
                raise EntryUnreadable(reason="its fields are others")

    @property
    def sentence(self) -> str:
        """What happened, for people; the kind alone where its room is not installed."""
        known = class_of(self.kind)
        if known is None:
            return f"{self.kind}."
        shown = {name: _Shown(_shown(value)) for name, value in self.fields.items()}
        try:
            return known.sentence.format(**shown)
        except KeyError as error:
            raise EntryUnreadable(reason=f"a field of {self.kind} is missing") from error


def _is_allowed(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(item, str) for item in value)
    return value is None or isinstance(value, str | int | Person)


class _Shown(str):
    """The text of a field, as a sentence asks for it."""

    __slots__ = ()

    def __format__(self, how: str) -> str:
        match how:
            case "words":
                return self.replace("_", " ")
            case "time":
                return f"{self[:10]} {self[11:16]} UTC" if _TIME.fullmatch(self) else str(self)
            case _:
                return super().__format__(how)


def _shown(value: JsonValue) -> str:
    match value:
        case {"person": str(commitment)}:
            return f"person {commitment[:8]}"
        case None:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(visible(str(item)) for item in value) or "nothing"
        case _:
            # The fields of an entry end up on pages and terminals.
            return visible(str(value))


def text_of_time(at: datetime) -> str:
    """Write a moment the one way entries do, to the microsecond and in UTC.

    >>> from datetime import UTC
    >>> text_of_time(datetime(2026, 3, 2, 9, tzinfo=UTC))
    '2026-03-02T09:00:00.000000Z'
    """
    if at.utcoffset() != timedelta(0):
        raise TimeNotUtc
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


class TimeNotUtc(AnswerableError):
    """A moment has no time zone, or another one than UTC."""

    code = "ledger.time_not_utc"
    message = "The ledger takes moments in UTC only."
    hint = "Convert it where it enters."


def _time(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if text_of_time(at) == text:
            return at
    except (ValueError, TimeNotUtc):
        pass
    raise EntryUnreadable(reason="a time is not written as entries write it")
