"""Tables of decisions: whether the files can be trusted to be read, and their counts.

The only home of DuckDB. Nothing is read here but the files that were named, no
extension is loaded, and memory has a ceiling.
"""

from answerable.measure.tables.count import Tally, count_decisions
from answerable.measure.tables.locked import Limits
from answerable.measure.tables.reader import Columns, Progress
from answerable.measure.tables.sources import (
    Digest,
    Source,
    check_unchanged,
    digest,
    files_at,
    find_source,
)

__all__ = [
    "Columns",
    "Digest",
    "Limits",
    "Progress",
    "Source",
    "Tally",
    "check_unchanged",
    "count_decisions",
    "digest",
    "files_at",
    "find_source",
]
