"""A command that a page tells people to type is one that they can type."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from answerable.cli.main import options_by_command
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
    commands = options_by_command()
    for block in _BLOCK.findall(text):
        for line in _COMMAND.findall(block.replace("\\\n", " ")):
            words = shlex.split(line)
            name = next((one for one in (words[0], " ".join(words[:2])) if one in commands), None)
            if name is None:
                yield words[0]
                continue
            named = {word.partition("=")[0] for word in words if word.startswith("--")}
            yield from (f"{name} {word}" for word in sorted(named - set(commands[name])))


def test_the_targets_of_make_on_the_pages_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE)
    named = {
        name
        for page in pages()
        for name in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert {"demo", "test"} <= named
    assert undocumented(sorted(named), " ".join(targets)) == []
