"""The context of a use: what it is for, about whom, on what basis, with which outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from answerable.errors import AnswerableError
from answerable.inventory.spelling import CODE, LONGEST_TEXT, is_code
from answerable.record.canonical import JsonValue, canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes


class ContextRefused(AnswerableError):
    """A context leaves something unsaid, or says it in a way that cannot be used."""

    code = "inventory.context_refused"
    message = "The context cannot be recorded: {field} {reason}."
    hint = "Say the purpose, the population and the legal basis, and list the outcomes as codes."


class Kind(StrEnum):
    """What a use does, and so its unit of record and its notice."""

    DECIDES = "decides"
    INFORMS = "informs"
    GENERATES = "generates"
    OBSERVES = "observes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """One context. A verdict or an approval given for one holds for no other.

    ``outcomes`` lists the codes a decision may have (empty: any), ``adverse`` those that
    are bad for the person: a change of either changes what was assessed. ``bought`` says
    whether anything of it was procured, which puts the rows of P7 in force.
    """

    kind: Kind
    purpose: str
    population: str
    legal_basis: str
    outcomes: tuple[str, ...]
    adverse: tuple[str, ...]
    bought: bool

    def __post_init__(self) -> None:
        """Refuse a blank or overlong text, and codes that no decision could carry."""
        for name in ("purpose", "population", "legal_basis"):
            text = getattr(self, name)
            if not text.strip() or len(text) > LONGEST_TEXT:
                reason = f"is blank or longer than {LONGEST_TEXT} characters"
                raise ContextRefused(field=name, reason=reason)
        for name in ("outcomes", "adverse"):
            codes = getattr(self, name)
            if not all(is_code(code) for code in codes) or len(set(codes)) != len(codes):
                reason = f"holds something else than codes of the form {CODE.pattern}, each once"
                raise ContextRefused(field=name, reason=reason)
        if self.outcomes and not set(self.adverse) <= set(self.outcomes):
            raise ContextRefused(field="adverse", reason="names a code that is no outcome")

    def content(self) -> dict[str, JsonValue]:
        """Write it as it is stored and hashed."""
        return {
            "adverse": sorted(self.adverse),
            "bought": self.bought,
            "kind": self.kind.value,
            "legal_basis": self.legal_basis,
            "outcomes": sorted(self.outcomes),
            "population": self.population,
            "purpose": self.purpose,
        }

    def digest(self) -> HexDigest:
        """Hash the content; the order in which codes are listed does not matter."""
        return digest_of(self.content())


def digest_of(content: Mapping[str, JsonValue]) -> HexDigest:
    """Hash the content of a context as it is stored."""
    return sha256_of_bytes(canonical_bytes(dict(content)))
