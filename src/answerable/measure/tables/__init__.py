"""Tables of decisions: whether the files can be trusted to be read, and their counts.

The only home of DuckDB, sqlglot and Spark. Nothing is read here but the files or the table
that were named, no extension is loaded, and memory has a ceiling.
"""

from answerable.measure.tables.count import Tally, count_decisions, digest_of_counts, rolled_up
from answerable.measure.tables.cube import Engine
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.reader import Columns, Progress
from answerable.measure.tables.sources import (
    Digest,
    Source,
    check_unchanged,
    digest,
    files_at,
    find_data,
    find_source,
)

__all__ = [
    "Columns",
    "Digest",
    "Engine",
    "Limits",
    "Progress",
    "Source",
    "Tally",
    "check_unchanged",
    "count_decisions",
    "digest",
    "digest_of_counts",
    "files_at",
    "find_data",
    "find_source",
    "rolled_up",
]
