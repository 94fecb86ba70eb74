"""The rights catalogue: each right, its articles, where AI touches it, and presets by domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from answerable.errors import AnswerableError
from answerable.law import files
from answerable.law.citations import Mark
from answerable.law.instruments import instrument


class UnknownRight(AnswerableError):
    """No right has this code."""

    code = "law.unknown_right"
    message = "There is no right {right}."
    hint = "There are {known}."


class UnknownDomain(AnswerableError):
    """No domain of use has this code."""

    code = "law.unknown_domain"
    message = "There is no domain {domain}."
    hint = "There are {known}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """A right, the articles that protect it, and where a government's AI touches it.

    ``articles`` maps the id of an instrument to its articles; no article means the
    whole instrument. ``domains`` are those where it is typically touched.
    """

    code: str
    right: str
    articles: Mapping[str, tuple[str, ...]]
    domains: tuple[str, ...]
    touch_points: str
    mark: Mark


@dataclass(frozen=True, kw_only=True, slots=True)
class Domain:
    """A field of government, and the rights that an assessment there is offered first."""

    code: str
    name: str
    first: tuple[Right, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Catalogue:
    rights: Mapping[str, Right]
    domains: Mapping[str, Domain]


def rights() -> tuple[Right, ...]:
    """Give every right, in the order of the catalogue."""
    return tuple(_catalogue().rights.values())


def right(code: str) -> Right:
    """Give the right with this code."""
    return _right_in(_catalogue().rights, code)


def domains() -> tuple[Domain, ...]:
    """Give every domain."""
    return tuple(_catalogue().domains.values())


def domain(code: str) -> Domain:
    """Give the domain with this code.

    Examples
    --------
    >>> [right.code for right in domain("TAX").first]
    ['R02', 'R06', 'R07', 'R08', 'R21']
    """
    found = _catalogue().domains.get(code)
    if found is None:
        raise UnknownDomain(domain=code, known=", ".join(_catalogue().domains))
    return found


@cache
def _catalogue() -> _Catalogue:
    fields = files.read("rights").known("mark", "domains", "rights")
    mark = fields.choice("mark", Mark)
    presets = fields.child("domains")
    listed = [
        _right(entry, mark=mark, domains=tuple(presets.content))
        for entry in fields.children("rights")
    ]
    by_code = {right.code: right for right in listed}
    if len(by_code) != len(listed):
        raise fields.refuse(key="rights", expected="each code once")
    return _Catalogue(
        rights=MappingProxyType(by_code),
        domains=MappingProxyType(
            {
                code: _domain(presets.child(code), code=code, rights=by_code)
                for code in presets.content
            }
        ),
    )


def _right(fields: files.Fields, *, mark: Mark, domains: tuple[str, ...]) -> Right:
    fields.known("code", "right", "articles", "domains", "touch_points")
    touched = fields.texts("domains")
    if not set(domains) >= set(touched):
        raise fields.refuse(key="domains", expected=f"a list of {', '.join(domains)}")
    articles = fields.child("articles")
    return Right(
        code=fields.text("code"),
        right=fields.text("right"),
        articles=MappingProxyType(
            {instrument(name).id: articles.texts(name) for name in articles.content}
        ),
        domains=touched,
        touch_points=fields.text("touch_points"),
        mark=mark,
    )


def _domain(fields: files.Fields, *, code: str, rights: Mapping[str, Right]) -> Domain:
    fields.known("name", "first")
    return Domain(
        code=code,
        name=fields.text("name"),
        first=tuple(_right_in(rights, name) for name in fields.texts("first")),
    )


def _right_in(rights: Mapping[str, Right], code: str) -> Right:
    found = rights.get(code)
    if found is None:
        raise UnknownRight(right=code, known=", ".join(rights))
    return found
