"""One spelling for one value: JSON in the canonical form of RFC 8785, and strict reading."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, TypeAlias

import rfc8785

from answerable.errors import AnswerableError

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)

# Beyond it neighbouring integers are the same double, and a reader would get another number.
LARGEST_EXACT_INTEGER = 2**53 - 1
# A fixed limit: how deep a reader's stack goes must not decide what counts as a record.
MAX_DEPTH = 100

_Place = tuple[str | int, ...]


class NotCanonical(AnswerableError):
    """A value has no canonical form, or a document is not in it."""

    code = "record.not_canonical"
    message = "At {where}: {reason}."
    hint = "A record holds only what every reader spells and reads alike (RFC 8785)."


class NotJson(AnswerableError):
    """A document is not JSON with one meaning."""

    code = "record.not_json"
    message = "The document is not JSON with one meaning: {reason}."
    hint = "Ask whoever wrote the file for an unchanged copy."


def canonical_bytes(value: JsonValue) -> bytes:
    """Write a value as the one byte string that RFC 8785 gives it.

    Refuses what JSON cannot carry exactly: NaN, infinities, integers beyond
    2**53 - 1, keys that are not text, text that is not Unicode, other types, and
    nesting deeper than ``MAX_DEPTH``.

    Examples
    --------
    >>> canonical_bytes({"b": 1.50, "a": [True, None]})
    b'{"a":[true,null],"b":1.5}'
    """
    if not _is_plain(value, 0) and _check_expressible(value, ()):
        return rfc8785.dumps(value)
    # What holds no float and no key beyond ASCII is spelt the same by the C writer, in a
    # tenth of the time.
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def parse_canonical(data: bytes) -> JsonValue:
    """Read a document that is already canonical, and refuse any other.

    A whole number of 2**53 or more comes back as the float it is the canonical form
    of, so that ``canonical_bytes(parse_canonical(data)) == data`` always holds.
    """
    value = _loads(data, whole_number=_exact_integer_or_double)
    written = canonical_bytes(value)
    if written != data:
        place = f"byte {first_difference(written, data)}"
        raise NotCanonical(where=place, reason="the bytes differ from the canonical form")
    return value


def parse_json(data: bytes) -> JsonValue:
    """Read JSON in any layout, refusing duplicate keys, NaN, infinities and broken Unicode."""
    return _loads(data, whole_number=int)


def first_difference(expected: bytes, found: bytes) -> int:
    """Say at which byte, counted from 0, two different byte strings part."""
    pairs = zip(expected, found, strict=False)
    shorter = min(len(expected), len(found))
    return next((at for at, (one, other) in enumerate(pairs) if one != other), shorter)


def _is_plain(value: object, depth: int) -> bool:
    """Say whether a value is certainly expressible, with nothing in it that needs care.

    Nearly every document is; looking for that alone keeps no track of places.
    """
    if isinstance(value, str):
        return value.isascii()
    if isinstance(value, int):
        return abs(value) <= LARGEST_EXACT_INTEGER
    if depth == MAX_DEPTH:
        return value is None
    if isinstance(value, dict):
        return all(isinstance(key, str) and key.isascii() for key in value) and all(
            _is_plain(item, depth + 1) for item in value.values()
        )
    if isinstance(value, list | tuple):
        return all(_is_plain(item, depth + 1) for item in value)
    return value is None


def _check_expressible(value: object, place: _Place) -> bool:
    """Refuse what has no canonical form; say whether numbers or order need care to spell.

    RFC 8785 spells floats as ECMAScript does, and orders keys by UTF-16 code units.
    """
    if len(place) > MAX_DEPTH:
        _refuse(place, f"the nesting is deeper than {MAX_DEPTH}")
    careful = False
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                _refuse(place, f"the key {key!r} is not text")
            _refuse_broken_text(key, place)
            careful |= not key.isascii()
            careful |= _check_expressible(item, (*place, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            careful |= _check_expressible(item, (*place, index))
    elif isinstance(value, str):
        _refuse_broken_text(value, place)
    elif isinstance(value, int | float):
        _refuse_inexact_number(value, place)
        careful = isinstance(value, float)
    elif value is not None:
        _refuse(place, f"{type(value).__name__} is not a type JSON has")
    return careful


def _refuse_inexact_number(value: float, place: _Place) -> None:
    if isinstance(value, int):
        if abs(value) > LARGEST_EXACT_INTEGER:
            _refuse(place, "the integer is beyond 2**53 - 1; write it as text")
    elif not math.isfinite(value):
        _refuse(place, f"{value} is not a number JSON has")


def _refuse_broken_text(text: str, place: _Place) -> None:
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        _refuse(place, "the text holds half a surrogate pair, which is no character")


def _refuse(place: _Place, reason: str) -> NoReturn:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    where = ascii("".join(steps).removeprefix("."))[1:-1]
    raise NotCanonical(where=where or "the top of the document", reason=reason)


def _loads(data: bytes, *, whole_number: Callable[[str], int | float]) -> JsonValue:
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object_with_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=whole_number,
        )
        # An escape such as \ud800 parses, but is half a character; encoding shows it.
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        reason = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise NotJson(reason=reason) from error
    except UnicodeError as error:
        raise NotJson(reason="it is not valid UTF-8 text") from error
    except RecursionError as error:
        raise NotJson(reason="it is nested too deeply") from error
    except ValueError as error:
        raise NotJson(reason="it holds an integer of thousands of digits") from error
    return value


def _object_with_unique_keys(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise NotJson(reason=f"the key {twice!a} stands twice in one object")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(reason=f"{name} is not a number JSON has")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise NotJson(reason="it holds a number too large for any reader")
    return value


def _exact_integer_or_double(text: str) -> int | float:
    value = _finite(text)
    return int(text) if abs(value) <= LARGEST_EXACT_INTEGER else value
