"""Counts of a log by day, each day as it was known when it had reached an age."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb

from answerable.measure.tables.locked import Limits, locked, pattern
from answerable.measure.tables.reader import TooLittleMemory
from answerable.measure.tables.rows import LogUnreadable

_EPOCH = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_DAY_US = timedelta(days=1) // _MICROSECOND


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortFiles:
    """The files of one use: of decisions, their attributes, and what turned out to be true.

    A file may be named for decisions and outcomes both; each row is counted once.
    """

    decisions: Sequence[Path]
    attributes: Sequence[Path]
    outcomes: Sequence[Path]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohorts:
    """Days from ``first`` to before ``until``, each as it was known at an age of so many days."""

    age: int
    first: date
    until: date


class CohortCount(NamedTuple):
    """Decisions of a day and group that are alike; an empty ``attribute`` stands for everybody."""

    age: int
    on: date
    attribute: str
    group: str
    outcome: str | None
    label: str | None
    decisions: int


def count_cohorts(
    files: CohortFiles,
    *,
    version: str,
    shadow: bool,
    cohorts: Sequence[Cohorts],
    attributes: Sequence[str],
    grace: timedelta,
    late_us: tuple[int, int],
    leave_out: str,
    limits: Limits,
    spill: Path,
) -> tuple[list[CohortCount], dict[date, int]]:
    """Count a version's decisions by day, group, outcome and label, in one pass for all ages.

    Parameters
    ----------
    shadow
        Whether decisions that had no effect are counted too.
    cohorts
        The days that are counted, at most one stretch an age.
    attributes
        The names of the attributes whose groups are counted.
    grace
        How long after the last moment of a day and its age a record may arrive to be known.
    late_us
        From when, and before when, late decisions arrived; microseconds since 1970.
    leave_out
        A mark: the decisions that bear it are not counted.

    Returns
    -------
    counts
        What had arrived before the end of the day, its age and the grace. Of several
        outcomes that were known then the latest counts, by when it occurred and then by
        when it arrived: whenever this is asked, it gives the same.
    late
        How many decisions of each day arrived within ``late_us``, after the end of the day
        and the grace.
    """
    named = [*files.decisions, *files.attributes, *files.outcomes]
    with locked(dict.fromkeys(named), limits=limits, spill=spill) as connection:
        try:
            return _count(
                connection,
                files,
                cohorts=cohorts,
                attributes=attributes,
                asked={
                    "version": version,
                    "shadow": shadow,
                    "late_from": late_us[0],
                    "late_until": late_us[1],
                    "leave_out": leave_out,
                },
                fixed={"a_day": _DAY_US, "grace": grace // _MICROSECOND},
            )
        except duckdb.OutOfMemoryException as error:
            raise TooLittleMemory(file=named[0].name, limit=limits.memory_mb) from error
        except duckdb.Error as error:
            raise LogUnreadable(file=named[0].name) from error


def _count(
    connection: duckdb.DuckDBPyConnection,
    files: CohortFiles,
    *,
    cohorts: Sequence[Cohorts],
    attributes: Sequence[str],
    asked: dict[str, int | str],
    fixed: dict[str, int],
) -> tuple[list[CohortCount], dict[date, int]]:
    connection.execute("CREATE TEMP TABLE wanted (age BIGINT, first BIGINT, until BIGINT)")
    for one in cohorts:
        connection.execute(
            "INSERT INTO wanted VALUES (?, ?, ?)",
            [one.age, (one.first - _EPOCH).days, (one.until - _EPOCH).days],
        )
    connection.execute(
        "CREATE TEMP TABLE decided AS SELECT * FROM ("
        "SELECT seq, source, id, outcome, epoch_us(recorded_at) AS recorded, "
        "epoch_us(occurred_at) // $a_day AS day, recorded >= (day + 1) * $a_day + $grace "
        "AND recorded >= $late_from AND recorded < $late_until AS late "
        "FROM read_parquet($files, hive_partitioning = false) "
        "WHERE kind = 'decision' AND version = $version "
        "AND ($shadow OR NOT coalesce(shadow, false)) "
        "AND NOT list_contains(string_split(coalesce(marks, ''), ' '), $leave_out)) AS every "
        "WHERE late OR EXISTS (FROM wanted WHERE every.day >= first AND every.day < until)",
        {"files": _patterns(files.decisions), **asked, **fixed},
    )
    _freeze(connection, _patterns(files.outcomes), fixed)
    _group(connection, _patterns(files.attributes), attributes)
    counts = connection.execute(
        "SELECT age, day, '' AS name, '' AS value, outcome, label, count(*) "
        "FROM known GROUP BY ALL UNION ALL "
        "SELECT age, day, name, value, outcome, label, count(*) "
        "FROM known JOIN grouped USING (seq) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    late = connection.execute("SELECT day, count(*) FROM decided WHERE late GROUP BY day")
    return (
        [CohortCount(age, _day(day), *rest) for age, day, *rest in counts],
        {_day(day): number for day, number in late.fetchall()},
    )


def _freeze(
    connection: duckdb.DuckDBPyConnection, outcomes: list[str], fixed: dict[str, int]
) -> None:
    """Find what was known of each decision when its day had reached each age."""
    connection.execute(
        "CREATE TEMP TABLE found AS SELECT of_source AS source, of_id AS id, label, seq, "
        "epoch_us(occurred_at) AS occurred, epoch_us(recorded_at) AS recorded "
        "FROM read_parquet($files, hive_partitioning = false) AS every "
        "SEMI JOIN decided ON decided.source = every.of_source AND decided.id = every.of_id "
        "WHERE kind = 'outcome'",
        {"files": outcomes},
    )
    connection.execute(
        "CREATE TEMP TABLE asked AS SELECT decided.*, age, "
        "(day + 1 + age) * $a_day + $grace AS frozen "
        "FROM decided JOIN wanted ON day >= first AND day < until WHERE recorded < frozen",
        fixed,
    )
    connection.execute(
        "CREATE TEMP TABLE known AS SELECT asked.*, last.label FROM asked LEFT JOIN ("
        "SELECT asked.seq, age, last(label ORDER BY occurred, found.seq) AS label "
        "FROM asked JOIN found ON asked.source = found.source AND asked.id = found.id "
        "AND found.recorded < frozen GROUP BY ALL) AS last USING (seq, age)"
    )


def _group(
    connection: duckdb.DuckDBPyConnection, files: list[str], attributes: Sequence[str]
) -> None:
    """Keep the groups of each decision that are asked for."""
    if not files:
        connection.execute("CREATE TEMP TABLE grouped (seq BIGINT, name VARCHAR, value VARCHAR)")
        return
    connection.execute(
        "CREATE TEMP TABLE grouped AS SELECT seq, name, value "
        "FROM read_parquet($files, hive_partitioning = false) SEMI JOIN decided USING (seq) "
        "WHERE list_contains($names, name)",
        {"files": files, "names": list(attributes)},
    )


def _patterns(paths: Sequence[Path]) -> list[str]:
    return [pattern(path) for path in paths]


def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)
