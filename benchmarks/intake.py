"""How fast decisions are taken in, durable before the answer, on SQLite and PostgreSQL.

Single posts are compared, in turn on the same machine, with a bare Starlette endpoint that
has the same group commit, one table and the same durability; batches are counted in
decisions a second. Server, load and database share the processors. Medians are printed.

    python benchmarks/intake.py [--repeats K] [--seconds S] [--only sqlite|postgres]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.gateway.processes import GatewayProcess
from tests.gateway.sent import TOKEN, USE, VERSION

from benchmarks import load

ALLOWED_RATIO, ALLOWED_RATE = 0.70, 50_000
CONNECTIONS = 64
BATCH, BATCHES, SENDERS = 5_000, 24, 3
# As many people as a middling agency decides about; batches meet known and new ones.
PEOPLE = 200_000

_PATH = "/api/v1/decisions"


def decision(number: int) -> str:
    """A decision as a client sends it, in one line of JSON."""
    return (
        f'{{"source":"desk-1","id":"d-{number}","sequence":{number},"use":"{USE}",'
        f'"occurred_at":"2026-11-23T10:00:00.123456Z","version":"{VERSION}",'
        f'"person":"person-{number * 7919 % PEOPLE}","outcome":"refused","score":0.71,'
        f'"reasons":["income-missing"],"lease":"lease-1"}}'
    )


def singles(numbers: Iterator[int], *, seconds: float) -> Callable[[], bytes | None]:
    """Requests of one decision each, for some seconds."""
    ends = time.perf_counter() + seconds

    def next_one() -> bytes | None:
        if time.perf_counter() > ends:
            return None
        body = decision(next(numbers)).encode()
        return load.post(_PATH, body, token=TOKEN, form="application/json")

    return next_one


def batches(numbers: Iterator[int]) -> Callable[[], bytes | None]:
    """Requests of many decisions each, written before the clock starts."""
    made = []
    for _ in range(BATCHES):
        body = "\n".join(decision(next(numbers)) for _ in range(BATCH)).encode()
        made.append(load.post(_PATH, body, token=TOKEN, form="application/x-ndjson"))
    left = iter(made)
    return lambda: next(left, None)


@contextmanager
def served(application: str, database: str | None) -> Iterator[GatewayProcess]:
    """A server on an empty home, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="answerable-bench-") as home:
        server = GatewayProcess(home=Path(home), database=database, application=application)
        server.make_tables()
        server.start()
        try:
            yield server
        finally:
            server.end()


def measure(database: str | None, *, repeats: int, seconds: float) -> dict[str, list[float]]:
    """Measure bare and ours in turn, then batches."""
    found: dict[str, list[float]] = {"bare": [], "ours": [], "batches": []}
    numbers = count(1)
    with (
        served("benchmarks.bare:application", database) as bare,
        served("tests.gateway.served:application", database) as ours,
    ):
        for _ in range(repeats):
            for name, server in (("bare", bare), ("ours", ours)):
                sent = singles(numbers, seconds=seconds)
                run = load.run(port=server.port, connections=CONNECTIONS, requests=sent, status=201)
                _check(run)
                found[name].append(run.rate)
        for _ in range(repeats):
            sent = batches(numbers)
            run = load.run(port=ours.port, connections=SENDERS, requests=sent, status=200)
            _check(run)
            found["batches"].append(run.rate * BATCH)
    return found


def _check(run: load.Load) -> None:
    if run.failed or not run.answered:
        sys.exit(f"{run.failed} requests failed, {run.answered} were answered")


def report(database: str, found: dict[str, list[float]]) -> bool:
    """Print the medians, and say whether they reach what is promised."""
    bare, ours, rate = (statistics.median(found[name]) for name in ("bare", "ours", "batches"))
    ratio = statistics.median(
        one / other for one, other in zip(found["ours"], found["bare"], strict=True)
    )
    print(
        f"{database:10} singles {ours:7,.0f}/s, bare {bare:7,.0f}/s: {ratio:.2f} "
        f"(at least {ALLOWED_RATIO:.2f}) · batches {rate:8,.0f} decisions/s "
        f"(at least {ALLOWED_RATE:,})"
    )
    print(json.dumps({name: [round(one) for one in rates] for name, rates in found.items()}))
    return ratio >= ALLOWED_RATIO and rate >= ALLOWED_RATE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    options = parser.parse_args()
    reached = []
    if options.only != "postgres":
        found = measure(None, repeats=options.repeats, seconds=options.seconds)
        reached.append(report("SQLite", found))
    if options.only != "sqlite":
        from benchmarks.postgres import started  # noqa: PLC0415 - only where it is wanted

        found = measure(started(), repeats=options.repeats, seconds=options.seconds)
        reached.append(report("PostgreSQL", found))
    sys.exit(not all(reached))


if __name__ == "__main__":
    main()
