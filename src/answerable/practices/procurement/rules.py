"""Whether a vendor's claim holds, and whether claims are tested in time: pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.record.measurement import CannotSay, Measurement


class Promise(StrEnum):
    """On which side of its value a promised number is to lie."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class ClaimVerdict(StrEnum):
    """What the agency's own data say of a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    CANNOT_SAY = "cannot_say"


MOST_DAYS = 366
ROW = "P7.4a"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A verdict on a claim, and what would settle a *cannot say*."""

    verdict: ClaimVerdict
    needs: str = ""


def judge(
    found: Measurement | CannotSay, *, promise: Promise, value: float, unknown: int
) -> Judged:
    """Judge a claim by the interval of the same number on the agency's data.

    ``unknown`` is the number of decisions of the group without an outcome, or without a
    decision: a claim is supported only if it would be were they all to speak against it.

    Examples
    --------
    780 of 1,000 are right, 95 % interval 0.75 to 0.80:

    >>> found = Measurement(value=0.78, low=0.75, high=0.80, numerator=780, denominator=1000)
    >>> for claimed in (0.7, 0.78, 0.9):
    ...     print(judge(found, promise=Promise.AT_LEAST, value=claimed, unknown=0).verdict)
    supported
    cannot_say
    refuted
    """
    if isinstance(found, CannotSay):
        return Judged(verdict=ClaimVerdict.CANNOT_SAY, needs=found.needs)
    least = promise is Promise.AT_LEAST
    if (found.high < value) if least else (found.low > value):
        return Judged(verdict=ClaimVerdict.REFUTED)
    if (found.low < value) if least else (found.high > value):
        needs = "more decisions whose outcome is known: the interval holds the promised value"
        return Judged(verdict=ClaimVerdict.CANNOT_SAY, needs=needs)
    among = found.denominator + unknown
    worst = (found.numerator if least else found.numerator + unknown) / among
    if (worst < value) if least else (worst > value):
        needs = f"the outcomes of {unknown:,} decisions: they could refute the claim"
        return Judged(verdict=ClaimVerdict.CANNOT_SAY, needs=needs)
    return Judged(verdict=ClaimVerdict.SUPPORTED)


class IsTest(Protocol):
    """A test of a claim: what it said, and of the decisions of which days."""

    verdict: str
    since_on: date
    until_on: date
    shadow: bool


T = TypeVar("T", bound=IsTest)


def standing(tests: Sequence[T]) -> T | None:
    """Give the test by which a claim stands, of all its tests in their order.

    It is the last that could say something, or the last of all where none could. A
    refutation stands until a test of at least the same days says otherwise: nobody looks
    for a period in which the claim fares better, or for one that says nothing.
    """
    said = [one for one in tests if one.verdict != ClaimVerdict.CANNOT_SAY]
    refuting = [
        one
        for number, one in enumerate(said, start=1)
        if one.verdict == ClaimVerdict.REFUTED
        and not any(_covers(later, one) for later in said[number:])
    ]
    return next(reversed(refuting or said or list(tests)), None)


def _covers(later: IsTest, one: IsTest) -> bool:
    days = later.since_on <= one.since_on and one.until_on <= later.until_on
    return days and later.shadow == one.shadow


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimFacts:
    """A claim that counts: by when it is to be tested, and by which test it stands."""

    number: int
    entry: int
    due_at: datetime
    verdict: ClaimVerdict | None
    tested_entry: int | None
    evidence: str


def finding(claims: tuple[ClaimFacts, ...], *, at: datetime) -> RowFinding:
    """Say whether the claims about a version are tested in time, and hold."""
    rests_on = tuple(
        told
        for one in claims
        for told in (
            f"entry {one.entry if one.tested_entry is None else one.tested_entry}",
            *((f"evidence {one.evidence}",) if one.evidence else ()),
        )
    )
    refuted = [one.number for one in claims if one.verdict is ClaimVerdict.REFUTED]
    late = [one.number for one in claims if one.due_at <= at]
    unsaid = [one.number for one in claims if one.verdict in {None, ClaimVerdict.CANNOT_SAY}]
    needs = (
        *(() if claims else ("What the vendor claims about this version, as numbers.",)),
        *((f"What follows from claim {_listed(refuted)}, which is refuted.",) if refuted else ()),
        *((f"A test of claim {_listed(late)}, which is overdue.",) if late else ()),
        *((f"Data that can say whether claim {_listed(unsaid)} holds.",) if unsaid else ()),
    )
    broken = bool(refuted or late)
    found = Finding.NOT_MET if broken else Finding.CANNOT_SAY if needs else Finding.MET
    return RowFinding(row=ROW, finding=found, rests_on=rests_on, needs=needs)


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
