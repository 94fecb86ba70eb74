"""The decision API, put together."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic, time_ns

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from answerable.gateway import openapi
from answerable.gateway.facts import Facts
from answerable.gateway.permits import PermitsDoor
from answerable.gateway.ports import Clock, FindToken, Fits, Gate
from answerable.gateway.problems import problem
from answerable.gateway.reading import ReadingThread
from answerable.gateway.records import RecordsDoor
from answerable.gateway.requests import Direct, Endpoint
from answerable.gateway.tokens import Tokens
from answerable.gateway.writer import Writer
from answerable.intake.commits import Desk
from answerable.intake.hot.store import Store, open_store
from answerable.intake.remembered import Remembered
from answerable.intake.subjects import Pseudonyms
from answerable.record.keys import SigningKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROBLEM = "application/problem+json"
_FAULT = 500
_OK, _NOT_NOW = 200, 503


class MachineClock:
    """The clocks of this machine: the gateway is a door, where they are read."""

    def now(self) -> datetime:
        """Give the time, in UTC."""
        return _EPOCH + timedelta(microseconds=self.us())

    def us(self) -> int:
        """Give the time in microseconds since 1970."""
        return time_ns() // 1_000

    def monotonic(self) -> float:
        """Give seconds that never go back."""
        return monotonic()


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a gateway is made of. Rooms above give the keys and the check of the ledger."""

    gate: Gate
    find_token: FindToken
    fits: Fits
    pseudonyms: Pseudonyms
    leases: SigningKey
    receipts: SigningKey
    clock: Clock
    open_store: Callable[[], Store] = open_store


def build(parts: Parts) -> Direct:
    """Put the decision API together; it runs from the start of its lifespan to its end."""
    reading = ReadingThread()
    facts = Facts(gate=parts.gate, fits=parts.fits, reading=reading, clock=parts.clock)
    tokens = Tokens(find=parts.find_token, reading=reading, clock=parts.clock)

    remembered = Remembered()

    def desk() -> Desk:
        known = facts.known
        return Desk(
            judge=known.judge,
            pseudonyms=parts.pseudonyms,
            key=parts.receipts,
            checkpoint=known.checkpoint,
            remembered=remembered,
        )

    writer = Writer(
        open_store=parts.open_store, desk=desk, pseudonyms=parts.pseudonyms, clock=parts.clock
    )
    readers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="batches")
    permits = PermitsDoor(
        gate=parts.gate,
        facts=facts,
        tokens=tokens,
        writer=writer,
        reading=reading,
        key=parts.leases,
        clock=parts.clock,
    )

    def records(*kinds: str) -> Endpoint:
        door = RecordsDoor(
            *kinds,
            tokens=tokens,
            writer=writer,
            pseudonyms=parts.pseudonyms,
            readers=readers,
            clock=parts.clock,
        )
        return Endpoint(door.answer)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # Thousands of records at a time are no garbage: looking for cycles among them
        # took half of the time of reading a batch.
        gc.freeze()
        gc.set_threshold(200_000, 50, 50)
        writer.start()
        refreshing = asyncio.create_task(facts.keep_fresh())
        yield
        refreshing.cancel()
        await writer.stop()
        readers.shutdown(wait=True)
        await asyncio.to_thread(reading.close)

    async def health(_request: Request) -> Response:
        ready = facts.state != "starting"
        told = {"status": facts.state, "waiting": writer.waiting}
        status = _OK if ready else _NOT_NOW
        return Response(msgspec.json.encode(told), status, media_type="application/json")

    async def description(_request: Request) -> Response:
        return Response(openapi.document(), media_type="application/json")

    doors = {
        ("POST", "/api/v1/decisions"): records("decision", "outcome", "review", "effect"),
        ("POST", "/api/v1/outcomes"): records("outcome"),
        ("POST", "/api/v1/reviews"): records("review"),
        ("POST", "/api/v1/effects"): records("effect"),
        ("POST", "/api/v1/leases"): Endpoint(permits.lease),
        ("POST", "/api/v1/leases/returned"): Endpoint(permits.give_back),
        ("GET", "/api/v1/leases/opt-outs"): Endpoint(permits.opt_outs),
        ("GET", "/api/v1/effect"): Endpoint(permits.effect),
    }
    rest = Starlette(
        routes=[
            *(Route(path, door, methods=[method]) for (method, path), door in doors.items()),
            Route("/api/v1/health", health, methods=["GET"]),
            Route("/api/v1/openapi.json", description, methods=["GET"]),
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: _http_problem, Exception: _fault},
    )
    return Direct(rest, doors)


async def _http_problem(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else _FAULT
    detail = "There is nothing at this address, or not by this method."
    body = problem(status, code="gateway.no_such_door", detail=detail, hint=_SEE)
    return Response(body, status, media_type=_PROBLEM)


async def _fault(_request: Request, _error: Exception) -> Response:
    detail = "Something went wrong inside the gateway; nothing is acknowledged."
    body = problem(_FAULT, code="gateway.fault", detail=detail, hint="Report it.")
    return Response(body, _FAULT, media_type=_PROBLEM)


_SEE = "/api/v1/openapi.json lists every address."
