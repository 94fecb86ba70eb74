"""Load over loopback: many connections, each sending its next request when it has its answer."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import uvloop

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(kw_only=True, slots=True)
class Load:
    """What was answered, and when."""

    answered: int = 0
    failed: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.answered / self.seconds


class _Client(asyncio.Protocol):
    def __init__(self, load: Load, requests: Callable[[], bytes | None], wanted: bytes) -> None:
        self._load, self._requests, self._wanted = load, requests, wanted
        self._left = b""
        self._sent = 0.0
        self._transport: asyncio.WriteTransport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are of no class of asyncio's.
        self._transport = cast("asyncio.WriteTransport", transport)
        self._send()

    def _send(self) -> None:
        request = self._requests()
        if self._transport is None:
            return
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._left += data
        head, found, rest = self._left.partition(_HEAD_ENDS)
        if not found:
            return
        length = int(head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0])
        if len(rest) < length:
            return
        self._load.waits.append(time.perf_counter() - self._sent)
        if head.startswith(self._wanted):
            self._load.answered += 1
        else:
            self._load.failed += 1
        self._left = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if not self.ended.done():
            self.ended.set_result(None)


def post(path: str, body: bytes, *, token: str, form: str) -> bytes:
    """Write a whole request."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {form}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def run(*, port: int, connections: int, requests: Callable[[], bytes | None], status: int) -> Load:
    """Send requests until there are none, over so many connections."""
    load = Load()

    async def send() -> None:
        loop = asyncio.get_running_loop()
        wanted = f"HTTP/1.1 {status}".encode()
        started = time.perf_counter()
        clients = []
        for _ in range(connections):
            _, client = await loop.create_connection(
                lambda: _Client(load, requests, wanted), "127.0.0.1", port
            )
            clients.append(client)
        await asyncio.gather(*(client.ended for client in clients))
        load.seconds = time.perf_counter() - started

    uvloop.run(send())
    return load
