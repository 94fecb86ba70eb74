"""The service as it runs: the site, the gateway and the clock, and a client that asks."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from answerable.client import Client, Course, Decision, version_of
from answerable.law.profiles import profile
from answerable.record.keys import VerifierKey
from tests.cli.installed import Machine, a_machine

USE = "north.benefit-check"
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
LEASE_SECONDS = profile("statement").value("lease_length", on=date(2026, 11, 23)).whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """A running service, and what a client of it needs."""

    machine: Machine
    port: int
    token: str
    folder: Path

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def public(self, purpose: str) -> VerifierKey:
        return VerifierKey.parse(
            self.machine.done("keys", "show", "--json", "-").json["keys"][purpose]
        )

    def client(self) -> Client:
        return Client(
            gateway=self.gateway,
            token=self.token,
            use=USE,
            version=version_of(parts={"model": self.folder / "model"}),
            lease_keys=[self.public("leases")],
            receipts_key=self.public("receipts"),
            spool=self.folder / "spool",
            tick=0.1,
        )


def until(seen: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not seen():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def two_free_ports() -> int:
    while True:
        with socket.create_server(("127.0.0.1", 0)) as one:
            port: int = one.getsockname()[1]
            try:
                with socket.create_server(("127.0.0.1", port + 1)):
                    return port
            except OSError:
                continue


def an_observed_use(machine: Machine, folder: Path) -> str:
    """A system that ran before it was enrolled, and is watched now; gives a token for it."""
    olga, anna, ada = (f"{name}@north.example" for name in ("olga", "anna", "ada"))
    (folder / "model").write_bytes(b"the weights")
    for name, role in ((olga, "owner"), (anna, "approver")):
        machine.done("account", "add", name, "--agency", "north", "--roles", role, "--by", ada)
    machine.done("system", "add", "risk-score", "--agency", "north", "--by", olga)
    machine.done(
        *("use", "enrol", "benefit-check", "--system", "north.risk-score", "--kind", "decides"),
        *("--purpose", "Choose claims to check", "--population", "Claimants"),
        *("--legal-basis", "Act, section 12", "--outcomes", "check,pass", "--adverse", "check"),
        *("--reasons", "income_differs", "--running-since", "2025-01-01", "--by", olga),
    )
    model = f"model={folder / 'model'}"
    machine.done("use", "version", USE, model, "--deployed", "--by", olga)
    machine.done("permit", "observe", USE, "--by", anna)
    issued = machine.done(
        "token", "issue", "back office", "--agency", "north", "--by", ada, "--json", "-"
    )
    token: str = issued.json["token"]
    return token


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    machine = a_machine(folder)
    token = an_observed_use(machine, folder)
    port = two_free_ports()
    process = subprocess.Popen(
        [sys.executable, "-m", "answerable.cli", "serve", "--port", str(port)],
        env=machine.environment,
    )
    running = Service(machine=machine, port=port, token=token, folder=folder)
    try:
        until(lambda: answers(port + 1, "/api/v1/health"))
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(PATIENCE_SECONDS)


def answers(port: int, path: str) -> bool:
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", path)
        return asked.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        asked.close()


def test_an_observed_system_asks_and_its_records_are_sealed(service: Service) -> None:
    with service.client() as client:
        assert client.wait_for_lease(seconds=PATIENCE_SECONDS)
        until(lambda: client.ask("claim-4711").course is Course.PROCEED)
        answer = client.ask("claim-4711")
        client.record(
            Decision(
                id="d-4711",
                person="claim-4711",
                outcome="check",
                reasons=("income_differs",),
                lease=answer.lease,
            )
        )
        until(lambda: client.state().spooled_bytes == 0)

        # The service seals too, every hour and when it starts: whoever came first, it is sealed.
        service.machine.done("decisions", "seal")
        assert 1 == len(list((service.machine.home / "log" / "decisions").rglob("*.parquet")))


def test_a_stop_reaches_the_last_of_ten_processes_within_a_lease(service: Service) -> None:
    programs = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.project.asking"),
                *(service.gateway, service.token, USE, str(service.public("leases"))),
                *(str(service.folder / "model"), str(service.folder / "spools")),
            ],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(10)
    ]
    try:
        assert ["proceed"] * 10 == [said(program)[0] for program in programs]
        words = ("hold", "place", USE, "people-only", "--ground", "error_rate")
        service.machine.done(*words, "--by", "anna@north.example")
        placed = time.monotonic()
        refused = [said(program) for program in programs]
        assert ["people_only"] * 10 == [course for course, _ in refused]
        assert max(at for _, at in refused) - placed <= LEASE_SECONDS
        assert [0] * 10 == [program.wait(PATIENCE_SECONDS) for program in programs]
    finally:
        for program in programs:
            program.kill()
            program.communicate()


def said(program: "subprocess.Popen[str]") -> tuple[str, float]:
    assert program.stdout is not None
    course, at = program.stdout.readline().split()
    return course, float(at)


def test_what_was_done_is_in_the_published_ledger(service: Service, tmp_path: Path) -> None:
    assert answers(service.port, "/ledger/checkpoint")
    assert not answers(service.port, "/ledger/tile/9/000")
    file = tmp_path / "ledger.json"
    service.machine.done("export", "ledger", "--json", file)
    stranger = Machine(home=tmp_path / "nowhere")
    assert 0 == stranger.run("verify", file, "--key", service.public("identity")).status


def test_no_real_permit_opens_while_rows_are_not_built(service: Service) -> None:
    checked = service.machine.run("check", USE, "--json", "-")
    assert (3, "closed") == (checked.status, checked.json["permit"])
    assert {"cannot_say"} == {row["verdict"] for row in checked.json["rows"]}


def test_a_demonstration_is_served_only_when_it_is_called_one(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    file = machine.home / "installation.json"
    file.write_text(file.read_text().replace("false", "true"))
    assert (2, True) == ((ended := machine.run("serve")).status, "demonstration" in ended.err)
