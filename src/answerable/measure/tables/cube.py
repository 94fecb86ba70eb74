"""The one text of SQL that counts, and the engines that understand it."""

from collections.abc import Sequence
from enum import Enum

import sqlglot

from answerable.measure.tables.locked import quoted

MOST_CELLS = 200_000
"""More distinct combinations than this are no groups: a column must be an identifier."""

DIALECT = "duckdb"
"""What the text is written in; other engines get it translated."""


class Engine(Enum):
    """What counts the rows."""

    DUCKDB = "duckdb"
    SPARK = "spark"
    POSTGRES = "postgres"


def cube_sql(columns: Sequence[str], relation: str) -> str:
    """Write the query that counts rows by the values of columns, as they are written.

    One row more than is allowed may come back: it shows the excess.

    >>> cube_sql(["sex"], "decisions")
    'SELECT "sex" AS k0, count(*) AS n FROM decisions GROUP BY "sex" LIMIT 200001'
    """
    names = [quoted(column) for column in columns]
    keys = ", ".join(f"{name} AS k{at}" for at, name in enumerate(names))
    return (
        f"SELECT {keys}, count(*) AS n FROM {relation} "
        f"GROUP BY {', '.join(names)} LIMIT {MOST_CELLS + 1}"
    )


def translated(sql: str, engine: Engine) -> str:
    """Say the same in an engine's own dialect.

    >>> translated(cube_sql(["sex"], "decisions"), Engine.SPARK)
    'SELECT `sex` AS k0, COUNT(*) AS n FROM decisions GROUP BY `sex` LIMIT 200001'
    """
    (text,) = sqlglot.transpile(sql, read=DIALECT, write=engine.value)
    return text
