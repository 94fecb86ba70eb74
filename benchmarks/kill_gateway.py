"""Kill a loaded gateway many times at random moments, and count what was lost or doubled.

python benchmarks/kill_gateway.py [--rounds N] [--seed S] [--only sqlite|postgres]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.gateway.killing import Found, kill_rounds
from tests.gateway.processes import GatewayProcess


def killed(database: str | None, *, rounds: int, seed: int) -> Found:
    """Run all rounds on an empty database."""
    with tempfile.TemporaryDirectory(prefix="answerable-kill-") as home:
        gateway = GatewayProcess(home=Path(home), database=database)
        gateway.make_tables()
        return kill_rounds(gateway, rounds=rounds, seed=seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    options = parser.parse_args()
    databases: dict[str, str | None] = {}
    if options.only != "postgres":
        databases["SQLite"] = None
    if options.only != "sqlite":
        from benchmarks.postgres import started  # noqa: PLC0415 - only where it is wanted

        databases["PostgreSQL"] = started()
    whole = True
    for name, database in databases.items():
        found = killed(database, rounds=options.rounds, seed=options.seed)
        print(
            f"{name:10} {options.rounds} kills (seed {options.seed}): "
            f"{found.acknowledged:,} acknowledged, {found.stored:,} stored, {found.lost} lost, "
            f"{found.doubled} doubled, {found.unverified} receipts that do not verify, "
            f"{len(found.problems)} other answers"
        )
        whole &= not (found.lost or found.doubled or found.unverified or found.problems)
    sys.exit(not whole)


if __name__ == "__main__":
    main()
