"""The fields in which a use is presumed high-risk, as the joint statement names them (S2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from answerable.law import files
from answerable.law.citations import Citation, Mark, citation
from answerable.law.rights import domain


@dataclass(frozen=True, kw_only=True, slots=True)
class Presumption:
    """The field of each presumed domain, and the field of whatever watches people."""

    fields: Mapping[str, str]
    watching: str
    citation: Citation
    mark: Mark


@cache
def presumption() -> Presumption:
    """Give the presumption.

    Examples
    --------
    >>> presumption().fields["JUS"], "CHAT" in presumption().fields
    ('justice', False)
    """
    read = files.read("presumption").known("citation", "mark", "fields", "watching")
    return Presumption(
        fields=MappingProxyType(_by_domain(read)),
        watching=read.text("watching"),
        citation=citation(read.child("citation")),
        mark=read.choice("mark", Mark),
    )


def _by_domain(read: files.Fields) -> dict[str, str]:
    named = read.child("fields")
    listed = [(domain(code).code, field) for field in named.content for code in named.texts(field)]
    found = dict(listed)
    if len(found) != len(listed):
        raise read.refuse(key="fields", expected="each domain once")
    return found
