"""The pages of the repository, and what is in them."""

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]

_MARKDOWN = MarkdownIt("commonmark").enable("table")


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that git keeps or would keep; skips the test outside a checkout."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("needs git and a checkout", allow_module_level=True)
    paths = (ROOT / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


def pages() -> tuple[Path, ...]:
    """Every page in Markdown."""
    return tuple(path for path in kept_files() if path.suffix == ".md")


def place(path: Path) -> str:
    """Name a file as a person would."""
    return path.relative_to(ROOT).as_posix()


def undocumented(names: Iterable[str], text: str) -> list[str]:
    """Give the names that a text does not hold, as whole words."""
    return [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]


def section(text: str, heading: str) -> str:
    """The part of a page under a heading of the second level."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


# -- inside a page -------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Prose:
    """What a page says in sentences, and where it points; code is neither."""

    sentences: str
    targets: tuple[str, ...]
    anchors: frozenset[str]


def prose(text: str) -> Prose:
    """Read a page of Markdown."""
    tokens = _MARKDOWN.parse(text)
    headings = [
        inline.content for opened, inline in pairwise(tokens) if opened.type == "heading_open"
    ]
    return Prose(
        sentences="\n".join(_words(tokens)),
        targets=tuple(_targets(tokens)),
        anchors=frozenset(map(anchor, headings)),
    )


def anchor(heading: str) -> str:
    """The name by which a link reaches a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _words(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            children = token.children or ()
            yield "".join(
                " " if child.type.endswith("break") else child.content
                for child in children
                if child.type not in {"code_inline", "html_inline"}
            )


def _targets(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        for name in ("href", "src"):
            found = token.attrs.get(name)
            if isinstance(found, str):
                yield found
        yield from _targets(token.children or ())
