"""Kill the sealer again and again while records arrive, and look for every one of them.

A writer stores records without a pause, and notes each once it is stored. Sealers, one or
two at a time, are killed with SIGKILL after a random while, or at a given step. At the end
every record that was noted must be exactly once in the sealed files or the hot rows, under
the same digest, and every commit's root must come out of what is there.

    python -m benchmarks.kill_sealer [--rounds N] [--seed N] [--steps] [--database URL]
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--database")
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="answerable-kill-"))
    os.environ["ANSWERABLE_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "answerable.project.web"
    if asked.database is not None:
        os.environ["ANSWERABLE_DATABASE"] = asked.database
    try:
        # Both read the environment that was just set.
        importlib.import_module("django").setup()
        killing = importlib.import_module("benchmarks.killing")
        found = killing.run(home, rounds=asked.rounds, seed=asked.seed, steps=asked.steps)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(" ".join(f"{name}={value}" for name, value in found.items()))
    return 1 if killing.is_wrong(found) else 0


if __name__ == "__main__":
    sys.exit(main())
