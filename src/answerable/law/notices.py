"""What a notice of an adverse decision must hold, by profile."""

from dataclasses import dataclass
from functools import cache

from answerable.law import files, rows
from answerable.law.citations import Citation, Mark, citation
from answerable.law.profiles import Profile

_EVERYWHERE = "statement"


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """One thing a notice must say, and the row that asks for it."""

    name: str
    says: str
    row: str
    citation: Citation
    mark: Mark


def notice_elements(profile: Profile) -> tuple[Element, ...]:
    """Give what a notice must hold under a profile: the statement's list and its own.

    Examples
    --------
    >>> from answerable.law.profiles import profile
    >>> [element.name for element in notice_elements(profile("statement"))][:3]
    ['agency', 'person', 'reference']
    """
    wanted = dict.fromkeys((_EVERYWHERE, *profile.jurisdictions))
    return tuple(element for name in wanted for element in _listed().get(name, ()))


@cache
def _listed() -> dict[str, tuple[Element, ...]]:
    fields = files.read("notices")
    mark, source = fields.choice("mark", Mark), citation(fields.child("citation"))
    return {
        name: tuple(_element(each, source, mark) for each in fields.children(name))
        for name in fields.content
        if name not in {"mark", "citation"}
    }


def _element(fields: files.Fields, source: Citation, mark: Mark) -> Element:
    fields.known("name", "says", "row")
    return Element(
        name=fields.text("name"),
        says=fields.text("says"),
        row=rows.row(fields.text("row")).id,
        citation=source,
        mark=mark,
    )
