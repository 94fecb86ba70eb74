"""The bare endpoint that intake is measured against: Starlette, one table, a group commit."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator
from queue import Empty, SimpleQueue
from threading import Thread

import msgspec
import psycopg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

GROUP = 512


class Decision(msgspec.Struct):
    """A decision, read and not looked at."""

    source: str
    id: str
    use: str
    occurred_at: str
    version: str
    person: str
    outcome: str
    score: float
    reasons: list[str]
    lease: str
    sequence: int


Row = tuple[str, str, bytes]
Waiting = tuple[Row, "asyncio.Future[None]"]

TABLE = "CREATE TABLE IF NOT EXISTS bare (source varchar, id varchar PRIMARY KEY, body {bytes})"


class Sqlite:
    """One SQLite file, WAL, synced at every commit."""

    def __init__(self) -> None:
        """Open it."""
        path = f"{os.environ['ANSWERABLE_HOME']}/bare.sqlite3"
        self._raw = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._raw.execute(f"PRAGMA {pragma}")
        self._raw.execute(TABLE.format(bytes="blob"))

    def write(self, rows: list[Row]) -> None:
        """Write rows in one transaction."""
        self._raw.execute("BEGIN IMMEDIATE")
        self._raw.executemany("INSERT INTO bare VALUES (?, ?, ?)", rows)
        self._raw.execute("COMMIT")


class Postgres:
    """One table of PostgreSQL, synced at every commit."""

    def __init__(self) -> None:
        """Connect."""
        self._raw = psycopg.connect(os.environ["ANSWERABLE_DATABASE"], autocommit=True)
        self._raw.execute("SET synchronous_commit = on")
        self._raw.execute(TABLE.format(bytes="bytea"))

    def write(self, rows: list[Row]) -> None:
        """Write rows in one transaction."""
        with self._raw.transaction(), self._raw.cursor() as cursor:
            cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s)", rows)


def application() -> Starlette:
    """Put it together, for uvicorn."""
    queue: SimpleQueue[Waiting | None] = SimpleQueue()
    decoder = msgspec.json.Decoder(Decision)

    def resolve(group: list[Waiting]) -> None:
        for _, future in group:
            if not future.done():
                future.set_result(None)

    def run(loop: asyncio.AbstractEventLoop) -> None:
        store = Postgres() if "ANSWERABLE_DATABASE" in os.environ else Sqlite()
        while (first := queue.get()) is not None:
            group = [first]
            with contextlib.suppress(Empty):
                while len(group) < GROUP and (more := queue.get_nowait()) is not None:
                    group.append(more)
            store.write([row for row, _ in group])
            loop.call_soon_threadsafe(resolve, group)

    async def take(request: Request) -> Response:
        body = await request.body()
        decision = decoder.decode(body)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.put(((decision.source, decision.id, body), future))
        await future
        return Response(b'{"status":"stored"}', 201, media_type="application/json")

    async def health(_request: Request) -> Response:
        return Response(b"{}", media_type="application/json")

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        thread = Thread(target=run, args=(asyncio.get_running_loop(),))
        thread.start()
        yield
        queue.put(None)
        await asyncio.to_thread(thread.join)

    routes = [
        Route("/api/v1/decisions", take, methods=["POST"]),
        Route("/api/v1/health", health, methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)
