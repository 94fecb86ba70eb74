"""Raising alarms from what was counted, and opening the incidents of breaches."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from answerable.gate.doors import locked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.row_findings import RowFinding, record_findings
from answerable.gate.terms import Finding, Level
from answerable.inventory.figures import text_of
from answerable.inventory.queries import owner_of
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.people.actors import Actor
from answerable.practices.monitoring import entries
from answerable.practices.monitoring.actions.breaker import step
from answerable.practices.monitoring.models import AMBER, RED, Alarm, Incident, Plan
from answerable.practices.monitoring.queries import (
    Watched,
    breaker_times,
    budget,
    cells_of,
    closings,
    watched,
)
from answerable.practices.monitoring.rules.alarms import (
    DRIFT_LEVEL,
    QUARTER,
    digest_of,
    digest_of_cells,
    drifted,
    episode,
    first_amber,
    first_red,
    first_together,
    known_on,
)
from answerable.practices.monitoring.rules.limits import DRIFT, SYSTEM, Terms
from answerable.practices.monitoring.rules.streams import Cells, Point, odds

_DAY = timedelta(days=1)


def judge(
    *, plan: Plan, terms: Terms, by: Actor, at: datetime, law: Law = law_of_agency
) -> list[Alarm]:
    """Raise the alarms that the stored counts give rise to; a second run raises none."""
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        locked(plan.use)
        streams = watched(plan, terms)
        judging = _Judging(plan, terms, by=by, at=at, law=law)
        together = judging.system(streams)
        alone = [alarm for one in streams for alarm in judging.stream(one)]
        return [*together, *alone, *judging.drift()]


class _Judging:
    """One run over the streams of a plan."""

    def __init__(self, plan: Plan, terms: Terms, *, by: Actor, at: datetime, law: Law) -> None:
        self._plan, self._terms = plan, terms
        self._by, self._at, self._law = by, at, law

    def stream(self, one: Watched) -> list[Alarm]:
        """Raise what a stream's own evidence amounts to."""
        if one.episode is None or one.latest is None:
            return []
        raised = []
        amber = first_amber(one.points, one.stream)
        if amber is not None:
            raised += self._raise(one, amber, tier=AMBER)
        red = first_red(one.points, one.stream, alpha=one.episode.alpha)
        if red is not None:
            raised += self._raise(one, red, tier=RED)
        return raised

    def system(self, streams: Sequence[Watched]) -> list[Alarm]:
        """Raise that something is wrong, where that was so before any stream alone showed what."""
        plan, alpha = self._plan, budget(self._plan, self._terms)
        before = closings(plan, SYSTEM)
        now = episode(begins_on=self._terms.begins_on, alpha=alpha, closings=before)
        if now is None:
            return []
        reds = Alarm.objects.filter(plan=plan, tier=RED).count()
        alone = [
            known_on(one.stream, red)
            for one in streams
            if one.episode and (red := first_red(one.points, one.stream, alpha=one.episode.alpha))
        ]
        found = first_together(
            [(one.stream, one.points_from(now.begins_on)) for one in streams],
            least=2**reds / alpha,
            before=min(alone, default=None),
        )
        if found is None:
            return []
        _, widest = max(found.latest, key=lambda one: one[0].weight * one[1].evidence)
        last = {stream.name: point.counted.period.until for stream, point in found.latest}
        return self._write(
            SYSTEM,
            tier=RED,
            limit=f"all of {len(found.latest)} streams together",
            number=now.number,
            since=widest.since,
            last=max(last.values()) - _DAY,
            evidence=found.evidence,
            data=digest_of(
                [
                    count
                    for one in streams
                    if one.stream.name in last
                    for count in one.counts
                    if count.period.until <= last[one.stream.name]
                ]
            ),
        )

    def drift(self) -> list[Alarm]:
        """Have a person look where the share of selected moved from one quarter to the next."""
        days = cells_of(self._plan, age=0)
        raised: list[Alarm] = []
        known = set(
            Alarm.objects.filter(plan=self._plan, stream=DRIFT).values_list("episode", flat=True)
        )
        begins, number = self._terms.begins_on, 1
        while days and begins + (number + 1) * QUARTER <= max(days) + _DAY:
            if number not in known:
                start = begins + number * QUARTER
                raised += self._drift_of(days, start=start, number=number)
            number += 1
        return raised

    def _drift_of(self, days: dict[date, Cells], *, start: date, number: int) -> list[Alarm]:
        before = _sum(days, start - QUARTER, start)
        now = _sum(days, start, start + QUARTER)
        moved = drifted(before, now, tolerance=self._terms.drift)
        if moved is None:
            return []
        plan, data = self._plan, digest_of_cells((before, now))
        low, high = moved
        told = entries.DriftNoticed(
            use=plan.use.ref,
            version=plan.version,
            plan=plan.digest,
            from_on=start.isoformat(),
            to_on=(start + QUARTER - _DAY).isoformat(),
            low=text_of(low),
            high=text_of(high),
            level=text_of(DRIFT_LEVEL),
            tolerance=text_of(self._terms.drift),
            data=data,
        )
        alarm = Alarm.objects.create(
            plan=plan,
            stream=DRIFT,
            tier=AMBER,
            episode=number,
            from_on=start,
            to_on=start + QUARTER - _DAY,
            at=self._at,
            data=data,
            entry=append(told, by=self._by, at=self._at, agency=plan.use.agency_id).index,
        )
        return [alarm]

    def _raise(self, one: Watched, point: Point, *, tier: str) -> list[Alarm]:
        if one.episode is None:
            return []
        judged = [count for count in one.counts if count.period.first >= one.episode.begins_on]
        upto = [count for count in judged if count.period.until <= point.counted.period.until]
        return self._write(
            one.stream.name,
            tier=tier,
            limit=one.stream.words,
            number=one.episode.number,
            since=point.since,
            last=point.counted.period.last,
            evidence=point.evidence,
            data=digest_of(upto),
            row=one.stream.row,
        )

    def _write(
        self,
        name: str,
        *,
        tier: str,
        limit: str,
        number: int,
        since: date,
        last: date,
        evidence: float,
        data: str,
        row: str = "P3b",
    ) -> list[Alarm]:
        plan, use = self._plan, self._plan.use
        if Alarm.objects.filter(plan=plan, stream=name, tier=tier, episode=number).exists():
            return []
        told = entries.AlarmRaised(
            use=use.ref,
            version=plan.version,
            plan=plan.digest,
            stream=name,
            tier=tier,
            limit=limit,
            from_on=since.isoformat(),
            to_on=last.isoformat(),
            episode=number,
            evidence=odds(evidence).removeprefix("1 in "),
            data=data,
        )
        entry = append(told, by=self._by, at=self._at, agency=use.agency_id).index
        alarm = Alarm.objects.create(
            plan=plan,
            stream=name,
            tier=tier,
            episode=number,
            from_on=since,
            to_on=last,
            at=self._at,
            evidence=evidence,
            data=data,
            entry=entry,
        )
        if tier == RED:
            self._breach(alarm, row=row)
        return [alarm]

    def _breach(self, alarm: Alarm, *, row: str) -> None:
        use = self._plan.use
        _, due_at = breaker_times(use, self._at)
        told = entries.IncidentOpened(
            use=use.ref, stream=alarm.stream, alarm=alarm.entry, due_at=text_of_time(due_at)
        )
        incident = Incident.objects.create(
            alarm=alarm,
            owner=owner_of(use),
            opened_at=self._at,
            due_at=due_at,
            entry=append(told, by=self._by, at=self._at, agency=use.agency_id).index,
        )
        step(incident, Level.PAUSE, by=self._by, at=self._at, law=self._law)
        found = RowFinding(
            row=row,
            finding=Finding.NOT_MET,
            rests_on=(f"entry {alarm.entry}", f"counts {alarm.data}"),
        )
        record_findings(
            (found,),
            use=use.ref,
            version=self._plan.version,
            room=__name__,
            by=self._by,
            at=self._at,
            law=self._law,
        )


def _sum(days: dict[date, Cells], since: date, until: date) -> Cells:
    return sum((cells for day, cells in days.items() if since <= day < until), Cells())
