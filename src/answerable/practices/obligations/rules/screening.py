"""When a use is high-risk, and how far two assessors agree."""

from dataclasses import dataclass
from datetime import datetime

from answerable.law.presumption import presumption
from answerable.law.rights import domain, right, rights
from answerable.practices.obligations.rules.dossier import Content, Screening

ASKED = len(rights()) + 2
"""The questions of a screening: one a right, whether it watches people, whether of safety."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blind:
    """What a second assessor answered before the owner's answers were shown."""

    answers: Screening
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebutted:
    """Reasons why a presumed use is not high-risk; ``agreed`` is None until it is decided.

    ``presumed`` names the fields that the reasons were about: they answer no other.
    """

    presumed: tuple[str, ...]
    agreed: bool | None
    until: datetime | None
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """What speaks for a use being high-risk: each field, right and danger on its own.

    ``rebutted`` are those of the fields in ``presumed`` whose presumption has fallen.
    """

    presumed: tuple[str, ...]
    rebutted: frozenset[str]
    rights: tuple[str, ...]
    safety: bool

    @property
    def high(self) -> bool:
        """Whether anything is left that makes it high-risk."""
        return bool(self.reasons)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What makes it high-risk, in words."""
        return (
            *(f"presumed for {field}" for field in self.presumed if field not in self.rebutted),
            *(f"{code} {right(code).right}" for code in self.rights),
            *(("the safety of people",) if self.safety else ()),
        )


def presumed_in(answers: Screening) -> tuple[str, ...]:
    """Name the fields in which the joint statement presumes a use to be high-risk.

    >>> presumed_in(Screening(domain="JUS", watches=False, safety=False, rights=()))
    ('justice',)
    >>> presumed_in(Screening(domain="CHAT", watches=False, safety=False, rights=()))
    ()
    """
    known = presumption()
    field = known.fields.get(answers.domain)
    watching = (known.watching,) if answers.watches else ()
    return (*((field,) if field else ()), *watching)


def rating(
    own: Screening, blind: tuple[Blind, ...], *, rebuttal: Rebutted | None, at: datetime
) -> Rating:
    """Rate a use: what either assessor says it can affect makes it high-risk (S2).

    A presumption alone falls by a rebuttal that was about its field, that a reviewer agreed
    to and that is not over; a right or the safety of people that can be affected falls by none.
    """
    everyone = (own, *(one.answers for one in blind))
    in_force = (
        rebuttal is not None
        and rebuttal.agreed is True
        and rebuttal.until is not None
        and at < rebuttal.until
    )
    return Rating(
        presumed=tuple(sorted({field for answers in everyone for field in presumed_in(answers)})),
        rebutted=frozenset(rebuttal.presumed if rebuttal is not None and in_force else ()),
        rights=tuple(sorted({code for answers in everyone for code in answers.rights})),
        safety=any(answers.safety for answers in everyone),
    )


def missing_to_screen(content: Content) -> tuple[str, ...]:
    """Name what the owner has to say before a second assessor can screen the use."""
    parts = {
        "the purpose": content.purpose,
        "the legal basis": content.basis,
        "the owner's screening": content.screening,
    }
    return tuple(name for name, part in parts.items() if part is None)


def equal_answers(one: Screening, other: Screening) -> int:
    """Count the questions that two assessors answered alike; of `ASKED`.

    >>> one = Screening(domain="JUS", watches=False, safety=True, rights=("R02", "R04"))
    >>> other = Screening(domain="JUS", watches=False, safety=False, rights=("R02", "R05"))
    >>> ASKED - equal_answers(one, other)  # R04, R05 and safety
    3
    """
    differ = set(one.rights) ^ set(other.rights)
    return ASKED - len(differ) - (one.watches != other.watches) - (one.safety != other.safety)


def said_but_unmapped(content: Content, blind: tuple[Blind, ...]) -> tuple[str, ...]:
    """Name the rights that an assessor said are touched and that the map leaves out."""
    own = () if content.screening is None else (content.screening,)
    said = {code for answers in (*own, *(one.answers for one in blind)) for code in answers.rights}
    return tuple(sorted(said - _mapped(content)))


def offered_but_unanswered(content: Content) -> tuple[str, ...]:
    """Name the rights that the domain offers first, and that nobody mapped or gave a reason about.

    What an assessor said is touched is not among them: no reason makes that untouched.
    """
    if content.screening is None:
        return ()
    offered = {one.code for one in domain(content.screening.domain).first}
    answered = {*content.screening.untouched, *content.screening.rights, *_mapped(content)}
    return tuple(sorted(offered - answered))


def _mapped(content: Content) -> set[str]:
    return {one.right for one in content.rights}
