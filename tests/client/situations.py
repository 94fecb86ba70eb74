"""Situations the tests of this room begin from: a gateway that misbehaves as told, a clock."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from answerable.client import Client, Version
from answerable.client.clocks import SECOND
from answerable.record import leases, receipts
from answerable.record.canonical import parse_json
from answerable.record.digests import sha256_of_bytes
from answerable.record.leases import Lease, OptOutList, State
from answerable.record.receipts import Item
from answerable.record.tree import EMPTY_ROOT, leaf_hash
from tests.record.situations import a_key

USE = "north.benefit-check"
LEASES = a_key("agency.example/leases")
RECEIPTS = a_key("agency.example/receipts")
FORGER = a_key("forger.example")
TOKEN = "a-service-token"  # noqa: S105 - of no service
SALT = hashlib.sha256(b"salt of the tests").digest()
VERSION = Version(files={"model": sha256_of_bytes(b"a model")})
CHECKPOINT = f"0:{EMPTY_ROOT.hex()}"


def a_lease(**changed: Any) -> Lease:
    """An open lease for 60 seconds, changed where asked."""
    opened = Lease(
        id="lease-1",
        agency="north",
        use=USE,
        version=VERSION.digest,
        state=State.OPEN,
        reason="permit_open",
        issued_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
        seconds=60,
        nonce="0123456789abcdef",
        opt_outs=OptOutList.of([], salt=SALT).digest(),
        cap=None,
        checkpoint=CHECKPOINT,
    )
    return replace(opened, **changed)


class HandClock:
    """A clock that runs only when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000 * SECOND

    def __call__(self) -> int:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


Change = Callable[[Lease], Lease]


@dataclass
class Behaviour:
    """How the gateway behaves; tests change it while it runs."""

    lease: dict[str, Any] = field(default_factory=dict)
    key: Any = LEASES
    listed: OptOutList = field(default_factory=lambda: OptOutList.of([], salt=SALT))
    sent_list: bytes | None = None
    status: int = 200
    lease_status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    lease_body: bytes | None = None
    hang: threading.Event | None = None
    hang_up: bool = False
    lose_answers: int = 0
    unclear: bool = False
    receipt_key: Any = RECEIPTS
    refuse: Callable[[dict[str, Any]], bool] = lambda row: False  # noqa: ARG005
    most_rows: int = 1_000


class FakeGateway(ThreadingHTTPServer):
    """A gateway in memory, over real HTTP on loopback."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behaviour = Behaviour()
        self.stored: dict[tuple[str, str], dict[str, Any]] = {}
        self.posts: list[list[dict[str, Any]]] = []
        self.asked: list[dict[str, Any]] = []
        self.given_back: list[dict[str, Any]] = []
        self.replayed: bytes | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are part of the tests."""

    def lease(self, asked: dict[str, Any]) -> bytes:
        how = self.behaviour
        if how.lease_body is not None:
            return how.lease_body
        given = a_lease(
            **{
                "id": f"lease-{len(self.asked)}",
                "nonce": asked["nonce"],
                "opt_outs": how.listed.digest(),
                **how.lease,
            }
        )
        return leases.sign(given, key=how.key)

    def store(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        how = self.behaviour
        stored, before, refused, items = 0, 0, [], []
        for at, row in enumerate(rows):
            if how.refuse(row):
                refused.append({"row": at, "code": "intake.no", "message": "No.", "hint": "Do."})
                continue
            known = (row["source"], row["id"]) in self.stored
            stored, before = stored + (not known), before + known
            self.stored[row["source"], row["id"]] = row
            digest = sha256_of_bytes(json.dumps(row).encode())
            items.append(Item(kind=row["kind"], source=row["source"], id=row["id"], digest=digest))
        answer: dict[str, Any] = {"stored": stored, "stored_before": before, "refused": refused}
        if items:
            commit = receipts.Commit(
                log="agency.example/receipts",
                recorded_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
                size=len(items),
                root=receipts.root_of([leaf_hash(item.entry) for item in items]),
                checkpoint=CHECKPOINT,
            )
            envelope = receipts.sign(commit, key=how.receipt_key)
            answer["receipt"] = parse_json(receipts.document_of(items, envelope=envelope))
        if how.unclear:
            answer["stored"] = stored + 1
        return answer


class _Handler(BaseHTTPRequestHandler):
    server: FakeGateway
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""

    def do_GET(self) -> None:
        if self._misbehaves():
            return
        how = self.server.behaviour
        self._answer(how.status, how.sent_list or how.listed.to_bytes())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._misbehaves():
            return
        how, gateway = self.server.behaviour, self.server
        match urlsplit(self.path).path:
            case "/api/v1/leases":
                asked = json.loads(body)
                gateway.asked.append(asked)
                self._answer(how.lease_status, gateway.lease(asked))
            case "/api/v1/leases/returned":
                gateway.given_back.append(json.loads(body))
                self._answer(200, b"{}")
            case "/api/v1/decisions":
                self._records([json.loads(line) for line in body.splitlines()])

    def _records(self, rows: list[dict[str, Any]]) -> None:
        how, gateway = self.server.behaviour, self.server
        if how.status != 200:
            self._answer(how.status, b'{"detail": "Not now."}')
            return
        if len(rows) > how.most_rows:
            self._answer(413, b'{"detail": "Too many."}')
            return
        gateway.posts.append(rows)
        answer = gateway.store(rows)
        if how.lose_answers:
            how.lose_answers -= 1
            self.close_connection = True
            return
        self._answer(200, json.dumps(answer).encode())

    def _misbehaves(self) -> bool:
        how = self.server.behaviour
        if how.hang is not None:
            how.hang.wait(30)
            self.close_connection = True
            return True
        if how.hang_up:
            self.close_connection = True
            return True
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, b'{"detail": "Unknown token."}')
            return True
        return False

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.behaviour.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def a_gateway() -> Iterator[FakeGateway]:
    """Run a gateway in a thread until the test is over."""
    with FakeGateway() as gateway:
        thread = threading.Thread(target=gateway.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield gateway
        finally:
            if gateway.behaviour.hang is not None:
                gateway.behaviour.hang.set()
            gateway.shutdown()
            thread.join()


def a_client(gateway: FakeGateway | str, spool: Path, **changed: Any) -> Client:
    """A client that looks every hundredth of a second what is to be done."""
    named: dict[str, Any] = {
        "gateway": gateway if isinstance(gateway, str) else gateway.url,
        "token": TOKEN,
        "use": USE,
        "version": VERSION,
        "lease_keys": [LEASES.verifier],
        "spool": spool,
        "timeout": 5.0,
        "tick": 0.01,
    }
    return Client(**{**named, **changed})


def eventually(happened: Callable[[], bool]) -> bool:
    """Wait until something that a background thread does has happened."""
    for _ in range(2_000):
        if happened():
            return True
        time.sleep(0.005)
    return False
