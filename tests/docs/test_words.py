"""What the pages never say, and what no file ever names."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, kept_files, pages, place, prose

# -- promises ------------------------------------------------------------------------

FORBIDDEN = (
    r"simply|obviously|just",
    r"unbiased|bias-free|debias\w*|compliant|trustworthy|ethical|guarantee\w*",
    r"tamper-?proof|unhackable|foolproof|infallible",
    r"state-of-the-art|cutting-edge|world-class|best-in-class|seamless\w*|revolutionary",
    r"(?:is|are|be|becomes?|stays?|makes? it) (?:fair|safe|neutral|objective)",
)
_FORBIDDEN = re.compile(rf"\b(?:{'|'.join(FORBIDDEN)})\b", re.IGNORECASE)
_QUOTED = re.compile('"[^"]*"|\N{LEFT DOUBLE QUOTATION MARK}[^\N{RIGHT DOUBLE QUOTATION MARK}]*')

QUOTES_THE_REQUIREMENTS = ROOT / "docs" / "rows.md"


@pytest.mark.parametrize(
    "page", [page for page in pages() if page != QUOTES_THE_REQUIREMENTS], ids=place
)
def test_a_page_promises_nothing_it_cannot_show(page: Path) -> None:
    assert list(_promises(page.read_text(encoding="utf-8"))) == []


def test_a_promise_is_found() -> None:
    assert list(_promises("You just run it.")) == ["just"]
    assert list(_promises("The result is *unbiased*.")) == ["unbiased"]
    assert list(_promises("With it your system is\nfair.")) == ["is fair"]


def test_a_word_that_is_quoted_or_code_is_no_promise() -> None:
    assert list(_promises('Write "not met", never "unbiased" or `compliant`.')) == []
    assert list(_promises("A justified appeal; a fair question; safety.")) == []


def _promises(text: str) -> Iterator[str]:
    sentences = _QUOTED.sub(" ", " ".join(prose(text).sentences.split()))
    yield from _FORBIDDEN.findall(sentences)


# -- hosts and machines --------------------------------------------------------------

# Written in two parts, so that this file does not name them either.
HOSTS = tuple(
    name + end
    for name, end in (
        ("pypi", ".org"),
        ("pythonhosted", ".org"),
        ("npmjs", ".org"),
        ("npmjs", ".com"),
        ("anaconda", ".org"),
        ("crates", ".io"),
        ("proxy.golang", ".org"),
    )
)
_NAMED = re.compile(
    "|".join(re.escape(host) for host in HOSTS)
    + r"|(?<![\w.])/(?:home|root|work|Users)/"
    + r"|\b[A-Z]:\\Users"
)
LICENCES = frozenset({ROOT / "LICENSE"})


def test_no_file_names_a_package_host_or_a_place_on_somebodys_machine() -> None:
    found = {
        place(path): names
        for path in kept_files()
        if path not in LICENCES and (names := _NAMED.findall(_text(path)))
    }
    assert found == {}


def test_a_host_and_a_place_are_found() -> None:
    host, place = HOSTS[0], "/" + "home/ada/x"
    assert _NAMED.findall(f"https://{host}/simple and {place}") == [host, "/" + "home/"]
    assert _NAMED.findall("src/home/x, artwork/ and at home/work") == []


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
