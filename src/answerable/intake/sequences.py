"""Numbered records of a source: which numbers are still missing."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_RANGES = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """Numbers ``first`` to ``last`` have not arrived; later ones had by ``since_us``."""

    first: int
    last: int
    since_us: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a source has come. Numbers begin with 1.

    ``given_up`` counts missing numbers of ranges that are no longer listed because
    there were too many of them.
    """

    highest: int = 0
    missing: tuple[Missing, ...] = ()
    given_up: int = 0


def advance(progress: Progress, *, arrived: Iterable[int], at_us: int) -> Progress:
    """Take note of numbers that have arrived, in any order, some perhaps again.

    Examples
    --------
    >>> gap = advance(Progress(), arrived=[1, 2, 5], at_us=7)
    >>> gap.highest, gap.missing
    (5, (Missing(first=3, last=4, since_us=7),))
    >>> advance(gap, arrived=[4, 3], at_us=9).missing
    ()
    """
    highest, missing = progress.highest, list(progress.missing)
    for number in sorted(set(arrived)):
        if number == highest + 1:
            highest = number
        elif number > highest:
            missing.append(Missing(first=highest + 1, last=number - 1, since_us=at_us))
            highest = number
        elif missing:
            missing = _without(missing, number)
    given_up = progress.given_up
    while len(missing) > MOST_RANGES:
        oldest = missing.pop(0)
        given_up += oldest.last - oldest.first + 1
    return Progress(highest=highest, missing=tuple(missing), given_up=given_up)


def _without(missing: list[Missing], number: int) -> list[Missing]:
    left: list[Missing] = []
    for one in missing:
        if not one.first <= number <= one.last:
            left.append(one)
            continue
        if one.first < number:
            left.append(Missing(first=one.first, last=number - 1, since_us=one.since_us))
        if number < one.last:
            left.append(Missing(first=number + 1, last=one.last, since_us=one.since_us))
    return left
