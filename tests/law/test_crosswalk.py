"""Every row answers to other instruments, and says how surely that was read."""

import pytest

from answerable.law import files, rows
from answerable.law.citations import Mark
from answerable.law.crosswalk import Column, crosswalk, crosswalk_from, references
from answerable.law.rows import UnknownRow


def test_every_row_stands_in_the_crosswalk_exactly_once() -> None:
    found = [row_id for line in crosswalk().lines for row_id in line.rows]
    assert sorted(found) == sorted(row.id for row in rows.rows())


def test_there_are_twelve_columns_and_each_is_explained() -> None:
    assert len(Column) == 12
    assert set(crosswalk().legend) == set(Column)


def test_a_line_for_several_rows_is_expanded_to_each() -> None:
    line = next(line for line in crosswalk().lines if "P2.2a" in line.rows)
    assert line.rows == ("P2.2a", "P2.2b", "P2.2c", "P2.2d", "P2.2g")
    for row_id in line.rows:
        assert references(row_id) == line.references


def test_a_reference_reads_as_the_source_has_it() -> None:
    found = references("P2.3f")
    assert [item.text for item in found[Column.EU_AI_ACT]] == ["10(2)(d)\u2013(h)", "10(4)"]
    assert [item.text for item in references("P2.1c")[Column.NIST]] == [
        *("MP1.3\u20131.4", "MP3.1", "MG2.1"),
    ]
    assert [item.text for item in references("S1")[Column.COE_HUDERIA]] == ["3", "9", "HUD:COB"]


def test_no_counterpart_is_empty_and_not_a_dash() -> None:
    assert references("S4")[Column.NL_IAMA] == ()
    assert references("P7.5a")[Column.GDPR] == ()
    texts = {
        item.text
        for line in crosswalk().lines
        for cell in line.references.values()
        for item in cell
    }
    assert not texts & {"", "-", "\u2013"}


@pytest.mark.parametrize(
    ("row_id", "column", "text", "mark"),
    [
        ("P3a", Column.EU_AI_ACT, "26(5)", Mark.V2),
        ("P3a", Column.EU_AI_ACT, "72", Mark.U),
        ("P2.0a", Column.EU_AI_ACT, "27(1)\u2013(2)", Mark.V2),
        ("P3e", Column.EU_AI_ACT, "73", Mark.V2),
        # The recital was not read, though article 27 was.
        ("P2.2f", Column.EU_AI_ACT, "27 rec. 96", Mark.U),
        # Articles 7 and 9 of the range were not read, though 8 was.
        ("S5", Column.COE_HUDERIA, "7\u201311", Mark.U),
        ("P4d", Column.COE_HUDERIA, "8", Mark.V2),
        ("P3h", Column.COE_HUDERIA, "16(1)", Mark.V2),
        ("P4a", Column.OMB, "25 H", Mark.V1),
        ("P4a", Column.OMB, "24 G", Mark.U),
        ("P4a", Column.CANADA, "C:Training", Mark.V1),
        ("P6h", Column.GDPR, "15(1)(h)", Mark.U),
    ],
)
def test_a_reference_is_marked_as_it_was_read(
    row_id: str, column: Column, text: str, mark: Mark
) -> None:
    assert (text, mark) in [(item.text, item.mark) for item in references(row_id)[column]]


def test_whole_columns_that_nobody_read_are_unverified() -> None:
    read = {Column.EU_AI_ACT, Column.COE_HUDERIA, Column.OMB, Column.CANADA}
    marks = {
        column: {item.mark for line in crosswalk().lines for item in line.references[column]}
        for column in Column
    }
    assert {column for column in Column if marks[column] != {Mark.U}} == read


def test_everything_said_to_be_read_stands_in_the_crosswalk() -> None:
    for entry in files.read("crosswalk").children("read"):
        column = entry.choice("column", Column)
        found = [item for line in crosswalk().lines for item in line.references[column]]
        for read in entry.texts("references"):
            assert any(item.text.startswith(read) and item.mark is not Mark.U for item in found), (
                read
            )


def test_an_unknown_row_has_no_references() -> None:
    with pytest.raises(UnknownRow):
        references("P9z")


def test_a_line_that_names_an_unknown_row_or_forgets_a_column_is_refused() -> None:
    columns = "\n".join(f"    {column}: null" for column in Column)
    legend = "\n".join(f"  {column}: a source" for column in Column)
    text = f"columns:\n{legend}\nread: []\nlines:\n  - rows: [S1]\n{columns}\n"
    assert crosswalk_from(files.parse(text, file="c.yaml")).lines[0].rows == ("S1",)
    with pytest.raises(UnknownRow):
        crosswalk_from(files.parse(text.replace("[S1]", "[S9]"), file="c.yaml"))
    with pytest.raises(files.DataMalformed, match="lines 1, gdpr: expected a value"):
        crosswalk_from(files.parse(text.replace("    gdpr: null\n", ""), file="c.yaml"))
