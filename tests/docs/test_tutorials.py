"""What a tutorial promises comes true, done to a copy of the tree as the page says it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from tests.docs.pages import ROOT

TUTORIALS = ROOT / "docs" / "tutorials"
NAMES = ("measure", "entry", "law")
WRONG = "In the wrong room"
BIN = Path(sys.executable).parent
COPIED = ("src", "tests", "docs", "pyproject.toml", "changelog.d")

# The tests of the tree that guide whoever adds one of these, besides those a tutorial brings.
GUIDES = tuple(
    f"tests/{module}.py::{test}"
    for module, tests in {
        "measure/test_rates": (
            "test_the_catalogue_holds_every_name_and_without_labels_only_the_selection_rate",
            "test_the_extremes_are_those_of_every_way_to_fill_in_what_is_missing",
        ),
        "docs/test_documented": (
            "test_each_reason_is_documented",
            "test_each_measure_and_method_has_a_page",
            "test_each_measure_is_in_the_glossary",
        ),
        "law/test_rules": (
            "test_foreign_rules_say_what_was_read_with_its_mark",
            "test_an_unknown_rule_is_refused_with_those_there_are",
            "test_every_rule_file_says_what_it_is_and_where_it_is_from",
        ),
        "law/test_profiles": ("test_a_profile_that_holds_unverified_values_names_them",),
    }.items()
    for test in tests
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A block of a page: its language, its text, the file named above it, and its heading."""

    language: str
    text: str
    file: str
    heading: str


class OutOfDate(Exception):
    """The lines that a tutorial changes are not, or not once, in their file."""


def blocks(name: str) -> list[Block]:
    """Read the blocks of a tutorial, in their order."""
    tokens = MarkdownIt("commonmark").parse((TUTORIALS / f"{name}.md").read_text("utf-8"))
    found, file, heading = [], "", ""
    for before, token in pairwise(tokens):
        if token.type == "inline":
            if before.type == "heading_open":
                heading = token.content
            named = [one.content for one in token.children or () if one.type == "code_inline"]
            file = next((one for one in reversed(named) if "/" in one and " " not in one), "")
        elif token.type == "fence":
            found.append(Block(language=token.info, text=token.content, file=file, heading=heading))
    return found


def write(block: Block, tree: Path) -> None:
    """Do to a tree what a block says: a file that is new, or lines that change."""
    path = tree / block.file
    if block.language == "diff":
        path.write_text(changed(path.read_text("utf-8"), block.text), encoding="utf-8")
    else:
        path.write_text(block.text, encoding="utf-8")


def changed(text: str, diff: str) -> str:
    """Change the one place that a diff means."""
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] or "\n" for line in lines if not line.startswith("+"))
    new = "".join(line[1:] or "\n" for line in lines if not line.startswith("-"))
    if text.count(old) != 1:
        raise OutOfDate(old)
    return text.replace(old, new)


def asked(name: str) -> list[Block]:
    """Give the blocks that a reader writes down."""
    kept = (one for one in blocks(name) if one.heading != WRONG)
    return [one for one in kept if one.language in {"python", "diff", "yaml", "markdown"}]


def wrong(name: str) -> Iterator[tuple[list[Block], str]]:
    """Give what a reader is told not to write, each with the message that answers it."""
    lines: list[Block] = []
    for block in blocks(name):
        if block.heading != WRONG:
            continue
        if block.language == "text":
            yield lines, block.text
            lines = []
        else:
            lines.append(block)


def run(tree: Path, *command: str | Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the environment on a copy."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    for name in ("ANSWERABLE_TEST_DATABASE", "ANSWERABLE_DATABASE", "ANSWERABLE_HOME"):
        kept.pop(name, None)
    here = {"PYTHONPATH": f"{tree / 'src'}{os.pathsep}{tree}", "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        command,
        cwd=tree,
        env={**kept, **here, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def contracts(tree: Path) -> str:
    """Give what import-linter says about a tree; nothing where every contract is kept."""
    ran = run(tree, BIN / "lint-imports", "--no-cache")
    return "" if ran.returncode == 0 else ran.stdout.partition("Broken contracts")[2]


# -- the reader ----------------------------------------------------------------------


def test_a_change_is_made_in_its_one_place() -> None:
    assert changed("a\nb\nc\n", " a\n+x\n b\n") == "a\nx\nb\nc\n"
    assert changed("a\nb\nc\n", "-b\n+x\n") == "a\nx\nc\n"


@pytest.mark.parametrize("text", ["c\n", "a\na\n"])
def test_a_change_that_fits_nowhere_or_twice_is_found(text: str) -> None:
    with pytest.raises(OutOfDate):
        changed(text, "-a\n+b\n")


# -- what a tutorial adds --------------------------------------------------------------


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree in which somebody has followed every tutorial."""
    copy = tmp_path_factory.mktemp("tutorials")
    for name in COPIED:
        source, target = ROOT / name, copy / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("built"))
        else:
            shutil.copy(source, target)
    for name in NAMES:
        for block in asked(name):
            write(block, copy)
    return copy


@pytest.fixture(scope="module")
def ran(tree: Path) -> dict[str, list[bool]]:
    """Which tests of the copy passed, by the file they are in; in one run, for it is quicker."""
    added = [block.file for name in NAMES for block in asked(name) if block.language == "python"]
    tests = [file for file in added if "/test_" in file]
    measure = next(file for file in added if "/measure/" in file)
    report = tree / "report.xml"
    done = run(
        tree,
        # Tables without their guards are made in a moment, and will do for this.
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--nomigrations"),
        *(f"--junitxml={report}", measure, *tests, *GUIDES),
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found: dict[str, list[bool]] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it
        passed = not any(one.tag in {"failure", "error", "skipped"} for one in case)
        found.setdefault(case.get("classname", ""), []).append(passed)
    assert done.returncode == 0, done.stdout[-4000:]
    return found


def passed(ran: dict[str, list[bool]], module: str) -> int:
    """Count the tests of a module, all of which passed."""
    assert module in ran, sorted(ran)
    assert all(ran[module])
    return len(ran[module])


def test_the_measure_keeps_its_example_and_its_source(ran: dict[str, list[bool]]) -> None:
    assert passed(ran, "src.answerable.measure.false_omission_rate") == 1
    assert passed(ran, "tests.published.test_predictive_values") == 2


def test_the_catalogue_takes_the_measure_and_every_page_names_it(
    ran: dict[str, list[bool]], tree: Path
) -> None:
    assert "false_omission_rate" in (tree / "src/answerable/measure/catalogue.py").read_text()
    assert passed(ran, "tests.measure.test_rates") > 0
    assert passed(ran, "tests.docs.test_documented") > 0


def test_the_table_of_claims_follows_the_catalogue_with_the_command_of_the_page(
    tree: Path,
) -> None:
    shown = next(one for one in blocks("measure") if "makemigrations" in one.text).text
    setting, _, *words = shlex.split(shown.replace("\\\n", " "))
    name, _, value = setting.partition("=")
    made = run(tree, BIN / "django-admin", *words, **{name: value, "ANSWERABLE_HOME": str(tree)})
    assert made.returncode == 0, made.stderr
    changes = (tree / "src/answerable/practices/procurement/migrations").glob("*false_omissions.py")
    assert ["false_omission_rate" in one.read_text("utf-8") for one in changes] == [True]


def test_the_entry_is_appended_with_its_sentence_and_flow_answers_it(
    ran: dict[str, list[bool]],
) -> None:
    assert passed(ran, "tests.practices.competence.test_doubts") == 3


def test_the_rule_of_law_is_what_the_tests_say_by_hand(ran: dict[str, list[bool]]) -> None:
    assert passed(ran, "tests.law.test_rules") > 0
    assert passed(ran, "tests.law.test_profiles") > 0


def test_what_is_asked_at_the_prompt_is_answered_so(tree: Path) -> None:
    shown = "".join(one.text for one in blocks("law") if one.language == "pycon")
    assert shown.count(">>>") > 5
    session = tree / "session.txt"
    session.write_text(shown, encoding="utf-8")
    read = run(tree, sys.executable, "-m", "doctest", session)
    assert read.returncode == 0, read.stdout


def test_what_is_added_keeps_every_contract_and_the_style(tree: Path) -> None:
    assert contracts(tree) == ""
    files = [block.file for name in NAMES for block in asked(name) if block.file.endswith(".py")]
    style = run(tree, BIN / "ruff", "check", "--no-cache", *sorted(set(files)))
    assert style.returncode == 0, style.stdout
    form = run(tree, BIN / "ruff", "format", "--no-cache", "--check", "--diff", *sorted(set(files)))
    assert form.returncode == 0, form.stdout


# -- and the wrong rooms -----------------------------------------------------------------

REFUSED = [
    pytest.param(lines, message, id=f"{name}: {lines[0].file.rpartition('/')[2]}")
    for name in NAMES
    for lines, message in wrong(name)
]


def test_every_tutorial_shows_a_wrong_room() -> None:
    assert [name for name in NAMES if not list(wrong(name))] == []


@pytest.mark.parametrize(("lines", "message"), REFUSED)
def test_a_line_in_the_wrong_room_is_refused_with_the_message_that_the_page_shows(
    tree: Path, tmp_path: Path, lines: Sequence[Block], message: str
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copytree(tree / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(tree / "pyproject.toml", copy)
    for block in lines:
        write(block, copy)
    said = _reading(copy) if lines[0].file.endswith(".yaml") else contracts(copy)
    assert _squeezed(message) in _squeezed(said)


def _reading(tree: Path) -> str:
    """What is said when the rules of the Netherlands are read."""
    asked = "from answerable.law import rules\n[rules.rule(n, jurisdiction='nl') for n in {}]"
    return run(tree, sys.executable, "-c", asked.format("rules.rule_names('nl')")).stderr


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
