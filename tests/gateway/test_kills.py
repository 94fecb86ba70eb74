"""A gateway that is killed under load loses nothing it acknowledged, and doubles nothing."""

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psycopg
import pytest

from answerable.record import receipts
from tests.gateway.killing import SENDERS, Sender, compare, kill_rounds, stored_in
from tests.gateway.processes import GatewayProcess
from tests.gateway.sent import a_decision

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    """A gateway in a process of its own, on an empty database of the kind under test."""
    server = os.environ.get("ANSWERABLE_TEST_POSTGRES")
    database = None
    if server:
        name = f"gateway_{uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        before, _, query = server.partition("?")
        address = before.rpartition("/")[0] + f"/{name}"
        database = f"{address}?{query}" if query else address
    made = GatewayProcess(home=tmp_path, database=database)
    made.make_tables()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.kill()


def test_what_was_acknowledged_is_stored_once_however_often_the_gateway_is_killed(
    gateway: GatewayProcess,
) -> None:
    found = kill_rounds(gateway, rounds=3, seed=20261123)
    assert found.acknowledged > 0
    assert (0, 0, 0) == (found.lost, found.doubled, found.unverified)
    assert found.stored >= found.acknowledged
    assert [] == found.problems


def test_a_record_that_vanished_is_proven_lost_by_its_receipt(gateway: GatewayProcess) -> None:
    gateway.start()
    status, answer = gateway.post("/api/v1/decisions", [a_decision(n) for n in range(5)])
    assert 200 == status
    gateway.end()
    document = json.dumps(answer["receipt"]).encode()
    receipt = receipts.verify(document, key=gateway.receipts.verifier)
    kept = stored_in(gateway)
    assert () == receipts.losses(receipt, kept=kept)
    forged = [replace(kept[0], digest=kept[1].digest), *kept[2:]]
    told = [loss.sentence for loss in receipts.losses(receipt, kept=forged)]
    assert "is in the log with" in told[0]
    assert "is not in the log" in told[1]
    assert compare(gateway, []).doubled == 0


def test_a_gateway_that_is_asked_to_end_answers_what_it_has_begun(
    gateway: GatewayProcess,
) -> None:
    gateway.start()
    assert 201 == gateway.post("/api/v1/decisions", a_decision(1))[0]
    # uvicorn ends by the signal it was sent, once everything is answered and closed.
    assert gateway.end() in {0, -15}
    assert 1 == len(stored_in(gateway))


@pytest.fixture
def senders(gateway: GatewayProcess) -> Iterator[list[Sender]]:
    """Software that sends single decisions and batches to a running gateway."""
    gateway.start()
    ended = Event()
    sending = [Sender(name=f"desk-{n}", batches=n % 2 == 0) for n in range(SENDERS)]
    threads = [Thread(target=one.run, args=(gateway, ended)) for one in sending]
    for thread in threads:
        thread.start()
    yield sending
    ended.set()
    for thread in threads:
        thread.join()


def test_what_is_in_flight_when_it_is_asked_to_end_is_stored_and_acknowledged(
    gateway: GatewayProcess, senders: list[Sender]
) -> None:
    while not all(one.sent for one in senders):
        time.sleep(0.01)
    # uvicorn ends by the signal it was sent, once all is answered, written and closed;
    # `answerable serve`, which sends it, ends with 0.
    assert gateway.end() in {0, -signal.SIGTERM}
    found = compare(gateway, senders)
    assert (0, 0, 0, []) == (found.lost, found.doubled, found.unverified, found.problems)
    assert found.stored == found.acknowledged > 0
