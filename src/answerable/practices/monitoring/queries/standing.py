"""Where every stream stands, from the stored counts; reads only."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from answerable.gate.facts import facts_as_last_looked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.rules import permit
from answerable.gate.terms import OPEN, PermitState
from answerable.inventory.models import Deployment, Use
from answerable.practices.monitoring.models import (
    RED,
    Alarm,
    DayCount,
    Plan,
)
from answerable.practices.monitoring.queries.plans import budget
from answerable.practices.monitoring.rules.alarms import Episode, episode
from answerable.practices.monitoring.rules.coverage import Coverage, Seen, coverage
from answerable.practices.monitoring.rules.limits import Stream, Terms
from answerable.practices.monitoring.rules.periods import days_ripe, periods
from answerable.practices.monitoring.rules.streams import (
    CELLS,
    Cells,
    Counted,
    Point,
    by_period,
    evidence_of,
    notice,
)

WITH_EFFECT = OPEN | {PermitState.OBSERVE}
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A stream as it stands: every period counted, and the evidence since its episode began."""

    stream: Stream
    counts: tuple[Counted, ...]
    points: tuple[Point, ...]
    episode: Episode | None
    notice: float

    @property
    def latest(self) -> Point | None:
        """Where its evidence stands now."""
        return self.points[-1] if self.points else None

    @property
    def last(self) -> Counted | None:
        """The last period that is counted."""
        return self.counts[-1] if self.counts else None

    def points_from(self, day: date) -> Sequence[Point]:
        """Give its evidence as it would be were it judged from a day on, if it is later."""
        if self.episode is None or day <= self.episode.begins_on:
            return self.points
        return evidence_of(self.stream, [one for one in self.counts if one.period.first >= day])

    @property
    def within(self) -> int:
        """Whole periods within which what it is to catch would probably be noticed."""
        return math.ceil(self.notice)

    @property
    def is_blind(self) -> bool:
        """Whether what it is to catch would probably not be noticed within a year."""
        return self.notice > self.stream.cadence.a_year


def cells_of(plan: Plan, *, age: int, attribute: str = "", group: str = "") -> dict[date, Cells]:
    """Give the daily counts of a group at an age; a counted day without it has none."""
    rows = DayCount.objects.filter(plan=plan, age=age)
    known = {
        on: Cells(**dict(zip(CELLS, cells, strict=True)))
        for on, *cells in rows.filter(attribute=attribute, group=group).values_list("on", *CELLS)
    }
    days = rows.filter(attribute="").values_list("on", flat=True)
    return {day: known.get(day, Cells()) for day in days}


def groups_of(plan: Plan, attribute: str) -> list[str]:
    """List the groups of an attribute that decisions came with."""
    rows = DayCount.objects.filter(plan=plan, age=0, attribute=attribute)
    return sorted(set(rows.values_list("group", flat=True)))


def closings(plan: Plan, name: str) -> list[datetime | None]:
    """Say when each breach of a stream was closed; None for one that is open."""
    red = Alarm.objects.filter(plan=plan, stream=name, tier=RED).order_by("episode")
    return list(red.values_list("incident__closed_at", flat=True))


def watched(plan: Plan, terms: Terms) -> list[Watched]:
    """Work out where every stream stands, from the stored counts and nothing else."""
    return [_watched(plan, terms, stream) for stream in terms.streams]


def _watched(plan: Plan, terms: Terms, stream: Stream) -> Watched:
    counts = counts_of(plan, terms, stream)
    alpha = budget(plan, terms)
    now = episode(begins_on=terms.begins_on, alpha=alpha, closings=closings(plan, stream.name))
    judged = [] if now is None else [one for one in counts if one.period.first >= now.begins_on]
    return Watched(
        stream=stream,
        counts=tuple(counts),
        points=tuple(evidence_of(stream, judged)),
        episode=now,
        notice=notice(stream, alpha=alpha if now is None else now.alpha, counts=counts),
    )


def counts_of(plan: Plan, terms: Terms, stream: Stream) -> list[Counted]:
    """Count the periods of a stream, from the first on."""
    age, attribute = stream.age, stream.attribute
    group = cells_of(plan, age=age, attribute=attribute, group=stream.group)
    if not group:
        return []
    reference = (
        cells_of(plan, age=age, attribute=attribute, group=stream.reference)
        if stream.reference
        else {}
    )
    until = max(group) + _DAY
    found = list(periods(stream.cadence, begins_on=terms.begins_on, until=until))
    return by_period(stream, found, group=group, reference=reference)


def coverage_of(plan: Plan, terms: Terms, *, at: datetime) -> Coverage:
    """Say how much of the days on which the version ran was seen."""
    rows = plan.days.filter(age=0, attribute="").values_list("on", "late", *CELLS)
    seen = {on: Seen(decisions=sum(cells), late=late) for on, late, *cells in rows}
    return coverage(live_days(plan, terms, at=at), seen)


def live_days(plan: Plan, terms: Terms, *, at: datetime) -> list[date]:
    """List the days that are due to be counted and at whose end the version ran."""
    told = Deployment.objects.filter(use=plan.use).order_by("since", "pk")
    changes = [
        (since.date(), version) for since, version in told.values_list("since", "version__digest")
    ]
    found = []
    for day in days_ripe(begins_on=terms.begins_on, age=0, at=at):
        running = [version for since, version in changes if since <= day]
        if running and running[-1] == terms.version:
            found.append(day)
    return found


def has_effect(use: Use, *, version: str, at: datetime, law: Law = law_of_agency) -> bool:
    """Say whether decisions of a version take effect on people now."""
    state = permit(facts_as_last_looked(use, at=at, law=law), version=version, at=at).state
    return state in WITH_EFFECT
