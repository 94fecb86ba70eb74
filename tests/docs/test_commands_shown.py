"""A command that a page tells people to type is one that they can type."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from answerable.cli.main import app
from tests.docs.pages import ROOT, pages, place, undocumented

_BLOCK = re.compile(r"^```(?:sh|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^(?:\.venv/bin/)?answerable (\w.*)$", re.MULTILINE)


@pytest.mark.parametrize("page", pages(), ids=place)
def test_the_commands_on_a_page_exist_with_their_options(page: Path) -> None:
    assert list(_unknown(page.read_text(encoding="utf-8"))) == []


def test_a_command_and_an_option_that_do_not_exist_are_found() -> None:
    page = "```sh\n.venv/bin/answerable {}\n```\n"
    assert list(_unknown(page.format("audit x.csv --decision d \\\n    --by g"))) == []
    assert list(_unknown(page.format("audit x.csv --decision d \\\n    --groups g"))) == [
        "audit --groups"
    ]
    assert list(_unknown(page.format("bless x.csv"))) == ["bless"]


def _unknown(text: str) -> Iterator[str]:
    commands = getattr(typer.main.get_command(app), "commands", {})
    for block in _BLOCK.findall(text):
        for line in _COMMAND.findall(block.replace("\\\n", " ")):
            name, *words = shlex.split(line)
            if name not in commands:
                yield name
                continue
            known = {option for one in commands[name].params for option in one.opts}
            yield from (f"{name} {w}" for w in words if w.startswith("--") and w not in known)


def test_the_targets_of_make_on_the_pages_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):.*##", makefile, re.MULTILINE)
    named = {
        name
        for page in pages()
        for name in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert {"demo", "test"} <= named
    assert undocumented(sorted(named), " ".join(targets)) == []
