"""Figures of the running months: how often each group was selected, as far as is known."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np

from answerable.inventory.figures import Measured, Unit, record_figure
from answerable.inventory.models import Figure
from answerable.measure.confidence_sequence import confidence_sequence
from answerable.people.actors import Actor
from answerable.practices.monitoring.models import Plan
from answerable.practices.monitoring.queries import cells_of, counts_of, coverage_of, groups_of
from answerable.practices.monitoring.rules.alarms import digest_of
from answerable.practices.monitoring.rules.limits import Measured as Kind
from answerable.practices.monitoring.rules.limits import Stream, Terms
from answerable.practices.monitoring.rules.periods import Period
from answerable.practices.monitoring.rules.streams import Cells, Counted

PRACTICE = "monitoring"
_LEVEL = 0.95
_DAY = timedelta(days=1)


def record_figures(*, plan: Plan, terms: Terms, by: Actor, at: datetime) -> list[Figure]:
    """Record the running figures of every whole month that is counted, each month once.

    Each runs from the first day of the limits to the end of the month, with an interval
    that stays right however often it is looked at.
    """
    everybody = cells_of(plan, age=0)
    if not everybody:
        return []
    until = (max(everybody) + _DAY).replace(day=1)
    told = Figure.objects.filter(use=plan.use, version=plan.version, practice=PRACTICE)
    if until <= terms.begins_on or told.filter(last_on__gte=until - _DAY).exists():
        return []
    return [
        record_figure(use=plan.use.ref, version=plan.version, measured=measured, by=by, at=at)
        for measured in (
            *_selections(plan, terms, until=until),
            *_streams(plan, terms, until=until),
            *_covered(plan, terms, until=until, at=at),
        )
    ]


def _selections(plan: Plan, terms: Terms, *, until: date) -> Iterator[Measured]:
    groups = [("", "")] + [
        (attribute, group) for attribute in terms.attributes for group in groups_of(plan, attribute)
    ]
    for attribute, group in groups:
        days = cells_of(plan, age=0, attribute=attribute, group=group)
        total = sum((cells for day, cells in days.items() if day < until), Cells())
        yield from _share(
            "selection_rate",
            about=f"{attribute}={group}" if attribute else "",
            hits=total.selected,
            cases=total.decisions,
            first=terms.begins_on,
            until=until,
            terms=terms,
        )


def _streams(plan: Plan, terms: Terms, *, until: date) -> Iterator[Measured]:
    """The running share of each stream that is one group's share at an age."""
    for stream in terms.streams:
        if stream.reference or not stream.age:
            continue
        counts = [one for one in counts_of(plan, terms, stream) if one.period.until <= until]
        yield from _share(
            f"running_{stream.measured.value}",
            about=stream.name,
            hits=sum(one.hits for one in counts),
            cases=sum(one.cases for one in counts),
            first=terms.begins_on,
            until=counts[-1].period.until if counts else until,
            terms=terms,
            stream=stream,
        )


def _covered(plan: Plan, terms: Terms, *, until: date, at: datetime) -> Iterator[Measured]:
    shown = coverage_of(plan, terms, at=at)
    yield from _share(
        "decisions_covered",
        about="",
        hits=shown.decisions,
        cases=shown.decisions + shown.late,
        first=terms.begins_on,
        until=until,
        terms=terms,
    )


def _share(
    name: str,
    *,
    about: str,
    hits: int,
    cases: int,
    first: date,
    until: date,
    terms: Terms,
    stream: Stream | None = None,
) -> Iterator[Measured]:
    if not cases:
        return
    low, high = confidence_sequence(np.array(hits), np.array(cases), level=_LEVEL)
    counted = Counted(period=Period(first=first, until=until), hits=hits, cases=cases)
    label = stream is not None and stream.measured is not Kind.SELECTED
    by = f" --by {about.partition('=')[0]}" if "=" in about else ""
    yield Measured(
        practice=PRACTICE,
        name=name,
        about=about,
        unit=Unit.SHARE,
        value=hits / cases,
        low=float(low),
        high=float(high),
        level=_LEVEL,
        n=cases,
        first_on=first,
        last_on=until - _DAY,
        data=digest_of([counted]),
        command=(
            f"answerable audit 'log:{terms.use}?from={first}&to={until}' --decision outcome"
            f"{' --label label' if label else ''}{by}"
        ),
    )
