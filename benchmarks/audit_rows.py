"""How much an audit adds to the bare counting query, and what it takes of memory.

Each measurement runs in a process of its own, bare query and audit in turn, so that both
see the same machine; the medians and their ratio are printed. Imports are left out of the
time and counted in the memory.

    python benchmarks/audit_rows.py [--rows N] [--repeats K]
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb

from answerable.measure.tables import Columns, Limits
from answerable.verdict.run import Question, audit_files, measure_files

FOLDER = Path("build/bench")
BY = ("region", "age", "origin", "sex")
COLUMNS = Columns(decision="decision", label="label", by=BY)
LIMITS = Limits(memory_mb=256, threads=2)
QUESTION = Question(
    columns=COLUMNS,
    positive=None,
    favourable="0",
    norms=(),
    profile="statement",
    on=date(2026, 11, 23),
)

ALLOWED_RATIO, ALLOWED_SECONDS, ALLOWED_FOR_VERDICTS, ALLOWED_MB = 1.5, 0.3, 30, 500


def generate(rows: int) -> Path:
    """Write the table once: four attributes of 6, 3, 5 and 2 values, seeded by row number."""
    path = FOLDER / f"decisions-{rows}.parquet"
    if path.exists():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"Writing {rows:,} rows to {path} ...\n")
    draw = "(hash(i * 8 + {}) % 1000) / 1000.0"
    duckdb.execute(
        f"""
        COPY (SELECT
            'region ' || (hash(i * 8) % 6) AS region,
            'age ' || (hash(i * 8 + 1) % 3) AS age,
            'origin ' || CASE WHEN {draw.format(2)} < 0.9 THEN 0
                              ELSE 1 + hash(i * 8 + 3) % 4 END AS origin,
            CASE WHEN hash(i * 8 + 4) % 2 = 0 THEN 'f' ELSE 'm' END AS sex,
            ({draw.format(5)} < 0.3)::INTEGER AS decision,
            ({draw.format(6)} < 0.4)::INTEGER AS label
        FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
        """  # noqa: S608 - our own numbers
    )
    return path


def bare_query(path: Path) -> object:
    """The counting query alone, on the same threads and memory."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {LIMITS.threads}")
    connection.execute(f"SET memory_limit = '{LIMITS.memory_mb}MB'")
    columns = ", ".join(COLUMNS.named)
    return connection.execute(
        f"SELECT {columns}, count(*) FROM read_parquet('{path}') GROUP BY ALL"  # noqa: S608
    ).fetchall()


def measures(path: Path) -> object:
    """Digest, count, every rate, gap and ratio with its interval; no limit, so no verdict."""
    undeclared = Question(
        columns=COLUMNS,
        positive=None,
        favourable="0",
        norms=(),
        profile="none",
        on=QUESTION.on,
    )
    return measure_files(str(path), undeclared, limits=LIMITS)


def with_verdicts(path: Path) -> object:
    """The same, a verdict on every gap under the profile's limits, and whether groups differ."""
    return audit_files(str(path), QUESTION, limits=LIMITS)


WORK: dict[str, Callable[[Path], object]] = {
    "bare counting query": bare_query,
    "audit, intervals": measures,
    "audit, intervals and verdicts": with_verdicts,
}


def child(name: str, path: Path) -> None:
    """Do one piece of work, and say how long it took and how much memory."""
    started = time.perf_counter()
    WORK[name](path)
    took = time.perf_counter() - started
    # getrusage's peak would include that of the process which started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024
    sys.stdout.write(json.dumps({"seconds": took, "mb": peak}))


def measured(name: str, path: Path) -> dict[str, float]:
    """Do one piece of work in a process of its own."""
    command = [sys.executable, __file__, "--child", name, "--path", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> int:
    """Print the table; leave with 1 where the audit takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--child")
    parser.add_argument("--path", type=Path)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.path)
        return 0
    path = generate(arguments.rows)
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in WORK}
    for _ in range(arguments.repeats):
        for name, taken in runs.items():
            taken.append(measured(name, path))
    seconds = {
        name: statistics.median(run["seconds"] for run in taken) for name, taken in runs.items()
    }
    bare = seconds["bare counting query"]
    allowed = ALLOWED_RATIO * bare + ALLOWED_SECONDS
    print(
        f"{arguments.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB, {len(BY)} attributes, "
        f"{os.cpu_count()} processors, medians of {arguments.repeats}"
    )
    for name, taken in runs.items():
        peak = max(run["mb"] for run in taken)
        print(
            f"  {name:32} {seconds[name]:7.3f} s  {seconds[name] / bare:5.2f} x bare"
            f"  {peak:5.0f} MB"
        )
    peak = max(run["mb"] for taken in runs.values() for run in taken)
    counted, judged = seconds["audit, intervals"], seconds["audit, intervals and verdicts"]
    kept = counted <= allowed and judged - counted <= ALLOWED_FOR_VERDICTS and peak < ALLOWED_MB
    print(
        f"  allowed: {allowed:.3f} s for the intervals ({ALLOWED_RATIO} x bare + "
        f"{ALLOWED_SECONDS} s), {ALLOWED_FOR_VERDICTS} s more for verdicts and differences, "
        f"{ALLOWED_MB} MB: {'kept' if kept else 'NOT KEPT'}"
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
