"""Asking a gateway that runs in this process, without a network."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from answerable.gateway.app import Parts, build
from answerable.gateway.requests import Direct
from answerable.intake.hot.store import Store, open_store
from answerable.intake.subjects import Pseudonyms
from answerable.people.tokens import TokenFacts
from answerable.record.keys import SigningKey
from tests.gateway.sent import TOKEN
from tests.gateway.situations import AGate, token_facts

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RECEIPTS = SigningKey.make("tests.example/receipts")
LEASES = SigningKey.make("tests.example/leases")
PSEUDONYMS = Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32)

T = TypeVar("T")


@dataclass(kw_only=True, slots=True)
class AClock:
    """A clock that stands until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def us(self) -> int:
        return int((self.at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))

    def monotonic(self) -> float:
        return self.us() / 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(kw_only=True, slots=True)
class AGateway:
    """The parts of a gateway that a test can turn."""

    gate: AGate = field(default_factory=AGate)
    clock: AClock = field(default_factory=AClock)
    tokens: dict[str, TokenFacts] = field(default_factory=lambda: {TOKEN: token_facts()})
    fits: bool = True
    open_store: Callable[[], Store] = open_store
    looked_up: int = 0
    app: Direct | None = None

    def _find(self, secret: str, _at: datetime) -> TokenFacts | None:
        self.looked_up += 1
        return self.tokens.get(secret)

    def run(self, talk: Callable[["AGateway"], Awaitable[T]]) -> T:
        """Start the gateway, talk to it, and end it."""
        self.app = app = build(
            Parts(
                gate=self.gate,
                find_token=self._find,
                fits=lambda: self.fits,
                pseudonyms=PSEUDONYMS,
                leases=LEASES,
                receipts=RECEIPTS,
                clock=self.clock,
                open_store=self.open_store,
            )
        )

        async def whole() -> T:
            async with app.rest.router.lifespan_context(app.rest):
                while not getattr(self.gate, "failing", False):
                    if (await self.ask("GET", "/api/v1/health")).status == 200:
                        break
                    await asyncio.sleep(0.005)
                return await talk(self)

        return asyncio.run(whole())

    async def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        form: str = "application/json",
        token: str | None = TOKEN,
        headers: dict[str, str] | None = None,
    ) -> Answered:
        """Send one request, and give the answer."""
        assert self.app is not None
        path, _, query = path.partition("?")
        listed = {"content-type": form, **(headers or {})}
        if token is not None:
            listed["authorization"] = f"Bearer {token}"
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in listed.items()],
            "scheme": "http",
            "server": ("localhost", 80),
            "client": ("127.0.0.1", 1),
        }
        sent: list[Any] = []
        left = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return left.pop() if left else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answered(status=sent[0]["status"], headers=found, body=content)

    async def post(self, path: str, value: object, **how: Any) -> Answered:
        """Post a value as JSON."""
        return await self.ask("POST", path, json.dumps(value).encode(), **how)
