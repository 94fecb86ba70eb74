"""The whole chain under fire: programs that decide, the gateway, the sealer, killed at random."""

import json
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from answerable.client import Client, version_of
from answerable.record.keys import VerifierKey
from tests.cli.installed import Machine

ROOT = Path(__file__).resolve().parents[2]
USE = "north.benefit-check"
GATEWAY, PROGRAM, SEALER = "gateway", "client", "sealer"
PROGRAMS = 3
PATIENCE_SECONDS = 120
# One round in so many kills without waiting until the victim works: also while it starts.
EARLY = 8


@dataclass(frozen=True, kw_only=True)
class Installation(Machine):
    """A machine whose installation may lie in PostgreSQL."""

    database: str | None = None

    @property
    def environment(self) -> dict[str, str]:
        chosen = {"ANSWERABLE_DATABASE": self.database} if self.database else {}
        return {**super().environment, **chosen}


@dataclass(kw_only=True, slots=True)
class Part:
    """A part of the chain, in a process of its own; what it says is kept in a file."""

    kind: str
    words: tuple[str, ...]
    said: Path
    answers: Callable[[], bool] | None = None
    process: "subprocess.Popen[bytes] | None" = None
    heard: int = 0

    def start(self, environment: dict[str, str]) -> None:
        with self.said.open("ab") as output:
            self.heard = output.tell()
            self.process = subprocess.Popen(self.words, stdout=output, env=environment, cwd=ROOT)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def works(self) -> bool:
        if self.answers is not None:
            return self.answers()
        return self.said.stat().st_size > self.heard

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(PATIENCE_SECONDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was killed, and what the sealed log held afterwards."""

    kills: Counter[str]
    # Parts that ended without having been killed.
    ended: Counter[str]
    log: dict[str, Any]

    @property
    def whole(self) -> bool:
        """Whether nothing was lost, doubled or left without proof, and a forged loss was seen."""
        wrong = ("printed_twice", "not_sealed", "doubled", "lost", "unverified", "losses")
        return (
            not any(self.log[name] for name in (*wrong, "without_receipt"))
            and not self.ended
            and self.log["acknowledged"] > 0
            and self.log["receipts"] > 0
            and all(self.log["forged"])
        )

    @property
    def line(self) -> str:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.kills.items()))
        told = self.log
        return (
            f"{self.kills.total()} kills ({kinds}): {told['acknowledged']:,} acknowledged, "
            f"{told['stored']:,} stored, {told['doubled']} doubled, {told['lost']} lost, "
            f"{told['receipts']:,} receipts checked, {len(told['losses'])} records they miss, "
            f"{told['unverified']} that do not verify, "
            f"{told['without_receipt']} acknowledged without one, "
            f"{told['not_sealed']} not sealed, {self.ended.total()} ended unkilled"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """An installation in use: its parts, and where each says what it does."""

    machine: Installation
    folder: Path
    token: str
    keys: dict[str, str]
    port: int
    parts: list[Part] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def spool(self) -> Path:
        return self.folder / "spool"

    def begin(self) -> None:
        """Start every part."""
        mine = (sys.executable, "-m", "tests.project.chain_processes")
        deciding = (
            *(*mine, "decide", self.address, self.token, USE),
            *(f"{self.keys['leases']} {self.keys['receipts']}", str(self.folder / "model")),
            str(self.spool),
        )
        gateway = (
            *(sys.executable, "-m", "uvicorn", "--factory", "answerable.project.asgi:application"),
            *("--host", "127.0.0.1", "--port", str(self.port), "--lifespan", "on"),
            *("--loop", "uvloop", "--http", "httptools"),
            *("--no-access-log", "--log-level", "warning"),
        )
        said = self.folder / "said"
        self.parts.append(Part(kind=GATEWAY, words=gateway, said=said, answers=self._answers))
        self.parts.append(Part(kind=SEALER, words=(*mine, "seal"), said=self.folder / "sealing"))
        self.parts.extend(
            Part(kind=PROGRAM, words=deciding, said=self.folder / f"acknowledged-{number}")
            for number in range(PROGRAMS)
        )
        for part in self.parts:
            part.start(self.machine.environment)

    def kill(self, rounds: int, *, seed: int, longest: float) -> tuple[Counter[str], Counter[str]]:
        """Kill a part of a kind drawn at random, and start another in its place, so many times."""
        chance = random.Random(seed)  # noqa: S311 - moments, not secrets
        kills: Counter[str] = Counter()
        ended: Counter[str] = Counter()
        for part in self.parts:
            until(lambda: part.works)  # noqa: B023 - asked at once
        for _ in range(rounds):
            kind = chance.choice((GATEWAY, PROGRAM, SEALER))
            part = chance.choice([one for one in self.parts if one.kind == kind])
            early = chance.randrange(EARLY) == 0
            until(lambda: early or part.works or not part.running)  # noqa: B023 - asked at once
            time.sleep(chance.uniform(0, longest))
            for one in self.parts:
                if not one.running:
                    ended[one.kind] += 1
                    one.start(self.machine.environment)
            part.kill()
            kills[kind] += 1
            part.start(self.machine.environment)
            self.keep_receipts()
        return kills, ended

    def keep_receipts(self) -> None:
        """Keep what a program, which has room for its last receipts only, is about to let go."""
        kept = self.spool / "receipts-kept"
        kept.mkdir(parents=True, exist_ok=True)
        for path in self.spool.glob("*/*/receipts.1.jsonl"):
            # The link holds the file, so that no other gets its number.
            link = kept / f"receipts-{path.stat().st_ino}.jsonl"
            if not link.exists():
                link.hardlink_to(path)

    def drain(self) -> None:
        """End the programs and the sealer, ship what waits in the spools, and seal all of it."""
        for part in self.parts:
            if part.kind != GATEWAY:
                part.kill()
        until(self._answers)
        end = time.monotonic() + PATIENCE_SECONDS
        while self.waiting:
            assert time.monotonic() < end, "the spools were not shipped"
            with self._client():
                until_or(lambda: not self.waiting, seconds=10)
        while self.machine.done("decisions", "seal", "--json", "-").json["records"]:
            pass

    @property
    def waiting(self) -> int:
        """Count the bytes in spools that no gateway answered for."""
        return sum(path.stat().st_size for path in self.spool.rglob("*.spool"))

    def checked(self) -> dict[str, Any]:
        """Compare what was acknowledged with the sealed log, in a process of the installation."""
        words = ("-m", "tests.project.chain_processes", "check")
        done = subprocess.run(
            [sys.executable, *words, str(self.folder), str(self.spool)],
            env=self.machine.environment,
            stdout=subprocess.PIPE,
            check=True,
            cwd=ROOT,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        self.machine.done("ledger", "check")
        return found

    def _client(self) -> Client:
        return Client(
            gateway=self.address,
            token=self.token,
            use=USE,
            version=version_of(parts={"model": self.folder / "model"}),
            lease_keys=[VerifierKey.parse(self.keys["leases"])],
            receipts_key=VerifierKey.parse(self.keys["receipts"]),
            spool=self.spool,
            tick=0.05,
        )

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as asked:
                asked.sendall(
                    b"GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                )
                return asked.recv(64).startswith(b"HTTP/1.1 200")
        except OSError:
            return False


@contextmanager
def a_chain(folder: Path, *, database: str | None = None) -> Iterator[Chain]:
    """Set up an installation with an observed use, and end whatever was started."""
    machine = Installation(home=folder / "home", database=database)
    token = an_observed_use(machine, folder)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    keys = machine.done("keys", "show", "--json", "-").json["keys"]
    chain = Chain(machine=machine, folder=folder, token=token, keys=keys, port=port)
    try:
        yield chain
    finally:
        for part in chain.parts:
            if part.running:
                part.kill()


def killed(
    folder: Path, *, rounds: int, seed: int, longest: float = 0.6, database: str | None = None
) -> Found:
    """Run the chain, kill its parts so many times, drain it, and look what is in the log."""
    with a_chain(folder, database=database) as chain:
        chain.begin()
        kills, ended = chain.kill(rounds, seed=seed, longest=longest)
        chain.drain()
        return Found(kills=kills, ended=ended, log=chain.checked())


def an_observed_use(machine: Machine, folder: Path) -> str:
    """A system that ran before it was enrolled, and is watched now; gives a token for it."""
    olga, anna, ada = (f"{name}@north.example" for name in ("olga", "anna", "ada"))
    (folder / "model").write_bytes(b"the weights")
    machine.done("init", "--agency", "north", "--email", ada)
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


def empty_database(server: str) -> str:
    """Make a database of its own on a PostgreSQL server, and give its address."""
    name = f"chain_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    before, _, query = server.partition("?")
    address = before.rpartition("/")[0] + f"/{name}"
    return f"{address}?{query}" if query else address


def until(seen: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    assert until_or(seen, seconds=PATIENCE_SECONDS), "it did not happen"


def until_or(seen: Callable[[], bool], *, seconds: float) -> bool:
    """Wait for something so long, and say whether it happened."""
    end = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
