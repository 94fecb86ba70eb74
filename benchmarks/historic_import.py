"""How fast old records come in through the same door: rows a minute, against a million.

Makes a CSV or Parquet file of decisions, imports it into a new installation, and checks
that every row is there once.

    python -m benchmarks.historic_import [--rows N] [--parquet] [--database URL]
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

ASKED_A_MINUTE = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--parquet", action="store_true")
    parser.add_argument("--database")
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="answerable-import-"))
    os.environ["ANSWERABLE_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "answerable.project.web"
    if asked.database is not None:
        os.environ["ANSWERABLE_DATABASE"] = asked.database
    try:
        # Both read the environment that was just set.
        importlib.import_module("django").setup()
        importing = importlib.import_module("benchmarks.importing")
        seconds = importing.run(home, rows=asked.rows, parquet=asked.parquet)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    rate = asked.rows / seconds * 60
    print(f"{asked.rows:,} rows in {seconds:.1f} s: {rate:,.0f} a minute")
    return 0 if rate >= ASKED_A_MINUTE else 1


if __name__ == "__main__":
    sys.exit(main())
