"""Counting days from the log, each once: what an alarm rests on is never counted anew."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from answerable.intake.addresses import Address
from answerable.intake.log import materialise
from answerable.ledger.append import append
from answerable.measure.tables import Limits, find_source
from answerable.measure.tables.joined import COLUMNS
from answerable.measure.tables.reader import ColumnMissing, read_cells
from answerable.people.actors import Actor
from answerable.practices.monitoring import entries
from answerable.practices.monitoring.models import DayCount, Plan
from answerable.practices.monitoring.rules.limits import Terms
from answerable.practices.monitoring.rules.periods import days_ripe
from answerable.practices.monitoring.rules.streams import CELLS
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes
from answerable.record.keys import VerifierKey

# Records that come later than this are seen by no daily run.
LATE_WITHIN = timedelta(days=35)
_ROWS_AT_ONCE = 10_000
_DAY = timedelta(days=1)

_Key = tuple[date, str, str]
_Counts = Mapping[_Key, Mapping[str, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """Where the log lies, and who may have signed it."""

    folder: Path
    keys: Sequence[VerifierKey]
    limits: Limits


def count(*, plan: Plan, terms: Terms, log: Log, by: Actor, at: datetime) -> int:
    """Count every day that is ripe and was not counted yet; say how many were counted.

    Each age of the plan is counted apart: a day is frozen at it, with the labels known
    then. What arrives after its day was counted is told as late and counted nowhere.
    """
    return sum(_count_age(age, plan=plan, terms=terms, log=log, by=by, at=at) for age in terms.ages)


def _count_age(age: int, *, plan: Plan, terms: Terms, log: Log, by: Actor, at: datetime) -> int:
    everybody = plan.days.filter(age=age, attribute="")
    done = set(everybody.values_list("on", flat=True))
    ripe = list(days_ripe(begins_on=terms.begins_on, age=age, at=at))
    kept = [day for day in ripe if plan.ends_on is None or day < plan.ends_on]
    wanted = [day for day in kept if day not in done]
    if not wanted:
        return 0
    since = wanted[0]
    if age == 0 and done:
        since = max(terms.begins_on, min(since, (at - LATE_WITHIN).date()))
    until = wanted[-1] + _DAY
    # Before the transaction, which keeps others from writing while it lasts.
    found = _read(terms, since=since, until=until, log=log, by=by)
    with transaction.atomic():
        locked = Plan.objects.select_for_update().get(pk=plan.pk)
        new = [day for day in wanted if not everybody.filter(on=day).exists()]
        if not new:
            return 0
        late = _late(found, everybody, among=done) if age == 0 else {}
        data = digest_of(found, days=new)
        decisions = sum(_total(found.get((day, "", ""), {})) for day in new)
        told = entries.CountsTaken(
            use=terms.use,
            plan=locked.digest,
            age=age,
            days=len(new),
            first_on=new[0].isoformat(),
            last_on=new[-1].isoformat(),
            decisions=decisions,
            late=sum(late.values()),
            data=data,
        )
        entry = append(told, by=by, at=at, agency=locked.use.agency_id).index
        DayCount.objects.bulk_create(_rows(found, locked, age=age, days=new, entry=entry))
        for day, more in late.items():
            everybody.filter(on=day).update(late=more)
    return len(new)


def digest_of(found: _Counts, *, days: Sequence[date]) -> HexDigest:
    """Hash what was counted of some days."""
    wanted = set(days)
    return sha256_of_bytes(
        canonical_bytes(
            [
                [day.isoformat(), attribute, group, dict(sorted(cells.items()))]
                for (day, attribute, group), cells in sorted(found.items())
                if day in wanted
            ]
        )
    )


def _rows(
    found: _Counts, plan: Plan, *, age: int, days: Sequence[date], entry: int
) -> Iterator[DayCount]:
    wanted = set(days)
    keys = {(day, "", "") for day in days} | {key for key in found if key[0] in wanted}
    for day, attribute, group in sorted(keys):
        cells = found.get((day, attribute, group), {})
        yield DayCount(
            plan=plan,
            on=day,
            age=age,
            attribute=attribute,
            group=group,
            entry=entry,
            **{name: cells.get(name, 0) for name in CELLS},
        )


def _late(found: _Counts, everybody: QuerySet[DayCount], *, among: set[date]) -> dict[date, int]:
    """Say how many decisions of days that were counted have come since."""
    days = {key[0] for key in found if key[0] in among}
    late = {}
    for row in everybody.filter(on__in=days):
        before = sum(getattr(row, name) for name in CELLS)
        more = _total(found.get((row.on, "", ""), {})) - before
        if more > 0 and more != row.late:
            late[row.on] = more
    return late


def _total(cells: Mapping[str, int]) -> int:
    return sum(cells.values())


def _read(terms: Terms, *, since: date, until: date, log: Log, by: Actor) -> _Counts:
    """Count the decisions of a period by day, group, whether selected, and label."""
    counts: dict[_Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for shadow in (False, True) if terms.shadow else (False,):
        address = Address(use=terms.use, since=since, until=until, shadow=shadow)
        with materialise(
            address, log=log.folder, keys=log.keys, viewer=by, limits=log.limits
        ) as made:
            for row in _decisions(made.path, terms.attributes, limits=log.limits):
                _add(counts, row, terms)
    return counts


def _add(
    counts: dict[_Key, dict[str, int]],
    row: tuple[str | None, str | None, str | None, str | None, dict[str, str]],
    terms: Terms,
) -> None:
    outcome, label, version, occurred, groups = row
    if version != terms.version or occurred is None:
        return
    day = date.fromisoformat(occurred[:10])
    chosen = "selected" if outcome in terms.selected else "other"
    known = "open" if label is None else "yes" if label == terms.label_yes else "no"
    cell = f"{chosen}_{known}"
    counts[day, "", ""][cell] += 1
    for attribute, group in groups.items():
        counts[day, attribute, group][cell] += 1


def _decisions(
    path: Path, attributes: Sequence[str], *, limits: Limits
) -> Iterator[tuple[str | None, str | None, str | None, str | None, dict[str, str]]]:
    """Read the decisions of a file; an attribute that nobody was sent with is nobody's."""
    columns = {_column(name): name for name in attributes}
    while True:
        asked = ["outcome", "label", "version", "occurred_at", *columns]
        try:
            for _, _, rows in read_cells(
                find_source(str(path)), asked, limits=limits, rows_at_once=_ROWS_AT_ONCE
            ):
                for outcome, label, version, occurred, *groups in rows:
                    told = dict(zip(columns.values(), groups, strict=True))
                    yield (
                        outcome,
                        label,
                        version,
                        occurred,
                        {name: group for name, group in told.items() if group is not None},
                    )
        except ColumnMissing as error:
            missing = str(error.fields["column"])
            if missing not in columns:
                raise
            del columns[missing]
        else:
            return


def _column(attribute: str) -> str:
    """Name the column of an attribute as the log's reader does."""
    taken = attribute.lower() in ("seq", *COLUMNS)
    return f"attribute.{attribute}" if taken else attribute
