"""The three verdicts, and how several become one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from answerable.record.measurement import CannotSay


@dataclass(frozen=True, kw_only=True, slots=True)
class Test:
    """The evidence behind a verdict.

    ``claim`` is "inside" or "outside" the norm. ``p_value`` bounds the chance of data at
    least as telling were the claim false, both sides of the norm and the price of the quick
    test included (see `judge`); ``adjusted`` does so for the whole family. Where ``exact``
    is false it comes from the quick test, which keeps to its level as the exact one does.
    """

    __test__ = False  # Not for pytest to collect.

    claim: str
    p_value: float
    adjusted: float
    exact: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Met:
    """The data establish that the number lies within the norm."""

    test: Test


@dataclass(frozen=True, kw_only=True, slots=True)
class NotMet:
    """The data establish that the number lies outside the norm."""

    test: Test


Verdict = Met | NotMet | CannotSay


def verdict_name(verdict: Verdict) -> str:
    """The word used in every output: ``met``, ``not_met`` or ``cannot_say``."""
    match verdict:
        case Met():
            return "met"
        case NotMet():
            return "not_met"
        case CannotSay():
            return "cannot_say"
        case _:
            assert_never(verdict)


def worst(names: Iterable[str]) -> str:
    """One word for several: a single *not met* decides, and *met* takes all of them.

    >>> worst(["met", "cannot_say"]), worst(["met", "not_met", "cannot_say"]), worst([])
    ('cannot_say', 'not_met', 'cannot_say')
    """
    found = set(names)
    if "not_met" in found:
        return "not_met"
    return "met" if found == {"met"} else "cannot_say"
