"""Kill clients, gateway and sealer at random moments under load, and look for every record.

Three programs decide, record, and name each record once `record` has returned; a gateway
stores what they ship; a sealer seals it. Each round kills one of the three kinds with
SIGKILL at a random moment and starts another in its place. At the end all that waits is
shipped and sealed, and held against the sealed log: every record that was named is there
exactly once, every receipt verifies and finds its records, and a record that is taken out
of what was read is named by its receipt.

    python -m benchmarks.kill_chain [--rounds N] [--seed N] [--database URL|postgres]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.project.chain import empty_database, killed


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 10**6)
    parser.add_argument("--database", default="sqlite", help="sqlite, postgres, or a server's URL")
    asked = parser.parse_args()
    database = None
    if asked.database != "sqlite":
        from benchmarks.postgres import started  # noqa: PLC0415 - only where it is wanted

        server = started() if asked.database == "postgres" else asked.database
        database = empty_database(server)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="answerable-chain-") as folder:
        found = killed(Path(folder), rounds=asked.rounds, seed=asked.seed, database=database)
    kind = "SQLite" if database is None else "PostgreSQL"
    print(f"{kind}, seed {asked.seed}, {time.monotonic() - begun:.0f} s: {found.line}")
    print(f"a forged loss: {found.log['forged'][0][0]}")
    for problem in (*found.log["losses"][:5], *(f"ended unkilled: {one}" for one in found.ended)):
        print(problem)
    return 0 if found.whole else 1


if __name__ == "__main__":
    sys.exit(main())
