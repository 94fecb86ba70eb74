"""Read a report as a person or a program would: its words, its elements, its tables."""

from html.parser import HTMLParser

_EMPTY = frozenset({"meta", "link", "br", "hr", "img", "input", "use", "rect", "circle", "path"})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.words.append(data)
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def _spaced(text: str) -> str:
    # A no-break space is typography; the tests are about words and numbers.
    return " ".join(text.replace("\u00a0", " ").split())


def words_of(html: str) -> str:
    """All the text of a page, with single spaces."""
    return _spaced(" ".join(_read(html).words))


def elements_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every element with its attributes."""
    return _read(html).tags


def rows_of(html: str) -> list[list[str]]:
    """Every row of every table, as text."""
    return [[_spaced(cell) for cell in row] for row in _read(html).rows]


def plain(text: str) -> str:
    """A sentence of a view as `words_of` gives it."""
    return _spaced(text)
