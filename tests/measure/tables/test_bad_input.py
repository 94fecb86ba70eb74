"""Bad input: refused with the file, the row, the column, and what to do; nothing is kept."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from answerable.errors import AnswerableError
from answerable.measure.tables import Columns, Limits, count_decisions, digest, find_source
from answerable.measure.tables.codes import DecisionNotBinary, ValueNotFound
from answerable.measure.tables.count import NoRows, UnknownCode
from answerable.measure.tables.reader import (
    ColumnMissing,
    ColumnNotCountable,
    ColumnTwice,
    MalformedRow,
    TooLittleMemory,
    TooManyGroups,
    Unreadable,
    open_reader,
)
from answerable.measure.tables.sources import (
    AddressesNotReadYet,
    CannotOpen,
    CellTooLong,
    ChangedWhileRead,
    EmptyFile,
    MixedSources,
    NoSuchData,
    NotATable,
    QuoteNotClosed,
    SameFileTwice,
    Truncated,
    UnexpectedFile,
    WrongEncoding,
    check_unchanged,
)
from tests.measure.tables import situations
from tests.measure.tables.situations import COLUMNS, CSV, MANY, a_csv, a_parquet, an_arrow_stream

LIMITS = Limits(memory_mb=128, threads=1)


def _read(place: Path | str, columns: Columns, codes: Mapping[str, Any]) -> None:
    source = find_source(str(place))
    digest(source)
    count_decisions(source, columns, limits=LIMITS, **codes)


def refused(
    kind: type[AnswerableError],
    place: Path | str,
    columns: Columns = COLUMNS,
    **codes: Any,
) -> AnswerableError:
    """Read as the audit does, and return the refusal of the kind expected."""
    with pytest.raises(kind) as caught:
        _read(place, columns, codes)
    assert caught.value.advice, "a refusal says what to do"
    return caught.value


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    error = refused(ColumnMissing, a_csv(tmp_path, "office,allowed\nnorth,1\n"))
    assert "decisions.csv has no column granted. It has: office, allowed." in str(error)


def test_names_count_capitals(tmp_path: Path) -> None:
    refused(ColumnMissing, a_csv(tmp_path, CSV.replace("office", "Office")))


def test_a_column_that_stands_twice_is_refused_only_where_it_is_asked_for(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "office,granted,granted,entitled,x,x\nnorth,1,1,1,2,2\n")
    refused(ColumnTwice, path)
    columns = Columns(decision="entitled", label=None, by=("office",))
    assert 1 == count_decisions(find_source(str(path)), columns, limits=LIMITS).rows


def test_text_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_bytes(CSV.encode() + "órgiva,1,1\n".encode("latin-1"))
    assert "decisions.csv, line 5" in str(refused(WrongEncoding, path))
    path.write_bytes(CSV.encode("utf-16"))
    refused(WrongEncoding, path)


@pytest.mark.parametrize(
    ("column", "line", "found"),
    [("granted", "south,maybe,1", "'maybe'"), ("entitled", "south,1,N/A", "'N/A'")],
)
def test_an_unknown_code_names_file_row_and_column(
    tmp_path: Path, column: str, line: str, found: str
) -> None:
    error = refused(UnknownCode, a_csv(tmp_path, f"{CSV}{line}\n{line}\n"))
    assert f"decisions.csv, row 4, column {column}: found {found}, expected 1, true or yes" in str(
        error
    )
    assert 2 == error.fields["count"]


def test_an_unknown_code_in_a_parquet_folder_names_the_file_it_is_in(tmp_path: Path) -> None:
    a_parquet(tmp_path, "SELECT 'n' AS office, 1 AS granted, 1 AS entitled", "all/a.parquet")
    b = "SELECT 'n' AS office, i::INTEGER AS granted, 1 AS entitled FROM range(5) t(i)"
    a_parquet(tmp_path, b, "all/b.parquet")
    error = refused(UnknownCode, tmp_path / "all")
    assert ("b.parquet", 3, "'2'") == tuple(error.fields[k] for k in ("file", "row", "found"))


def test_an_unknown_code_in_an_arrow_stream_is_found(tmp_path: Path) -> None:
    select = "SELECT 'n' AS office, i AS granted, 1 AS entitled FROM range(5) t(i)"
    error = refused(UnknownCode, an_arrow_stream(tmp_path, select))
    assert 3 == error.fields["row"]


def test_mixed_types_in_one_column_are_an_unknown_code(tmp_path: Path) -> None:
    refused(UnknownCode, a_csv(tmp_path, CSV + "south,3.5,1\n"))


def test_a_decision_of_three_values_is_no_decision(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "office,granted,entitled\nn,grant,1\nn,deny,0\nn,pending,0\n")
    error = refused(DecisionNotBinary, path, positive="grant")
    assert "'deny', 'grant', 'pending'" in str(error)


def test_a_named_value_that_never_occurs_is_refused(tmp_path: Path) -> None:
    refused(ValueNotFound, a_csv(tmp_path), positive="approved")
    refused(ValueNotFound, a_csv(tmp_path), favourable="approved")


def test_an_empty_file_and_a_header_without_rows_are_told_apart(tmp_path: Path) -> None:
    refused(EmptyFile, a_csv(tmp_path, ""))
    refused(NoRows, a_csv(tmp_path, "office,granted,entitled\n"))
    select = "SELECT 'n' AS office, 1 AS granted, 1 AS entitled WHERE false"
    refused(NoRows, a_parquet(tmp_path, select))


@pytest.mark.parametrize(
    ("situation", "kind"),
    [
        (situations.a_parquet_cut_off, Truncated),
        (situations.a_damaged_parquet, Unreadable),
        (situations.an_arrow_stream_cut_off, Unreadable),
        (situations.a_pickle_named_parquet, NotATable),
        (situations.a_folder_of_mixed_schemas, MixedSources),
    ],
)
def test_damaged_and_disguised_files_are_refused(
    tmp_path: Path, situation: Callable[[Path], Path], kind: type[AnswerableError]
) -> None:
    refused(kind, situation(tmp_path))


def test_no_flipped_bit_of_a_parquet_file_is_a_fault_of_ours(tmp_path: Path) -> None:
    # Some damage cannot be seen (the digest sees it); what is seen is always refused by name.
    select = "SELECT ['n', 's'][1 + i % 2] AS office, (i % 3) % 2 AS granted, 1 AS entitled"
    path = a_parquet(tmp_path, f"{select} FROM range(9000) t(i)")
    content = path.read_bytes()
    refusals = set()
    for at in range(len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        try:
            count_decisions(find_source(str(path)), COLUMNS, limits=LIMITS)
        except AnswerableError as error:
            refusals.add(error.code)
    assert {Unreadable.code, NotATable.code, Truncated.code} <= refusals


def test_a_pickle_is_never_opened_whatever_its_name(tmp_path: Path) -> None:
    path = situations.a_pickle_named_parquet(tmp_path).rename(tmp_path / "decisions.csv")
    assert "pickle" in str(refused(NotATable, path))


def test_mixed_schemas_name_file_column_and_types(tmp_path: Path) -> None:
    error = refused(MixedSources, situations.a_folder_of_mixed_schemas(tmp_path))
    expected = "b.parquet does not fit the files before it: column granted is VARCHAR, where"
    assert expected in str(error)


def test_files_of_different_kinds_are_no_table(tmp_path: Path) -> None:
    a_parquet(tmp_path, MANY)
    a_csv(tmp_path)
    refused(MixedSources, tmp_path)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("north,1,1,1", "line 5: it has 4 cells, the header 3"),
        ("north", "line 5: it has 1 cells, the header 3"),
        ('"north,1,1', "line 5: a quote is opened and never closed"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, line: str, found: str) -> None:
    assert found in str(refused(MalformedRow, a_csv(tmp_path, f"{CSV}{line}\n")))


@pytest.mark.parametrize("characters", [2_000_000, 3_000_000, 60_000_000])
def test_a_line_without_end_is_refused_and_never_dropped(tmp_path: Path, characters: int) -> None:
    # The CSV reader passes over the last such line in silence; the digest pass sees it.
    path = situations.a_cell_of_many_characters(tmp_path, characters, ["south,1,1\n"])
    assert "decisions.csv, line 3" in str(refused(CellTooLong, path))


def test_a_value_longer_than_any_code_is_refused(tmp_path: Path) -> None:
    refused(ColumnNotCountable, a_csv(tmp_path, CSV + "x" * 1001 + ",1,1\n"))


def test_more_than_the_memory_allowed_is_refused(tmp_path: Path) -> None:
    # 3 million different groups of 60 characters cannot be held in 64 MB.
    select = (
        "SELECT repeat(i::VARCHAR, 9) AS office, 1 AS granted, 1 AS entitled "
        "FROM range(1000000, 4000000) t(i)"
    )
    source = find_source(str(a_parquet(tmp_path, select)))
    with pytest.raises(TooLittleMemory):
        count_decisions(source, COLUMNS, limits=Limits(memory_mb=64, threads=1))


def test_nested_values_are_no_groups(tmp_path: Path) -> None:
    path = a_parquet(tmp_path, "SELECT ['n'] AS office, 1 AS granted, 1 AS entitled")
    refused(ColumnNotCountable, path)


def test_an_identifier_is_no_attribute(tmp_path: Path) -> None:
    select = "SELECT i::VARCHAR AS office, 1 AS granted, 1 AS entitled FROM range(300000) t(i)"
    refused(TooManyGroups, a_parquet(tmp_path, select))


def test_what_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    refused(NoSuchData, tmp_path / "nothing.parquet")
    refused(NoSuchData, tmp_path / "*.parquet")
    refused(NoSuchData, tmp_path)
    refused(AddressesNotReadYet, "https://data.example/decisions.parquet")
    refused(AddressesNotReadYet, "postgresql://localhost/decisions")


def test_what_cannot_be_opened_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    refused(CannotOpen, tmp_path / "pipe.csv")
    a_csv(tmp_path)
    assert "pipe.csv" in str(refused(CannotOpen, tmp_path))
    refused(CannotOpen, "x" * 300)


def test_a_folder_of_more_than_data_is_refused(tmp_path: Path) -> None:
    a_csv(tmp_path)
    a_csv(tmp_path, CSV, "decisions.csv.bak")
    assert "decisions.csv.bak" in str(refused(UnexpectedFile, tmp_path))


def test_the_same_file_twice_in_a_folder_is_refused(tmp_path: Path) -> None:
    a_csv(tmp_path)
    a_csv(tmp_path, CSV, "copy.csv")
    refused(SameFileTwice, tmp_path)


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        a_csv(tmp_path / year, CSV + "north,1,1\n" * (year == "2024"))
    names = ["2023/decisions.csv", "2024/decisions.csv"]
    assert names == [file.name for file in find_source(str(tmp_path)).files]
    assert names == [file.name for file in find_source(str(tmp_path / "*" / "*.csv")).files]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"PK\x03\x04\x14\x00", "spreadsheet"),
        (b"PARE\x00PARE", "encrypted"),
        (b"office,granted\rnorth,1\r", "its lines do not end"),
    ],
)
def test_files_of_other_kinds_are_called_by_their_name(
    tmp_path: Path, content: bytes, found: str
) -> None:
    (tmp_path / "decisions.csv").write_bytes(content)
    assert found in str(refused(NotATable, tmp_path / "decisions.csv"))


def test_what_a_refusal_quotes_cannot_command_a_terminal(tmp_path: Path) -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07\u202e"
    error = refused(UnknownCode, a_csv(tmp_path, f"{CSV}south,{hostile},1\n"))
    assert not set("\x1b\x07\u202e") & set(str(error))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = a_csv(tmp_path)
    source = find_source(str(path))
    path.write_text(CSV + "north,1,1\n", encoding="utf-8")
    with pytest.raises(ChangedWhileRead):
        check_unchanged(source)


def test_the_reader_can_open_no_other_file(tmp_path: Path) -> None:
    other = a_csv(tmp_path, CSV, "other.csv")
    source = find_source(str(a_csv(tmp_path)))
    with (
        open_reader(source, COLUMNS, LIMITS) as reader,
        pytest.raises(duckdb.PermissionException),
    ):
        reader._connection.execute(f"FROM read_csv('{other}')")


def test_a_name_that_reads_like_a_pattern_is_a_name(tmp_path: Path) -> None:
    # As a pattern data[1].csv would stand for data1.csv, and the other would count twice.
    folder = tmp_path / "a [x]"
    folder.mkdir()
    a_csv(folder, CSV, "data1.csv")
    a_csv(folder, CSV + "west,1,1\nwest,0,1\n", "data[1].csv")
    select = "SELECT 'west' AS office, 1 AS granted, 1 AS entitled"
    assert 8 == count_decisions(find_source(str(folder)), COLUMNS, limits=LIMITS).rows
    alone = find_source(str(folder / "data[1].csv"))
    assert 5 == count_decisions(alone, COLUMNS, limits=LIMITS).rows
    parquet = find_source(str(a_parquet(folder, select, "q[1].parquet")))
    assert 1 == count_decisions(parquet, COLUMNS, limits=LIMITS).rows
    broken = a_csv(folder, CSV + "west\n", "broken[1].csv")
    assert "broken[1].csv, line 5" in str(refused(MalformedRow, broken))


def test_a_folder_s_name_takes_no_column_s_place(tmp_path: Path) -> None:
    select = "SELECT unnest(['north', 'south']) AS office, 1 AS granted, 1 AS entitled"
    path = a_parquet(tmp_path, select, "office=north/decisions.parquet")
    keys = count_decisions(find_source(str(path)), COLUMNS, limits=LIMITS).keys
    assert (("north",), ("south",)) == keys
    text = a_csv(tmp_path / "office=north")
    keys = count_decisions(find_source(str(text)), COLUMNS, limits=LIMITS).keys
    assert (("north",), ("south",)) == keys


def test_codes_that_differ_by_their_capitals_are_not_merged(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "office,granted,entitled\nnorth,yes,1\nnorth,YES,1\n")
    tally = count_decisions(find_source(str(path)), COLUMNS, limits=LIMITS, positive="yes")
    assert [1, 1] == sorted(tally.counts[tally.counts > 0].tolist())


@pytest.mark.parametrize("name", ["_more.csv", ".more.csv", "_2023/more.csv"])
def test_hidden_data_are_not_passed_over(tmp_path: Path, name: str) -> None:
    a_csv(tmp_path)
    (tmp_path / "_2023").mkdir() if "/" in name else None
    a_csv(tmp_path, CSV + "west,1,1\n", name)
    refused(UnexpectedFile, tmp_path)


def test_a_stray_quote_that_swallows_rows_is_refused(tmp_path: Path) -> None:
    text = "office,granted,entitled,note\n" + "north,1,1,x\n" * 50
    swallowed = 'north,1,1,"stray\n' + "north,0,1,x\n" * 200 + 'north,0,1,end"\n'
    error = refused(QuoteNotClosed, a_csv(tmp_path, text + swallowed))
    assert 201 == error.fields["found"]


def test_quoted_cells_of_a_few_lines_are_read(tmp_path: Path) -> None:
    text = "office,granted,entitled,note\n" + 'north,1,1,"two\nlines, ""quoted"""\n' * 1000
    path = a_csv(tmp_path, text)
    source = find_source(str(path))
    digest(source)
    assert 1000 == count_decisions(source, COLUMNS, limits=LIMITS).rows


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.csv"
    Path(os.fsdecode(path)).write_text(CSV, encoding="utf-8")
    refused(CannotOpen, os.fsdecode(path))


def test_nothing_but_the_named_file_can_be_read(tmp_path: Path) -> None:
    # A file name that is itself a query or a second path is a name, and nothing else.
    path = tmp_path / "a'), read_csv('b.csv.csv"
    path.write_text(CSV, encoding="utf-8")
    assert 3 == count_decisions(find_source(str(path)), COLUMNS, limits=LIMITS).rows


_IN_A_CHILD = r"""
    import pathlib, re, sys
    from answerable.errors import AnswerableError
    from answerable.measure.tables import Columns, Limits, count_decisions, digest, find_source
    columns = Columns(decision="granted", label="entitled", by=("office",))
    try:
        source = find_source(sys.argv[1])
        digest(source)
        count_decisions(source, columns, limits=Limits(memory_mb=128, threads=1))
    except AnswerableError as error:
        # The peak that getrusage knows would include that of the process which started this.
        peak = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path("/proc/self/status").read_text())
        print(error.code, int(peak[1]) // 1024)
"""


linux_only = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="peak memory is read from /proc, as on Linux"
)


def _code_and_peak_mb(path: Path) -> tuple[str, int]:
    script = textwrap.dedent(_IN_A_CHILD)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], check=True, capture_output=True, text=True
    )
    code, peak = done.stdout.split()
    return code, int(peak)


@linux_only
def test_a_billion_characters_in_a_cell_take_bounded_memory(tmp_path: Path) -> None:
    path = situations.a_cell_of_many_characters(tmp_path, 1_000_000_000)
    code, peak = _code_and_peak_mb(path)
    path.unlink()
    assert CellTooLong.code == code
    assert peak < 400


@linux_only
def test_a_huge_cell_in_parquet_takes_bounded_memory(tmp_path: Path) -> None:
    # 200 million characters compress to little; unpacked they exceed the 128 MB allowed.
    select = "SELECT repeat('x', 200000000) AS office, 1 AS granted, 1 AS entitled"
    code, peak = _code_and_peak_mb(a_parquet(tmp_path, select))
    assert ColumnNotCountable.code == code
    assert peak < 400
