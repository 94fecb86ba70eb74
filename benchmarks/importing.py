"""The import that `historic_import` measures."""

import time
from pathlib import Path

import duckdb
from tests.inventory.situations import DAY, NINE, a_use

from answerable.intake.commits import Desk
from answerable.intake.historic import import_file
from answerable.intake.hot.models import Record
from answerable.intake.hot.store import open_store
from answerable.intake.mappings import parse_mapping
from answerable.intake.marks import Judge
from answerable.intake.subjects import Pseudonyms
from answerable.measure.tables.locked import Limits
from answerable.people.actors import Actor
from answerable.project.database import bring_up_to_date
from answerable.record.keys import SigningKey

MAPPING = b"""
use: north.benefit-check
fields:
  source: {constant: legacy}
  id: case
  person: citizen
  version: {named: rules of 2019}
  occurred_at: {column: decided, format: "%d-%m-%Y %H:%M", zone: Europe/Amsterdam}
  outcome: {column: result, values: {J: paid, N: refused}}
  score: score
  reasons: {column: codes, split: ";"}
attributes:
  sex: {column: gender, values: {M: male, V: female}}
  region: region
"""
# As many people as have three or four decisions each; no day on which the clocks change.
TABLE = """
SELECT 'c-' || i AS case, 'p-' || (i * 7919) % greatest(1, {rows} * 3 // 10) AS citizen,
    strftime(TIMESTAMP '2019-04-01 08:00:00' + INTERVAL (i % 250000) MINUTE, '%d-%m-%Y %H:%M')
        AS decided,
    CASE WHEN i % 3 = 0 THEN 'N' ELSE 'J' END AS result, (i % 997) / 997 AS score,
    CASE WHEN i % 3 = 0 THEN 'income_missing' END AS codes,
    CASE WHEN i % 2 = 0 THEN 'M' ELSE 'V' END AS gender, 'r' || i % 12 AS region,
    'not wanted' AS remarks
FROM range({rows}) numbers(i)
"""


def run(home: Path, *, rows: int, parquet: bool) -> float:
    """Make the file and import it; give the seconds that the import took."""
    bring_up_to_date()
    a_use(at=NINE - 400 * DAY)
    file = home / ("old.parquet" if parquet else "old.csv")
    duckdb.sql(f"COPY ({TABLE.format(rows=rows)}) TO '{file}'")
    desk = Desk(
        judge=Judge({}),
        pseudonyms=Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32),
        key=SigningKey.make("agency.example/receipts"),
        checkpoint="",
    )
    start, used = time.perf_counter(), time.process_time()
    imported = import_file(
        str(file),
        parse_mapping(MAPPING, file="mapping.yaml"),
        store=open_store(),
        desk=desk,
        refusals=home / "refused.csv",
        historic=True,
        by=Actor.operator(),
        at=NINE,
        limits=Limits(),
    )
    seconds = time.perf_counter() - start
    print(f"{time.process_time() - used:.1f} s of processor time")
    if (imported.stored, imported.refused) != (rows, 0) or Record.objects.count() != rows:
        reason = f"{imported} is not {rows} records, each stored once"
        raise RuntimeError(reason)
    return seconds
