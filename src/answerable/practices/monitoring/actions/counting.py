"""Counting days from the log, each once: what an alarm rests on is never counted anew."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import F

from answerable.ledger.append import append
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.measure.tables.cohorts import CohortCount
from answerable.people.actors import Actor
from answerable.practices.monitoring import entries
from answerable.practices.monitoring.actions.reading import Log, read_log
from answerable.practices.monitoring.models import DayCount, Plan
from answerable.practices.monitoring.rules.days import DayCells, digest_of_days
from answerable.practices.monitoring.rules.limits import Terms
from answerable.practices.monitoring.rules.periods import SETTLES_WITHIN, days_ripe
from answerable.practices.monitoring.rules.streams import CELLS, Cells


def count(*, plan: Plan, terms: Terms, log: Log, by: Actor, at: datetime) -> int:
    """Count every day that is ripe and was not counted yet; say how many were counted.

    A day is counted at each age of the plan, with what was known when it had reached that
    age, however late the count is taken. What arrived after its day was over is told as
    late, once, and is in no count at the age of 0.
    """
    settled = at - SETTLES_WITHIN
    done = _done(plan, terms)
    wanted = {
        age: [
            day
            for day in days_ripe(begins_on=terms.begins_on, age=age, at=settled)
            if day not in done[age] and (plan.ends_on is None or day < plan.ends_on)
        ]
        for age in terms.ages
    }
    if not any(wanted.values()):
        return 0
    # Before the transaction, which keeps others from writing while it lasts.
    late_since = _read_until(plan)
    counts, late = read_log(terms, wanted, late=(late_since, settled), log=log, by=by)
    with transaction.atomic():
        locked = Plan.objects.select_for_update().get(pk=plan.pk)
        if _done(locked, terms) != done:
            return 0  # Another run has counted meanwhile; what is left is the next one's.
        for age, days in wanted.items():
            if days:
                found = _cells(counts, terms, age=age, days=days)
                known = {*done[age], *days}
                late_here = {day: late[day] for day in late if day in known} if not age else {}
                _keep(found, late_here, plan=locked, age=age, days=days, by=by, at=at)
    return sum(len(days) for days in wanted.values())


def _done(plan: Plan, terms: Terms) -> dict[int, set[date]]:
    """Give the days that were counted at each age."""
    found: dict[int, set[date]] = {age: set() for age in terms.ages}
    for age, on in plan.days.filter(attribute="").values_list("age", "on"):
        found[age].add(on)
    return found


def _read_until(plan: Plan) -> datetime:
    """Say until when arriving decisions were looked at for late ones: up to the last count."""
    last = plan.days.filter(attribute="", age=0).order_by("-entry").values_list("entry", flat=True)
    row = EntryRow.objects.filter(index__in=last[:1]).first()
    if row is None:
        return datetime.combine(plan.begins_on, time.min, tzinfo=UTC)
    return WrittenEntry.read(bytes(row.payload)).at - SETTLES_WITHIN


def _cells(
    counts: Iterable[CohortCount], terms: Terms, *, age: int, days: Sequence[date]
) -> list[DayCells]:
    """Add up what counts as one: selected or not, by what is known of the label."""
    wanted = set(days)
    found: dict[tuple[date, str, str], Cells] = {(day, "", ""): Cells() for day in days}
    for one in counts:
        if one.age != age or one.on not in wanted:
            continue
        chosen = "selected" if one.outcome in terms.selected else "other"
        known = "open" if one.label is None else "yes" if one.label == terms.label_yes else "no"
        key = (one.on, one.attribute, one.group)
        found[key] = found.get(key, Cells()) + Cells(**{f"{chosen}_{known}": one.decisions})
    return [
        DayCells(on=on, attribute=attribute, group=group, cells=cells)
        for (on, attribute, group), cells in sorted(found.items(), key=lambda item: item[0])
    ]


def _keep(
    found: Sequence[DayCells],
    late: Mapping[date, int],
    *,
    plan: Plan,
    age: int,
    days: Sequence[date],
    by: Actor,
    at: datetime,
) -> None:
    told = entries.CountsTaken(
        use=plan.use.ref,
        plan=plan.digest,
        age=age,
        days=len(days),
        first_on=days[0].isoformat(),
        last_on=days[-1].isoformat(),
        decisions=sum(one.cells.decisions for one in found if not one.attribute),
        late=sum(late.values()),
        data=digest_of_days(found),
    )
    entry = append(told, by=by, at=at, agency=plan.use.agency_id).index
    everybody = plan.days.filter(age=age, attribute="")
    for day, more in late.items():
        everybody.filter(on=day).update(late=F("late") + more)
    DayCount.objects.bulk_create(_rows(found, late, plan=plan, age=age, entry=entry))


def _rows(
    found: Iterable[DayCells], late: Mapping[date, int], *, plan: Plan, age: int, entry: int
) -> Iterator[DayCount]:
    for one in found:
        yield DayCount(
            plan=plan,
            on=one.on,
            age=age,
            attribute=one.attribute,
            group=one.group,
            entry=entry,
            late=0 if one.attribute else late.get(one.on, 0),
            **{name: getattr(one.cells, name) for name in CELLS},
        )
