"""Whatever a person can meet has a place in the documentation."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.cli.main import options_by_command
from answerable.cli.status import Status
from answerable.measure.catalogue import MEASURE_NAMES
from answerable.project.settings import NAMES
from tests.docs.pages import ROOT, section, undocumented

REFERENCE = ROOT / "docs" / "reference"
METHODS = ROOT / "docs" / "methods"
SOURCES = sorted((ROOT / "src" / "answerable").rglob("*.py"))


def _read(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


# -- the checker ---------------------------------------------------------------------


def test_a_name_that_nobody_documented_is_found() -> None:
    text = "Use `--by COL` or `ANSWERABLE_HOME`."
    assert undocumented(["--by", "ANSWERABLE_HOME"], text) == []
    assert undocumented(["--invented"], text) == ["--invented"]


def test_a_part_of_another_name_is_no_documentation() -> None:
    assert undocumented(["--by"], "--by-and-by") == ["--by"]
    assert undocumented(["ANSWERABLE_HOME"], "ANSWERABLE_HOMELY") == ["ANSWERABLE_HOME"]
    assert undocumented(["rate"], "false_positive_rate") == ["rate"]


# -- commands ------------------------------------------------------------------------


def test_there_are_commands_to_look_for() -> None:
    assert {"audit", "reproduce", "verify", "demo"} <= set(options_by_command())
    assert "--evidence" in options_by_command()["audit"]


@pytest.mark.parametrize("command", options_by_command())
def test_a_command_and_each_of_its_options_is_documented(command: str) -> None:
    described = section(_read("commands.md"), f"answerable {command}")
    assert described
    assert undocumented(options_by_command()[command], described) == []


def test_each_exit_status_is_documented_on_the_page_and_in_the_readme() -> None:
    numbers = [str(status.value) for status in Status]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert undocumented(numbers, section(_read("commands.md"), "Exit status")) == []
    assert undocumented(numbers, section(readme, "Exit status")) == []


# -- settings ------------------------------------------------------------------------


def _settings_read() -> set[str]:
    return {
        name
        for path in SOURCES
        for name in re.findall(r"\bANSWERABLE_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
    }


def test_the_settings_that_are_read_are_those_that_are_listed() -> None:
    assert set(NAMES) == _settings_read()


def test_each_setting_is_documented() -> None:
    assert undocumented(sorted(_settings_read()), _read("settings.md")) == []


# -- errors --------------------------------------------------------------------------


def _assigned(name: str, source: str) -> Iterator[str]:
    """The text that the classes of a module assign to a name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                match line:
                    case ast.Assign(
                        targets=[ast.Name(id=found)], value=ast.Constant(value=str(text))
                    ) if found == name:
                        yield text


def _error_codes() -> list[str]:
    return [code for path in SOURCES for code in _assigned("code", path.read_text("utf-8"))]


def test_an_error_code_is_found_in_code() -> None:
    source = 'class Invented(AnswerableError):\n    code = "cli.invented"\n    message = "No."\n'
    assert list(_assigned("code", source)) == ["cli.invented"]


def test_each_error_code_is_documented_and_stands_for_one_error() -> None:
    codes = _error_codes()
    assert len(codes) > 50
    assert sorted(set(codes)) == sorted(codes)
    assert undocumented(codes, _read("errors.md")) == []


# -- reasons -------------------------------------------------------------------------


def _reasons(source: str) -> Iterator[str]:
    """The codes with which a module says that it cannot say."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="CannotSay" | "Rate"), keywords=keywords):
                for keyword in keywords:
                    match keyword:
                        case ast.keyword(arg="reason" | "nobody", value=ast.Constant(value=str(c))):
                            yield c


def test_a_reason_is_found_in_code() -> None:
    assert list(_reasons('CannotSay(reason="invented", needs="x")')) == ["invented"]


def test_each_reason_is_documented() -> None:
    reasons = {reason for path in SOURCES for reason in _reasons(path.read_text("utf-8"))}
    assert {"no_norm", "nobody_cleared", "too_few_records"} <= reasons
    assert undocumented(sorted(reasons), _read("json.md")) == []


# -- measures and methods ------------------------------------------------------------


def _methods() -> list[str]:
    """Modules of `measure` that give or bound a number by a published formula."""
    notes = re.compile(r"^ +Notes\n +-----", re.MULTILINE)
    modules = sorted((ROOT / "src" / "answerable" / "measure").glob("*.py"))
    return [path.stem for path in modules if notes.search(path.read_text(encoding="utf-8"))]


def _without_a_page(names: list[str], folder: Path) -> list[str]:
    """Names that have no page of their own and are on no other page, as code."""
    pages = sorted(folder.glob("*.md"))
    own = {page.stem.replace("-", "_") for page in pages}
    mentioned = {
        name
        for page in pages
        for name in re.findall(r"`(?:[\w.]+\.)?(\w+)(?:\.py)?`", page.read_text(encoding="utf-8"))
    }
    return [name for name in names if name not in own | mentioned]


def test_a_measure_without_a_page_is_found(tmp_path: Path) -> None:
    (tmp_path / "rate-gap.md").write_text("Uses `measure.wilson`.")
    assert _without_a_page(["rate_gap", "wilson", "invented"], tmp_path) == ["invented"]


def test_each_measure_and_method_has_a_page() -> None:
    assert {"wilson", "koopman", "exact_p_value"} <= set(_methods())
    assert _without_a_page([*MEASURE_NAMES, *_methods()], METHODS) == []


def test_each_measure_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    written = glossary.replace("-", " ")
    assert undocumented([name.replace("_", " ") for name in MEASURE_NAMES], written) == []


# -- rooms ---------------------------------------------------------------------------


def test_the_rooms_said_to_stand_are_those_that_stand() -> None:
    page = (ROOT / "docs" / "where-things-go.md").read_text(encoding="utf-8")
    said = page.partition("Rooms that stand today:")[2].partition(".\n")[0]
    folders = {path.parent.name for path in (ROOT / "src" / "answerable").glob("*/__init__.py")}
    assert set(re.findall(r"`(\w+)`", said)) == {*folders, "errors"}
