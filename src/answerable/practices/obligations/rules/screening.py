"""When a use is high-risk, and how far two assessors agree."""

from dataclasses import dataclass
from datetime import datetime

from answerable.law.presumption import presumption
from answerable.law.rights import domain, rights
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
    """Reasons why a presumed use is not high-risk; ``agreed`` is None until it is decided."""

    agreed: bool | None
    until: datetime | None
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rating:
    """Whether a use is high-risk, and the codes of the rules that fired."""

    high: bool
    presumed: bool
    reasons: tuple[str, ...]


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

    A presumption alone falls by a rebuttal that a reviewer agreed to and that is not over;
    a right or the safety of people that can be affected falls by none.
    """
    everyone = (own, *(one.answers for one in blind))
    presumed = sorted({field for answers in everyone for field in presumed_in(answers)})
    touched = sorted({code for answers in everyone for code in answers.rights})
    safety = any(answers.safety for answers in everyone)
    rebutted = (
        rebuttal is not None
        and rebuttal.agreed is True
        and rebuttal.until is not None
        and at < rebuttal.until
    )
    reasons = (
        *(() if rebutted else (f"presumed:{field}" for field in presumed)),
        *(f"right:{code}" for code in touched),
        *(("safety",) if safety else ()),
    )
    return Rating(high=bool(reasons), presumed=bool(presumed), reasons=reasons)


def equal_answers(one: Screening, other: Screening) -> int:
    """Count the questions that two assessors answered alike; of `ASKED`.

    >>> one = Screening(domain="JUS", watches=False, safety=True, rights=("R02", "R04"))
    >>> other = Screening(domain="JUS", watches=False, safety=False, rights=("R02", "R05"))
    >>> ASKED - equal_answers(one, other)  # R04, R05 and safety
    3
    """
    differ = set(one.rights) ^ set(other.rights)
    return ASKED - len(differ) - (one.watches != other.watches) - (one.safety != other.safety)


def unmapped(content: Content, blind: tuple[Blind, ...]) -> tuple[str, ...]:
    """Name the rights that somebody said are touched, or that nobody gave a reason about.

    A right that the domain offers first is mapped, or answered no with a reason.
    """
    if content.screening is None:
        return ()
    said = {code for one in blind for code in one.answers.rights} | set(content.screening.rights)
    offered = {right.code for right in domain(content.screening.domain).first}
    wanted = said | (offered - set(content.screening.untouched))
    return tuple(sorted(wanted - {one.right for one in content.rights}))
