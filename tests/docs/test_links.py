"""Every link inside the repository leads somewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, kept_files, pages, place, prose


@pytest.mark.parametrize("page", pages(), ids=place)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert list(_dead(page, page.read_text(encoding="utf-8"))) == []


def test_a_dead_link_is_found() -> None:
    page = ROOT / "README.md"
    text = "[here](docs/glossary.md) [gone](docs/invented.md) ![gone](docs/images/invented.svg)"
    assert list(_dead(page, text)) == ["docs/invented.md", "docs/images/invented.svg"]


def test_a_link_to_a_heading_that_is_not_there_is_found() -> None:
    page = ROOT / "README.md"
    text = "[a](docs/glossary.md#statistics) [b](docs/glossary.md#invented) [c](#invented)"
    assert list(_dead(page, text)) == ["docs/glossary.md#invented", "#invented"]


def _dead(page: Path, text: str) -> Iterator[str]:
    read = prose(text)
    for target in read.targets:
        name, _, anchor = target.partition("#")
        if "://" in name or name.startswith("mailto:"):
            continue
        path = (page.parent / name).resolve() if name else page
        if not _is_kept(path):
            yield target
        elif anchor:
            there = read if not name else prose(path.read_text(encoding="utf-8"))
            if anchor not in there.anchors:
                yield target


def _is_kept(path: Path) -> bool:
    return any(path == file or path in file.parents for file in kept_files())
