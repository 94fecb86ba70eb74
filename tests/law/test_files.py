"""Data files are read as plain YAML 1.2, and anything unexpected is refused with its place."""

from importlib.resources import files as package_files

import pytest

from answerable.law import files
from answerable.law.rules import jurisdictions


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: !!python/object/apply:os.getcwd []\n",
        "a: [1\n",
        "- a\n- b\n",
        "",
        "1: a\n",
        "a: 2024-02-30\n",
    ],
)
def test_a_file_that_is_not_one_plain_mapping_is_refused_by_name(text: str) -> None:
    with pytest.raises(files.DataMalformed, match=r"eu/test\.yaml, whole file") as refused:
        files.parse(text, file="eu/test.yaml")
    assert refused.value.code == "law.data_malformed"


def test_yaml_1_2_keeps_no_a_word_and_010_a_ten() -> None:
    fields = files.parse("a: no\nb: 010\n", file="test.yaml")
    assert fields.text("a") == "no"
    assert fields.year_or_none("b") == 10


def test_an_unknown_key_and_a_missing_key_are_refused_with_what_was_expected() -> None:
    fields = files.parse("title: x\nhref: y\n", file="test.yaml")
    assert fields.known("title", optional=("href",)) is fields
    with pytest.raises(files.DataMalformed, match="href: expected one of title, found 'y'"):
        fields.known("title")
    with pytest.raises(files.DataMalformed, match="mark: expected a value, found nothing"):
        fields.known("title", "mark", optional=("href",))


def test_a_refusal_inside_a_list_names_the_place() -> None:
    rows = files.parse("rows:\n  - {id: a}\n  - {id: 7}\n", file="test.yaml").children("rows")
    assert rows[0].text("id") == "a"
    with pytest.raises(files.DataMalformed, match="rows 2, id: expected a text, found 7"):
        rows[1].text("id")


@pytest.mark.parametrize("listed", ["a", "[a, 7]", "[a, ' ']", "{a: b}"])
def test_a_list_of_texts_holds_only_texts(listed: str) -> None:
    with pytest.raises(files.DataMalformed, match="expected a list of texts"):
        files.parse(f"names: {listed}\n", file="test.yaml").texts("names")


def test_no_data_folder_stands_unread() -> None:
    data = package_files("answerable.law").joinpath("data")
    folders = {entry.name for entry in data.iterdir() if entry.is_dir()}
    assert folders == {*jurisdictions(), "rows", "profiles"}
    assert set(files.names()) == {
        *("calendars", "crosswalk", "instruments", "jurisdictions", "notices"),
        *("presumption", "readings", "red_lines", "rights"),
    }
