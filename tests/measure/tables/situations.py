"""Tables in the states that people send them in, made anew for each test."""

import pickle
from collections.abc import Sequence
from pathlib import Path

import duckdb
import nanoarrow
from nanoarrow.ipc import StreamWriter

from answerable.measure.tables import Columns

COLUMNS = Columns(decision="granted", label="entitled", by=("office",))

CSV = "office,granted,entitled\nnorth,1,1\nnorth,0,1\nsouth,1,0\n"
"""Three decisions: one right, one wrongly refused, one wrongly granted."""


def a_csv(folder: Path, text: str = CSV, name: str = "decisions.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def a_parquet(folder: Path, select: str, name: str = "decisions.parquet") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    return path


def an_arrow_stream(folder: Path, select: str, name: str = "decisions.arrows") -> Path:
    path = folder / name
    stream = nanoarrow.c_array_stream(duckdb.sql(select))
    with path.open("wb") as file, StreamWriter.from_writable(file) as writer:
        writer.write_stream(stream)
    return path


MANY = """
    SELECT ['north', 'south'][1 + i % 2] AS office, (i % 3 = 0)::INTEGER AS granted,
           i % 5 = 0 AS entitled FROM range(1000) t(i)
"""


def a_parquet_cut_off(folder: Path) -> Path:
    path = a_parquet(folder, MANY)
    path.write_bytes(path.read_bytes()[:-7])
    return path


def a_damaged_parquet(folder: Path) -> Path:
    path = a_parquet(folder, MANY)
    content = bytearray(path.read_bytes())
    # The footer, which says where the columns are.
    content[-400:-100] = bytes(300)
    path.write_bytes(content)
    return path


def an_arrow_stream_cut_off(folder: Path) -> Path:
    path = an_arrow_stream(folder, MANY)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def a_pickle_named_parquet(folder: Path) -> Path:
    path = folder / "decisions.parquet"
    path.write_bytes(pickle.dumps({"office": ["north"]}))
    return path


def a_folder_of_mixed_schemas(folder: Path) -> Path:
    a_parquet(folder, "SELECT 'north' AS office, 1 AS granted, 1 AS entitled", "all/a.parquet")
    a_parquet(folder, "SELECT 'north' AS office, '1' AS granted, 1 AS entitled", "all/b.parquet")
    return folder / "all"


def a_cell_of_many_characters(
    folder: Path, characters: int, rows_after: Sequence[str] = ()
) -> Path:
    path = folder / "decisions.csv"
    with path.open("wb") as file:
        file.write(b"office,granted,entitled\nnorth,1,1\n")
        for _ in range(characters // 1_000_000):
            file.write(b"x" * 1_000_000)
        file.write(b",1,1\n" + "".join(rows_after).encode())
    return path


AWKWARD = {
    "missing values and empty text": """
        SELECT CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN ' '
                          ELSE 'north' END AS office,
               CASE WHEN i % 7 = 0 THEN NULL ELSE i % 2 END::INTEGER AS granted,
               CASE WHEN i % 5 = 0 THEN NULL ELSE i % 3 = 0 END AS entitled
        FROM range(420) t(i)""",
    "capitals, accents and quotes": """
        SELECT CASE i % 6 WHEN 0 THEN 'North' WHEN 1 THEN 'north' WHEN 2 THEN 'NORTH'
                          WHEN 3 THEN 'Łódź' WHEN 4 THEN 'o''clock' ELSE 'a "b", c' END AS office,
               CASE WHEN i % 2 = 0 THEN 'Yes' ELSE 'no' END AS granted,
               CASE WHEN i % 3 = 0 THEN 'TRUE' ELSE 'False' END AS entitled
        FROM range(360) t(i)""",
    "integers as wide as they come": """
        SELECT CASE i % 3 WHEN 0 THEN 9223372036854775807 WHEN 1 THEN -9223372036854775808
                          ELSE 0 END::BIGINT AS office,
               (i % 2)::TINYINT AS granted, (i % 3 = 0)::BIGINT AS entitled
        FROM range(300) t(i)""",
    "decimals and numbers that are none": """
        SELECT CASE i % 4 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN 0.1 WHEN 2 THEN 1e300
                          ELSE NULL END AS office,
               (i % 2)::DECIMAL(5, 0) AS granted, (i % 5 = 0)::DOUBLE AS entitled
        FROM range(400) t(i)""",
    "days, whatever the clock of the machine says": """
        SELECT DATE '1899-12-31' + (i % 3)::INTEGER * 44927 AS office,
               i % 2 = 0 AS granted, i % 7 = 0 AS entitled
        FROM range(420) t(i)""",
    "a million rows of few people": """
        SELECT 'office ' || (hash(i) % 12) AS office, (hash(i + 1) % 10 < 3)::INTEGER AS granted,
               (hash(i + 2) % 10 < 4)::INTEGER AS entitled
        FROM range(1000000) t(i)""",
}
"""Tables that engines read differently if nobody takes care, as DuckDB writes them."""
