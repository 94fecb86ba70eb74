"""A connection that can read the files it was given, and do nothing else."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the pass may take of the machine."""

    memory_mb: int = 256
    threads: int = 2


@contextmanager
def locked(
    paths: Iterable[Path], *, limits: Limits, spill: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection for these files alone, and close it whatever happens.

    Without ``spill`` what does not fit into memory is refused; with it, it goes to that
    folder while the query runs.
    """
    connection = duckdb.connect()
    try:
        for setting, value in {
            "memory_limit": f"{limits.memory_mb}MB",
            "threads": limits.threads,
            "temp_directory": "" if spill is None else str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_progress_bar": True,
            "enable_progress_bar_print": False,
            "allowed_paths": [name for path in paths for name in spellings(path)],
            "enable_external_access": False,
            "lock_configuration": True,
        }.items():
            connection.execute(f"SET {setting} = {literal(value)}")
        yield connection
    finally:
        connection.close()


def literal(value: object) -> str:
    """Write a value as SQL does.

    >>> literal(["it's", 2, True])
    "['it''s', 2, true]"
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(literal(item) for item in value)}]"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write the name of a column as SQL does."""
    return '"' + name.replace('"', '""') + '"'


def pattern(path: Path) -> str:
    """Write a path as a pattern that matches it alone: the reader takes names for patterns."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def spellings(path: Path) -> tuple[str, str]:
    """Give both forms in which the reader may speak of a file."""
    return str(path), pattern(path)
