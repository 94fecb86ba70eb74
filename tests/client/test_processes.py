"""Processes: killed, forked, side by side; what was acknowledged arrives, once, without gaps."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from answerable.client import Course, Decision, Recorded
from tests.client.situations import USE, FakeGateway, HandClock, a_client, eventually

_BEGINNING = """
import json, os, resource, sys, threading
from pathlib import Path
from answerable.client import Client, Decision, NotRecorded, Recorded, Version
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import SigningKey

def a_client(**changed):
    return Client(**{
        "gateway": "http://127.0.0.1:9", "token": "none", "use": "north.benefit-check",
        "version": Version(files={"model": sha256_of_bytes(b"a model")}),
        "lease_keys": [SigningKey.make("tests").verifier], "spool": Path(sys.argv[1]), **changed,
    })
"""

_RECORDS_UNTIL_KILLED = """
client, printing = a_client(), threading.Lock()

def work():
    while True:
        done = client.record(Decision(person="p-1", outcome="flag"))
        if isinstance(done, Recorded):
            with printing:
                print(json.dumps([done.source, done.sequence, done.id]), flush=True)

for _ in range(4):
    threading.Thread(target=work).start()
"""

_FORKS = """
client = a_client()

def record(count):
    return [client.record(Decision(person="p-1", outcome="flag")) for _ in range(count)]

def told(done):
    return [[one.source, one.sequence, one.id] for one in done]

before = record(3)
reading, writing = os.pipe()
if os.fork() == 0:
    answer = client.ask("p-1")
    mine = record(3)
    os.write(writing, json.dumps([told(mine), answer.reason]).encode())
    os._exit(0)
os.wait()
child, reason = json.loads(os.read(reading, 65536))
print(json.dumps([told(before + record(2)), child, reason]), flush=True)
os._exit(0)
"""

_HAS_NO_ROOM = """
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
client, stored = a_client(), 0
while True:
    done = client.record(Decision(person="p-1", outcome="flag"))
    if isinstance(done, NotRecorded):
        break
    stored += 1
    assert stored == done.sequence
answers = {client.ask(f"p-{number}").reason for number in range(100)}
print(json.dumps([stored, done.reason, sorted(answers), "still running"]), flush=True)
client.close()
"""

_ENDS_WITHOUT_CLOSING = """
client = a_client(gateway=sys.argv[2], token="a-service-token")
print(client.record(Decision(person="p-1", outcome="flag", id="d-1")).sequence)
"""

Acknowledged = dict[tuple[str, str], int]


@contextmanager
def running(script: str, *words: object) -> Iterator[subprocess.Popen[str]]:
    """Run a program of an agency until the block ends, then kill it."""
    command = [sys.executable, "-c", _BEGINNING + script, *map(str, words)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)


def output_of(script: str, *words: object) -> str:
    command = [sys.executable, "-c", _BEGINNING + script, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    # Nothing but the client's log, which a program that sets up no logging gets there.
    others = [line for line in done.stderr.splitlines() if not line.startswith(f"{USE}: ")]
    assert (0, []) == (done.returncode, others)
    return done.stdout


def killed_after(lines: int, spool: Path) -> Acknowledged:
    """Kill a recording program after so many acknowledgements; give all that it printed."""
    with running(_RECORDS_UNTIL_KILLED, spool) as process:
        assert process.stdout is not None
        printed = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        printed += process.stdout.readlines()
    whole = [json.loads(line) for line in printed if line.endswith("\n")]
    return {(source, one): sequence for source, sequence, one in whole}


def test_what_a_killed_program_acknowledged_is_shipped_without_gap_or_double(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    acknowledged: Acknowledged = {}
    for lines in (1, 3, 40, 200, 17):
        acknowledged |= killed_after(lines, tmp_path)
    with a_client(gateway, tmp_path) as client:
        assert eventually(lambda: acknowledged.keys() <= gateway.stored.keys())
        assert eventually(lambda: 0 == client.state().spooled_bytes)
        # The last record goes on where the killed programs stopped.
        done = client.record(Decision(person="p-1", outcome="flag"))
        assert isinstance(done, Recorded)
    stored = {place: row["sequence"] for place, row in gateway.stored.items()}
    assert acknowledged.items() <= stored.items()
    (source,) = {source for source, _ in stored}
    assert source == done.source
    shipped = sorted(number for number in stored.values() if number != done.sequence)
    assert list(range(1, done.sequence)) == shipped


def test_a_living_client_adopts_what_a_dead_one_left(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        acknowledged = killed_after(20, tmp_path)
        assert client.state().source not in {source for source, _ in acknowledged}
        clock.forward(31)
        assert eventually(lambda: acknowledged.keys() <= gateway.stored.keys())
    assert (
        acknowledged.items()
        <= {place: row["sequence"] for place, row in gateway.stored.items()}.items()
    )


def test_what_a_dead_program_left_damaged_keeps_nobody_else_from_working(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    for number in ("one", "other"):
        folder = tmp_path / "north.benefit-check" / number
        folder.mkdir(parents=True)
        (folder / "source").write_text(f"desk/{number}")
        (folder / "lock").write_text("")
        (folder / "zebra.spool").write_text("")
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        assert isinstance(client.record(Decision(person="p-1", outcome="flag")), Recorded)
        assert eventually(lambda: bool(gateway.stored))
        assert eventually(lambda: "cannot be read" in client.state().record_problem)
        assert Course.PROCEED is client.ask("p-1").course


def test_what_a_living_program_has_is_left_to_it(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    with running(_RECORDS_UNTIL_KILLED, tmp_path) as process:
        assert process.stdout is not None
        source = json.loads(process.stdout.readline())[0]
        with a_client(gateway, tmp_path, clock=clock) as client:
            assert client.wait_for_lease(seconds=10)
            assert source != client.state().source
            client.record(Decision(person="p-1", outcome="flag"))
            clock.forward(31)
            assert eventually(lambda: bool(gateway.stored))
        assert source not in {place[0] for place in gateway.stored}


def test_a_forked_child_has_a_spool_a_sequence_and_a_lease_of_its_own(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    parent, child, reason = json.loads(output_of(_FORKS, tmp_path))
    assert "no_lease" == reason
    assert [1, 2, 3, 4, 5] == [sequence for _, sequence, _ in parent]
    assert [1, 2, 3] == [sequence for _, sequence, _ in child]
    assert not {source for source, _, _ in parent} & {source for source, _, _ in child}
    with a_client(gateway, tmp_path):
        assert eventually(lambda: 8 == len(gateway.stored))
    assert {(source, one) for source, _, one in parent + child} == gateway.stored.keys()


def test_a_full_disk_leaves_everybody_to_people_and_the_program_runs_on(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    stored, refused, answers, end = json.loads(output_of(_HAS_NO_ROOM, tmp_path))
    assert stored > 10
    assert ("spool_unwritable", ["spool_unwritable"]) == (refused, answers)
    assert "still running" == end
    with a_client(gateway, tmp_path):
        assert eventually(lambda: stored == len(gateway.stored))
    assert set(range(1, stored + 1)) == {row["sequence"] for row in gateway.stored.values()}


def test_a_program_that_ends_without_closing_has_shipped(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    assert "1" == output_of(_ENDS_WITHOUT_CLOSING, tmp_path, gateway.url).strip()
    assert ["d-1"] == [one for _, one in gateway.stored]


def test_a_machine_without_threads_left_leaves_everybody_to_people_until_it_has_some(
    gateway: FakeGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: threading.Thread) -> None:
        reason = "can't start new thread"
        raise RuntimeError(reason)

    with monkeypatch.context() as patched:
        patched.setattr("threading.Thread.start", none_left)
        client = a_client(gateway, tmp_path)
        assert "no_lease" == client.ask("p-1").reason
        assert "RuntimeError" == client.state().fault
    with client:
        assert isinstance(client.record(Decision(person="p-1", outcome="flag")), Recorded)
        assert eventually(lambda: Course.PROCEED is client.ask("p-1").course)


def test_a_gateway_that_hangs_does_not_keep_a_client_from_closing(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.behaviour.hang = threading.Event()
    client = a_client(gateway, tmp_path)
    done = client.record(Decision(person="p-1", outcome="flag"))
    assert isinstance(done, Recorded)
    client.close(seconds=0.1)
    assert "closed" == client.ask("p-1").reason


def test_many_threads_ask_and_record_at_once(gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.behaviour.lease = {"cap": 100}
    answers: list[str] = []
    with a_client(gateway, tmp_path, clock=HandClock()) as client:
        assert client.wait_for_lease(seconds=10)

        def work() -> None:
            for _ in range(25):
                answers.append(client.ask("p-1").course)
                client.record(Decision(person="p-1", outcome="flag"))

        working = [threading.Thread(target=work) for _ in range(8)]
        for thread in working:
            thread.start()
        for thread in working:
            thread.join()
        assert eventually(lambda: 0 == client.state().spooled_bytes)
    assert 100 == answers.count("proceed")
    rows = [row["sequence"] for post in gateway.posts for row in post]
    assert list(range(1, 201)) == rows
