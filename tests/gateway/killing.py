"""Killing a gateway under load, and looking whether it lost or doubled anything."""

import http.client
import json
import random
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import psycopg

from answerable.record import receipts
from answerable.record.digests import HexDigest
from answerable.record.receipts import Item, Receipt
from tests.gateway.processes import GatewayProcess
from tests.gateway.sent import TOKEN, a_decision

SENDERS, BATCH = 4, 40
_CREATED, _OK = 201, 200


@dataclass(kw_only=True, slots=True)
class Sender:
    """Software that sends its decisions until each is acknowledged, through every kill."""

    name: str
    batches: bool
    sent: int = 0
    receipts: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self, gateway: GatewayProcess, ended: Event) -> None:
        """Send, and send again what was not answered."""
        while not ended.is_set():
            count = BATCH if self.batches else 1
            numbers = range(self.sent, self.sent + count)
            rows = [a_decision(number, source=self.name, sequence=number + 1) for number in numbers]
            if self._acknowledged(gateway, rows, ended):
                self.sent += count

    def _acknowledged(
        self, gateway: GatewayProcess, rows: list[dict[str, object]], ended: Event
    ) -> bool:
        while not ended.is_set():
            try:
                status, body = self._post(gateway, rows)
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)
                continue
            if status in {_CREATED, _OK}:
                self.receipts.append(json.dumps(json.loads(body)["receipt"]).encode())
                return True
            self.problems.append(f"{status} {body[:200]!r}")
            time.sleep(0.01)
        return False

    def _post(self, gateway: GatewayProcess, rows: list[dict[str, object]]) -> tuple[int, bytes]:
        body = json.dumps(rows if self.batches else rows[0]).encode()
        return gateway.ask("POST", "/api/v1/decisions", body, token=TOKEN)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was in the log afterwards, against what was acknowledged."""

    acknowledged: int
    stored: int
    lost: int
    doubled: int
    unverified: int
    problems: list[str]


def kill_rounds(gateway: GatewayProcess, *, rounds: int, seed: int, longest: float = 0.6) -> Found:
    """Start, load and kill a gateway so many times, then compare receipts and log."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    senders = [Sender(name=f"desk-{n}", batches=n % 2 == 0) for n in range(SENDERS)]
    ended = Event()
    gateway.start()
    threads = [Thread(target=one.run, args=(gateway, ended)) for one in senders]
    for thread in threads:
        thread.start()
    try:
        for _ in range(rounds):
            time.sleep(chance.uniform(0.05, longest))
            gateway.kill()
            gateway.start()
        time.sleep(0.2)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        gateway.end()
    return compare(gateway, senders)


def compare(gateway: GatewayProcess, senders: list[Sender]) -> Found:
    """Hold every receipt against the rows that are there."""
    rows = stored_in(gateway)
    kept = {(item.source, item.id): item for item in rows}
    acknowledged = lost = unverified = 0
    for sender in senders:
        for document in sender.receipts:
            try:
                receipt = receipts.verify(document, key=gateway.receipts.verifier)
            except Exception:  # noqa: BLE001 - whatever it is, it proves nothing
                unverified += 1
                continue
            acknowledged += len(receipt.items)
            lost += len(_losses(receipt, kept))
    return Found(
        acknowledged=acknowledged,
        stored=len(rows),
        lost=lost,
        doubled=len(rows) - len(kept),
        unverified=unverified,
        problems=[problem for sender in senders for problem in sender.problems],
    )


def _losses(receipt: Receipt, kept: dict[tuple[str, str], Item]) -> tuple[receipts.Loss, ...]:
    wanted = [(item.source, item.id) for item in receipt.items]
    return receipts.losses(receipt, kept=[kept[place] for place in wanted if place in kept])


def stored_in(gateway: GatewayProcess) -> list[Item]:
    """Read the rows that are there, without the gateway."""
    sql = "SELECT kind, source, record_id, digest FROM hot_record ORDER BY seq"
    rows: list[tuple[str, str, str, bytes]]
    if gateway.database:
        with psycopg.connect(gateway.database) as connection:
            rows = connection.execute(sql).fetchall()
    else:
        raw = sqlite3.connect(Path(gateway.home) / "decisions.sqlite3")
        rows = raw.execute(sql).fetchall()
        raw.close()
    return [
        Item(kind=kind, source=source, id=identity, digest=HexDigest(bytes(digest).hex()))
        for kind, source, identity, digest in rows
    ]
