"""The form of each field of a record: codes, pseudonyms, times, numbers, and no free text."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from answerable.record.canonical import LARGEST_EXACT_INTEGER, JsonValue

Json: TypeAlias = JsonValue

LONGEST_PSEUDONYM = 200
REVIEW_ACTIONS = ("accepted", "overridden")
_MOST = 50

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}")


class Unfit(ValueError):
    """A value does not have the form of its field; the text ends a sentence."""


def utc_text(at: datetime) -> str:
    """Write a time as records do, in UTC and to the microsecond (RFC 3339)."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def is_pseudonym(value: object) -> bool:
    """Say whether a value can name a person: text of 1 to 200 characters."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_PSEUDONYM:
        return False
    return value.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in value)


def _pseudonym(value: object) -> Json:
    if not isinstance(value, str) or not is_pseudonym(value):
        reason = f"is not a text of 1 to {LONGEST_PSEUDONYM} characters"
        raise Unfit(reason)
    return value


def _text(form: re.Pattern[str], otherwise: str) -> Callable[[object], Json]:
    def checked(value: object) -> Json:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise Unfit(otherwise)
        return value

    return checked


_code = _text(_CODE, "is not a code: letters, digits and _ . : - up to 64")
_id = _text(re.compile(r"[!-~]{1,128}"), "is not 1 to 128 characters of visible ASCII")
_source = _text(re.compile(r"[!-~]{1,200}"), "is not 1 to 200 characters of visible ASCII")
_digest = _text(re.compile(r"[0-9a-f]{64}"), "is not a SHA-256 digest")


def _review_action(value: object) -> Json:
    if not isinstance(value, str) or value not in REVIEW_ACTIONS:
        reason = f"is not {' or '.join(REVIEW_ACTIONS)}"
        raise Unfit(reason)
    return value


def _codes(value: object) -> Json:
    if not isinstance(value, list | tuple) or len(value) > _MOST:
        reason = f"is not a list of at most {_MOST} codes"
        raise Unfit(reason)
    return [_code(one) for one in value]


def _named_codes(value: object) -> Json:
    if not isinstance(value, Mapping) or len(value) > _MOST:
        reason = f"is not a mapping of at most {_MOST} names to codes"
        raise Unfit(reason)
    return {str(_code(name)): _code(one) for name, one in value.items()}


def _number(value: object) -> Json:
    if isinstance(value, bool) or not isinstance(value, int | float):
        reason = "is not a number"
        raise Unfit(reason)
    if not math.isfinite(value) or (isinstance(value, int) and abs(value) > LARGEST_EXACT_INTEGER):
        reason = "is not a number that every reader reads alike"
        raise Unfit(reason)
    return value


def _seconds(value: object) -> Json:
    if isinstance(value, bool) or not isinstance(value, int):
        reason = "is not a whole number"
        raise Unfit(reason)
    if not 0 <= value <= LARGEST_EXACT_INTEGER:
        reason = "is below 0, or beyond 2**53"
        raise Unfit(reason)
    return value


def _truth(value: object) -> Json:
    if not isinstance(value, bool):
        reason = "is neither true nor false"
        raise Unfit(reason)
    return value


def _moment(value: object) -> Json:
    if not isinstance(value, datetime) or value.tzinfo is None:
        reason = "is not a time with its zone"
        raise Unfit(reason)
    return utc_text(value)


# By the name of the field: it means the same in every kind of record.
FORMS: Mapping[str, Callable[[object], Json]] = {
    "attributes": _named_codes,
    "blind": _truth,
    "carried_out_at": _moment,
    "channel": _code,
    "effect": _code,
    "finding": _code,
    "found_at": _moment,
    "id": _id,
    "inputs": _digest,
    "label": _code,
    "lease": _code,
    "notice": _code,
    "occurred_at": _moment,
    "outcome": _code,
    "person": _pseudonym,
    "reasons": _codes,
    "review_action": _review_action,
    "review_seconds": _seconds,
    "reviewer": _pseudonym,
    "score": _number,
    "seconds": _seconds,
    "shadow": _truth,
    "source": _source,
    "step": _code,
    "threshold": _number,
}
