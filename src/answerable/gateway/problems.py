"""Errors as HTTP tells them: problem+json (RFC 9457), with a code and what to do."""

import msgspec

from answerable.errors import AnswerableError
from answerable.intake.commits import OtherContent
from answerable.intake.hot.store import RowUnwritable, StoreUnavailable
from answerable.intake.wire import NotABatch, RowRefused, TooManyRows
from answerable.people.actors import NotPermitted

RETRY_SECONDS = 1


class TokenMissing(AnswerableError):
    """A request shows no token, or one that opens nothing."""

    code = "gateway.token_refused"
    message = "The request shows no service token that is valid now."
    hint = "Send `Authorization: Bearer TOKEN`; an administrator of the agency issues tokens."


class ScopeMissing(AnswerableError):
    """A token does not open this door."""

    code = "gateway.scope_missing"
    message = "The service token does not open {scope}."
    hint = "Ask an administrator of the agency for a token with that scope."


class UseNotCovered(AnswerableError):
    """A token is for another use."""

    code = "gateway.use_not_covered"
    message = "The service token is for the use {bound} only."
    hint = "Use the token of the use that the record is about."


class TooLarge(AnswerableError):
    """A body is larger than this door takes."""

    code = "gateway.too_large"
    message = "The body is larger than {most} bytes."
    hint = "Send the records in smaller batches."


class FormUnknown(AnswerableError):
    """A body has a content type that this door does not read."""

    code = "gateway.form_unknown"
    message = "This address does not read that content type or encoding."
    hint = (
        "Send application/json, application/x-ndjson, application/cloudevents+json or"
        " application/cloudevents-batch+json, not compressed."
    )


class BodyMalformed(AnswerableError):
    """A request body is not what the address takes."""

    code = "gateway.body_malformed"
    message = "The request is not understood: {reason}."
    hint = "Compare it with /api/v1/openapi.json."


class Busy(AnswerableError):
    """More is arriving than can be written."""

    code = "gateway.busy"
    message = "More records are waiting to be written than the gateway keeps in memory."
    hint = "Send it again after the seconds that Retry-After names."


class NotReady(AnswerableError):
    """The gateway has not read the gate's facts yet."""

    code = "gateway.not_ready"
    message = "The gateway cannot read which uses are permitted at this moment."
    hint = "Send it again after the seconds that Retry-After names."


class WriterFault(AnswerableError):
    """Something of ours went wrong while records were written; nothing is acknowledged."""

    code = "gateway.writer_fault"
    message = "The records could not be written, by a fault of ours; nothing is acknowledged."
    hint = "Send them again with the same ids, and report it."


STATUS: dict[type[AnswerableError], int] = {
    TokenMissing: 401,
    ScopeMissing: 403,
    UseNotCovered: 403,
    NotPermitted: 403,
    OtherContent: 409,
    TooLarge: 413,
    TooManyRows: 413,
    FormUnknown: 415,
    Busy: 503,
    NotReady: 503,
    StoreUnavailable: 503,
    WriterFault: 500,
    RowUnwritable: 422,
    RowRefused: 422,
    NotABatch: 400,
    BodyMalformed: 400,
}
_UNAVAILABLE = 503
_UNAUTHORISED = 401
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unknown form",
    422: "Refused",
    500: "A fault of ours",
    503: "Not now",
}

Header = tuple[bytes, bytes]


def status_of(error: AnswerableError) -> int:
    """Say which HTTP status tells of an error; one that is not listed is a bad request."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 400


def problem(status: int, *, code: str, detail: str, hint: str = "") -> bytes:
    """Write a problem document."""
    fields = {
        "type": f"urn:answerable:problem:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if hint:
        fields["hint"] = hint
    return msgspec.json.encode(fields)


def answer_to(error: AnswerableError) -> tuple[int, bytes, list[Header]]:
    """Give status, body and headers for an error."""
    status = status_of(error)
    body = problem(status, code=error.code, detail=error.sentence, hint=error.advice)
    headers: list[Header] = [(b"content-type", b"application/problem+json")]
    if status == _UNAVAILABLE:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    if status == _UNAUTHORISED:
        headers.append((b"www-authenticate", b"Bearer"))
    return status, body, headers
