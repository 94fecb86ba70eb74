"""Reading a request and sending an answer, with as little in between as can be."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from answerable.errors import AnswerableError
from answerable.gateway.problems import Header, TooLarge, WriterFault, answer_to

_log = logging.getLogger("answerable.gateway")

JSON: list[Header] = [(b"content-type", b"application/json")]


class Gone(Exception):
    """Whoever asked has hung up before the request was whole."""


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    body: bytes
    headers: Sequence[Header] = JSON


class Headers(NamedTuple):
    """The request headers that matter here."""

    authorization: bytes
    content_type: bytes
    content_encoding: bytes
    content_length: bytes


def headers_of(scope: Scope) -> Headers:
    """Pick the headers out of a request."""
    authorization = content_type = content_encoding = content_length = b""
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = value
        elif name == b"content-type":
            content_type = value.partition(b";")[0].strip().lower()
        elif name == b"content-encoding":
            content_encoding = value.strip().lower()
        elif name == b"content-length":
            content_length = value
    return Headers(authorization, content_type, content_encoding, content_length)


async def body_of(receive: Receive, headers: Headers, *, most: int) -> bytes:
    """Read a body, no further than is allowed."""
    announced = headers.content_length
    if announced.isdigit() and int(announced[:20]) > most:
        raise TooLarge(most=most)
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        if message["type"] != "http.request":
            raise Gone
        if len(body) > most:
            raise TooLarge(most=most)
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] != "http.request":
            raise Gone
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TooLarge(most=most)
        parts.append(part)
    return b"".join(parts)


class Direct:
    """Leads requests for some addresses straight to their doors, all others to the rest.

    Between the server and a door stand otherwise a dozen calls that each record pays for.
    """

    def __init__(self, rest: Starlette, doors: Mapping[tuple[str, str], ASGIApp]) -> None:
        """Take the doors by method and path."""
        self.rest, self._doors = rest, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lead one request."""
        door: ASGIApp = self.rest
        if scope["type"] == "http":
            door = self._doors.get((scope["method"], scope["path"]), door)
        await door(scope, receive, send)


class Endpoint:
    """An address that answers a request, and errors by their problem documents.

    Plain ASGI: between the server and the record stands no more than must.
    """

    def __init__(self, answer: Callable[[Scope, Receive], Awaitable[Answer]]) -> None:
        """Take what answers."""
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            answer = await self._answer(scope, receive)
        except AnswerableError as error:
            answer = Answer(*answer_to(error))
        except Gone:
            return
        except Exception as error:  # noqa: BLE001 - whatever broke, nothing is acknowledged
            # Its message could hold a value of a record: only its kind is told.
            _log.error("a request failed: %s", type(error).__name__)
            answer = Answer(*answer_to(WriterFault()))
        headers = [*answer.headers, (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
