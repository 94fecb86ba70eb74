"""Figures: numbers that were measured, each with what is needed to believe it.

Every room records its figures here, and every page shows them from here. What nobody can
say is no figure: it is a verdict that says what it needs.
"""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Max, QuerySet

from answerable.errors import AnswerableError
from answerable.inventory.entries import FigureRecorded
from answerable.inventory.models import Evidence, Figure, Use
from answerable.inventory.queries import use_for_part
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import GIVEN

_DIGITS = 12
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


class FigureRefused(AnswerableError):
    """A number came without something that is needed to believe it."""

    code = "inventory.figure_refused"
    message = "The figure {name} is not kept: {reason}."
    hint = "What cannot be measured is a verdict *cannot say*, with what it needs."


class Unit(StrEnum):
    """What a figure counts in. A share lies in [0, 1]; a difference is of two shares."""

    SHARE = "share"
    RATIO = "ratio"
    DIFFERENCE = "difference"
    COUNT = "count"
    DAYS = "days"


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A number, its interval at a level, how many cases it rests on, and from when.

    ``about`` names the group or the comparison, or nothing for the whole. ``data`` is the
    SHA-256 of what was counted; ``command`` counts it again. ``evidence`` is the digest of
    an attached envelope, or empty.
    """

    practice: str
    name: str
    about: str = ""
    unit: Unit
    value: float
    low: float
    high: float
    level: float
    n: int
    first_on: date
    last_on: date
    data: str
    command: str
    evidence: str = ""


def record_figure(*, use: str, version: str, measured: Measured, by: Actor, at: datetime) -> Figure:
    """Keep a figure, with its entry."""
    found = use_for_part(by, use, *GIVEN)
    _check(measured, use=found)
    numbers = {
        name: _rounded(getattr(measured, name)) for name in ("value", "low", "high", "level")
    }
    with transaction.atomic():
        told = FigureRecorded(
            use=use,
            version=version,
            practice=measured.practice,
            name=measured.name,
            about=measured.about,
            unit=measured.unit.value,
            n=measured.n,
            first_on=measured.first_on.isoformat(),
            last_on=measured.last_on.isoformat(),
            data=measured.data,
            command=measured.command,
            evidence=measured.evidence,
            **{name: text_of(number) for name, number in numbers.items()},
        )
        return Figure.objects.create(
            use=found,
            version=version,
            practice=measured.practice,
            name=measured.name,
            about=measured.about,
            unit=measured.unit.value,
            n=measured.n,
            first_on=measured.first_on,
            last_on=measured.last_on,
            data=measured.data,
            command=measured.command,
            evidence=measured.evidence,
            at=at,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
            **numbers,
        )


def text_of(number: float) -> str:
    """Write a number in as few digits as tell it, at most twelve.

    >>> text_of(0.3), text_of(2.0), text_of(1 / 3)
    ('0.3', '2', '0.333333333333')
    """
    return f"{number:.{_DIGITS}g}"


def figures_of(use: Use) -> QuerySet[Figure]:
    """List the figures of a use, oldest first."""
    return Figure.objects.filter(use=use).order_by("at", "pk")


def latest_figures(use: Use) -> list[Figure]:
    """Give the last figure of each name and comparison, by practice."""
    last = (
        Figure.objects.filter(use=use)
        .values("practice", "name", "about")
        .annotate(last=Max("pk"))
        .values_list("last", flat=True)
    )
    return list(Figure.objects.filter(pk__in=last).order_by("practice", "name", "about"))


def _rounded(number: float) -> float:
    return float(text_of(number))


def _check(measured: Measured, *, use: Use) -> None:
    refusal = _fault(measured)
    if refusal is None and measured.evidence:
        attached = Evidence.objects.filter(use=use, digest=measured.evidence)
        refusal = None if attached.exists() else "its evidence is not attached to the use"
    if refusal is not None:
        raise FigureRefused(name=measured.name[:60], reason=refusal)


def _fault(measured: Measured) -> str | None:
    """Say what a figure lacks; nothing if it lacks nothing."""
    numbers = (measured.value, measured.low, measured.high, measured.level)
    bounded = measured.unit is not Unit.SHARE or (measured.low >= 0 and measured.high <= 1)
    counted = _SHA256.fullmatch(measured.data) and measured.command.strip()
    holds = {
        "a number of it is not finite": all(math.isfinite(number) for number in numbers),
        "it lies outside its interval": measured.low <= measured.value <= measured.high,
        "it rests on nothing, or its level is none": 0 < measured.level < 1 and measured.n > 0,
        "a share lies from 0 to 1": bounded,
        "its period ends before it begins": measured.first_on <= measured.last_on,
        "nothing says how to count it again": counted,
        "its name is not one in lower case": _NAME.fullmatch(measured.name),
    }
    return next((fault for fault, held in holds.items() if not held), None)
