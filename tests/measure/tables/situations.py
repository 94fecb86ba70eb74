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
