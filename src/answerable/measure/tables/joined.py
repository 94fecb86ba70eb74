"""One row per decision of a log: with what turned out, and the person's group attributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from answerable.errors import AnswerableError
from answerable.measure.tables.locked import Limits, locked, pattern
from answerable.measure.tables.reader import TooLittleMemory
from answerable.measure.tables.rows import LogUnreadable

COLUMNS = ("outcome", "label", "score", "version", "channel", "step", "occurred_at")
"""What every decision has, beside its attributes. Nothing that names a person or a record."""


class AttributesDifferInCase(AnswerableError):
    """Two attributes whose names SQL does not tell apart."""

    code = "measure.attributes_differ_in_case"
    message = "The attributes {names} differ only in capitals, so no table can have both."
    hint = "Have the sender use one name, and ask for a period in which it did."


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """How many decisions were written, and how many of the period were left out."""

    rows: int
    left_out: int


def join_decisions(
    *,
    records: Sequence[Path],
    attributes: Sequence[Path],
    since_us: int,
    until_us: int,
    shadow: bool,
    known_us: int,
    leave_out: str,
    target: Path,
    limits: Limits,
    spill: Path,
) -> Joined:
    """Write a Parquet file of the decisions of a period, and count them.

    Parameters
    ----------
    records, attributes
        Files of one use as they are sealed: records of every kind, and attributes in rows
        of ``seq``, ``name`` and ``value``.
    since_us, until_us
        The half-open period in which decisions occurred.
    shadow
        Whether to take the decisions that had no effect, or those that had.
    known_us
        Records that arrived at this moment or later are passed over.
    leave_out
        A mark: the decisions that bear it are counted and not written.
    target
        The file to be written.

    Notes
    -----
    Of several outcomes of a decision the latest counts, by when it occurred and then by
    when it arrived. An attribute with the name of another column is called
    ``attribute.NAME``. The same log gives the same bytes.
    """
    beside = target.with_name(f"tmp_{target.name}")
    with locked([*records, *attributes, target, beside], limits=limits, spill=spill) as connection:
        try:
            return _join(
                connection,
                records=[pattern(path) for path in records],
                attributes=[pattern(path) for path in attributes],
                asked={
                    "since": since_us,
                    "until": until_us,
                    "shadow": shadow,
                    "known": known_us,
                    "leave_out": leave_out,
                },
                target=target,
            )
        except duckdb.OutOfMemoryException as error:
            raise TooLittleMemory(file=records[0].name, limit=limits.memory_mb) from error
        except duckdb.Error as error:
            raise LogUnreadable(file=records[0].name) from error


def _join(
    connection: duckdb.DuckDBPyConnection,
    *,
    records: list[str],
    attributes: list[str],
    asked: dict[str, int | str],
    target: Path,
) -> Joined:
    connection.execute(
        "CREATE TEMP TABLE decided AS "
        "SELECT seq, source, id, outcome, score, version, channel, step, occurred_at, "
        "list_contains(string_split(coalesce(marks, ''), ' '), $leave_out) AS left_out "
        "FROM read_parquet($records, hive_partitioning = false) "
        "WHERE kind = 'decision' AND coalesce(shadow, false) = $shadow "
        "AND epoch_us(occurred_at) >= $since AND epoch_us(occurred_at) < $until "
        "AND epoch_us(recorded_at) < $known",
        {"records": records, **asked},
    )
    counted = connection.execute(
        "SELECT count(*) FILTER (NOT left_out), count(*) FILTER (left_out) FROM decided"
    ).fetchone()
    written, left_out = counted or (0, 0)
    connection.execute("DELETE FROM decided WHERE left_out")
    connection.execute(
        "CREATE TEMP TABLE found AS SELECT of_source AS source, of_id AS id, "
        "last(label ORDER BY occurred_at, seq) AS label "
        "FROM read_parquet($records, hive_partitioning = false) "
        "WHERE kind = 'outcome' AND epoch_us(recorded_at) < $known GROUP BY ALL",
        {"records": records, "known": asked["known"]},
    )
    _spread(connection, attributes)
    rows = connection.sql(
        "SELECT * EXCLUDE (seq) FROM ("
        "SELECT decided.seq, outcome, label, score, version, channel, step, occurred_at, "
        "told.* EXCLUDE (seq) "
        "FROM decided LEFT JOIN found USING (source, id) LEFT JOIN told USING (seq)) "
        "ORDER BY seq"
    )
    rows.write_parquet(str(target), compression="zstd")
    return Joined(rows=int(written), left_out=int(left_out))


def _spread(connection: duckdb.DuckDBPyConnection, attributes: list[str]) -> None:
    """Make a column of each attribute, one row a decision."""
    if not attributes:
        connection.execute("CREATE TEMP TABLE told AS SELECT seq FROM decided WHERE false")
        return
    connection.execute(
        "CREATE TEMP TABLE long AS SELECT seq, value, "
        "CASE WHEN list_contains($taken, lower(name)) THEN 'attribute.' || name ELSE name END "
        "AS name FROM read_parquet($attributes, hive_partitioning = false) "
        "SEMI JOIN decided USING (seq)",
        {"attributes": attributes, "taken": ["seq", *COLUMNS]},
    )
    twins = connection.execute(
        "SELECT list_sort(list(DISTINCT name)) FROM long GROUP BY lower(name) "
        "HAVING count(DISTINCT name) > 1 ORDER BY 1 LIMIT 1"
    ).fetchone()
    if twins is not None:
        raise AttributesDifferInCase(names=" and ".join(twins[0]))
    connection.execute("CREATE TEMP TABLE told AS PIVOT long ON name USING max(value) GROUP BY seq")
