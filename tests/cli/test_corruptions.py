"""A hundred damaged files: each ends in status 2 with a sentence, and leaves nothing behind."""

import gzip
import io
import pickle
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Command

ROWS = 400
LINES = [
    "office,granted,entitled",
    *(f"office {at % 7},{at % 2},{int(at % 3 == 0)}" for at in range(ROWS)),
]
SOUND = "\n".join([*LINES, ""]).encode()


def _parquet(folder: Path) -> bytes:
    (folder / "sound.csv").write_bytes(SOUND)
    with duckdb.connect() as connection:
        connection.read_csv(str(folder / "sound.csv")).write_parquet(str(folder / "sound.parquet"))
    content = (folder / "sound.parquet").read_bytes()
    for name in ("sound.csv", "sound.parquet"):
        (folder / name).unlink()
    return content


def _zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("decisions.csv", content)
    return packed.getvalue()


def _with_line(at: int, line: bytes) -> bytes:
    lines = SOUND.splitlines()
    lines[at] = line
    return b"\n".join([*lines, b""])


def damaged_csv() -> Iterator[tuple[str, bytes]]:
    """CSV files that no reader may take for a table of decisions."""
    draw = random.Random(5)  # noqa: S311 - nothing is kept secret by it
    for at in draw.sample(range(1, ROWS), 12):
        line = SOUND.splitlines()[at]
        cut = draw.randrange(len(line))
        yield f"null byte in line {at}", _with_line(at, line[:cut] + b"\0" + line[cut:])
        yield f"no UTF-8 in line {at}", _with_line(at, line[:cut] + b"\xff\xfe" + line[cut:])
    for at in draw.sample(range(1, ROWS), 8):
        line = SOUND.splitlines()[at]
        yield f"one cell more in line {at}", _with_line(at, line + b",1")
        yield f"one cell less in line {at}", _with_line(at, line.rpartition(b",")[0])
        yield f"a word for two codes in line {at}", _with_line(at, b"office 1,perhaps,perhaps")
    for at in draw.sample(range(1, ROWS), 4):
        yield f"a quote without end in line {at}", _with_line(at, b'"office 1,1,1')
    yield "empty", b""
    yield "only a header", SOUND.splitlines()[0] + b"\n"
    yield "only line ends", b"\n" * 50
    yield "two columns of one name", SOUND.replace(b"entitled", b"granted", 1)
    yield "UTF-16", SOUND.decode().encode("utf-16")
    yield "a zip archive", _zipped(SOUND)
    yield "a zip bomb", _zipped(b"office,granted,entitled\n" + b"0" * 200_000_000)
    yield "a gzip stream", gzip.compress(SOUND)
    yield "a gzip bomb", gzip.compress(b"0" * 200_000_000)
    yield "a pickle", pickle.dumps({"office": ["north"]})
    yield "random bytes", draw.randbytes(20_000)
    yield "a cell of fifty million characters", _with_line(9, b"x" * 50_000_000 + b",1,1")


def damaged_parquet(sound: bytes) -> Iterator[tuple[str, bytes]]:
    """Parquet files whose ends, footers or names do not fit."""
    draw = random.Random(6)  # noqa: S311 - nothing is kept secret by it
    for length in sorted(draw.sample(range(1, len(sound)), 24)):
        yield f"cut after {length} bytes", sound[:length]
    footer = int.from_bytes(sound[-8:-4], "little")
    for at in range(8):
        start = len(sound) - 8 - footer + at * footer // 8
        junk = draw.randbytes(min(24, len(sound) - 8 - start))
        yield f"junk in the footer {at}", sound[:start] + junk + sound[start + len(junk) :]
    yield "wrong magic at the end", sound[:-4] + b"PAR2"
    yield "a footer longer than the file", sound[:-8] + b"\xff\xff\xff\x7f" + sound[-4:]
    yield "a footer of no length", sound[:-8] + b"\0\0\0\0" + sound[-4:]
    yield "a pickle", pickle.dumps({"office": ["north"]})
    yield "a CSV", SOUND
    yield "a zip bomb", _zipped(b"0" * 200_000_000)
    yield "magic and nothing else", b"PAR1PAR1"
    yield "zeros", b"\0" * len(sound)
    yield "twice itself without its beginning", sound[100:]


def test_every_one_of_a_hundred_damaged_files_is_refused(
    answerable: Command, tmp_path: Path
) -> None:
    cases = [("decisions.csv", *case) for case in damaged_csv()]
    cases += [("decisions.parquet", *case) for case in damaged_parquet(_parquet(tmp_path))]
    assert len(cases) >= 100
    taken = []
    for name, what, content in cases:
        path = tmp_path / name
        path.write_bytes(content)
        for words in (
            ("audit", path, "--decision", "granted", "--label", "entitled", "--by", "office"),
            ("data", path, "--by", "office", "--label", "entitled"),
        ):
            made = ("--json", "made.json")
            evidence = ("--evidence", "made.evidence", "--html", "made.html")
            done = answerable(*words, *made, *(evidence if words[0] == "audit" else ()))
            sentence = done.err.strip().splitlines()[-1] if done.err.strip() else ""
            left = sorted(file.name for file in Path.cwd().iterdir())
            wanted = sentence.startswith("answerable: ") and sentence.endswith(".")
            if not (done.status == 2 and wanted and not left and not done.out):
                taken.append((words[0], name, what, int(done.status), sentence[:120], left))
                for file in Path.cwd().iterdir():
                    file.unlink()
    assert taken == [], "\n".join(map(str, taken))


@pytest.mark.parametrize("name", ["decisions.csv", "decisions.parquet"])
def test_the_sound_file_they_were_made_from_is_read(
    answerable: Command, tmp_path: Path, name: str
) -> None:
    sound = _parquet(tmp_path) if name.endswith("parquet") else SOUND
    (tmp_path / name).write_bytes(sound)
    words = ("--decision", "granted", "--label", "entitled", "--by", "office")
    assert answerable("audit", tmp_path / name, *words).status in {0, 1, 3}
