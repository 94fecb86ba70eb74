"""Uses that no safeguard makes right: our own list, each with the law it rests on."""

from dataclasses import dataclass
from functools import cache

from answerable.law import files
from answerable.law.citations import Citation, Mark, citation
from answerable.law.rights import Right, right


@dataclass(frozen=True, kw_only=True, slots=True)
class RedLine:
    """A question that is answered *no*, with a reason, or the use is refused (P1d)."""

    id: str
    question: str
    rights: tuple[Right, ...]
    citation: Citation
    mark: Mark

    @property
    def name(self) -> str:
        """What it is called in a sentence: arbitrary surveillance."""
        return self.id.replace("_", " ")


@cache
def red_lines() -> tuple[RedLine, ...]:
    """Give every red line, in the order of the list.

    Examples
    --------
    >>> [line.id for line in red_lines()][:2]
    ['arbitrary_surveillance', 'repression']
    """
    fields = files.read("red_lines").known("mark", "red_lines")
    mark = fields.choice("mark", Mark)
    listed = tuple(_red_line(entry, mark=mark) for entry in fields.children("red_lines"))
    if len({line.id for line in listed}) != len(listed):
        raise fields.refuse(key="red_lines", expected="each id once")
    return listed


def _red_line(fields: files.Fields, *, mark: Mark) -> RedLine:
    fields.known("id", "question", "rights", "citation")
    return RedLine(
        id=fields.text("id"),
        question=fields.text("question"),
        rights=tuple(right(code) for code in fields.texts("rights")),
        citation=citation(fields.child("citation")),
        mark=mark,
    )
