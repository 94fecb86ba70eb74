"""What `client.ask` costs in process: median nanoseconds, beside an empty function call.

python benchmarks/client_ask.py [--calls N] [--repeats K]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from answerable.client import Answer, Client, Course, Version
from answerable.client.clocks import lease_clock
from answerable.client.held import Held
from answerable.record.digests import sha256_of_bytes
from answerable.record.keys import SigningKey
from answerable.record.leases import Lease, OptOutList, State

ALLOWED_NANOSECONDS = 5_000
PEOPLE = 100_000
USE = "north.benefit-check"
VERSION = Version(files={"model": sha256_of_bytes(b"a model")})


def held(opt_outs: OptOutList, *, cap: int | None) -> Held:
    """A lease for a quarter of an hour, as the client holds it."""
    lease = Lease(
        id="lease-1",
        agency="north",
        use=USE,
        version=VERSION.digest,
        state=State.OPEN,
        reason="permit_open",
        issued_at=datetime(2026, 11, 23, tzinfo=UTC),
        seconds=900,
        nonce="0" * 32,
        opt_outs=opt_outs.digest(),
        cap=cap,
        checkpoint="0:" + "0" * 64,
    )
    return Held(lease, since=lease_clock()(), opt_outs=opt_outs, instead=None)


def nothing(person: str) -> str:
    """The call that the others are compared with."""
    return person


def cost(call: Callable[[str], object], *, calls: int, repeats: int) -> float:
    """Median nanoseconds of one call, over people who differ."""
    people = [f"person-{number}" for number in range(1_000)]
    found = []
    for _ in range(repeats):
        start = time.perf_counter_ns()
        for _ in range(calls // len(people)):
            for person in people:
                call(person)
        found.append((time.perf_counter_ns() - start) / (calls // len(people) * len(people)))
    return statistics.median(found)


def proceeds(client: Client) -> Callable[[str], Answer]:
    """Give `ask`, once it is seen to proceed: a refusal would be cheaper."""
    answer = client.ask("nobody in particular")
    if answer.course is not Course.PROCEED:
        sys.exit(f"Nothing to measure: {answer.sentence}")
    return client.ask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=9)
    given = parser.parse_args()
    nobody = OptOutList.of([], salt=bytes(32))
    many = OptOutList.of((f"opted out {number}" for number in range(PEOPLE)), salt=bytes(32))
    situations = {
        "nobody opted out": held(nobody, cap=None),
        f"{PEOPLE:,} people opted out": held(many, cap=None),
        "with a cap": held(nobody, cap=1 << 50),
    }
    empty = cost(nothing, calls=given.calls, repeats=given.repeats)
    print(f"{'an empty call':28} {empty:8.0f} ns")
    slowest = 0.0
    with (
        TemporaryDirectory() as folder,
        # Nobody listens there: the leases are put in by hand.
        Client(
            gateway="http://127.0.0.1:9",
            token="none",  # noqa: S106 - nobody is asked
            use=USE,
            version=VERSION,
            lease_keys=[SigningKey.make("bench").verifier],
            spool=Path(folder),
        ) as client,
    ):
        for name, lease in situations.items():
            client._install(lease)  # noqa: SLF001 - what the background thread would do
            taken = cost(proceeds(client), calls=given.calls, repeats=given.repeats)
            slowest = max(slowest, taken)
            print(f"ask, {name:23} {taken:8.0f} ns   {taken / empty:5.1f} x an empty call")
    reached = "reached" if slowest <= ALLOWED_NANOSECONDS else "NOT reached"
    print(f"under {ALLOWED_NANOSECONDS:,} ns: {reached}")


if __name__ == "__main__":
    main()
