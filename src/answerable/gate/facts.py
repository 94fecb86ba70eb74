"""The tables read as facts, several uses at once.

Whatever could open something counts only if the ledger tells of it as it stands
(`told`). Whatever closes something counts in any case: an untold context, version or
stage is one for which nothing was shown, and a use of which the ledger tells more than the
tables hold, or something else, does not fit (`missing`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Model, Q, QuerySet

from answerable.gate import missing
from answerable.gate.in_force import Law, RowsInForce, law_of_agency
from answerable.gate.models import (
    Approval,
    Ending,
    Hold,
    Lift,
    Observation,
    RowVerdict,
    ShadowRun,
    Waiver,
)
from answerable.gate.terms import (
    MISFIT,
    Approved,
    ContextSince,
    Facts,
    Finding,
    Level,
    Observed,
    PilotTerms,
    Recorded,
    Shadowed,
    Since,
    UseHold,
    Waived,
)
from answerable.gate.told import Book, Told
from answerable.inventory.contexts import digest_of
from answerable.inventory.models import Deployment, Ownership, StageEvent, Use, UseContext


def facts_of(use: Use, *, at: datetime, ledger_fits: bool, law: Law = law_of_agency) -> Facts:
    """Collect the facts of one use."""
    return facts_of_all([use], at=at, law=law, ledger_fits=ledger_fits)[use.ref]


def facts_as_last_looked(use: Use, *, at: datetime, law: Law = law_of_agency) -> Facts:
    """Collect the facts of one use for whoever cannot look at the whole ledger.

    Whether it fits is as the clock, which looks every minute, last wrote it into the
    history of states. Nothing is opened on these facts: a lease looks for itself.
    """
    last = use.state_changes.order_by("pk").last()
    fits = last is None or MISFIT not in last.reasons
    return facts_of(use, at=at, law=law, ledger_fits=fits)


def facts_of_all(
    uses: Iterable[Use], *, at: datetime, ledger_fits: bool, law: Law = law_of_agency
) -> dict[str, Facts]:
    """Collect the facts of uses, by reference, in a number of queries that does not grow."""
    wanted = list(uses)
    rows = _Rows.of(wanted)
    in_force = {agency: law(agency, on=at.date()) for agency in {use.agency_id for use in wanted}}
    return {
        use.ref: _facts(use, rows, law=in_force[use.agency_id], ledger_fits=ledger_fits)
        for use in wanted
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rows:
    """The rows of some uses, by use, and what the ledger tells."""

    of_use: Mapping[type[Model], Mapping[int, list[Any]]]
    lifts: Mapping[int, Lift]
    book: Book
    stops: Mapping[str, list[datetime]]
    lost: frozenset[str]

    @classmethod
    def of(cls, uses: list[Use]) -> "_Rows":
        keys = [use.pk for use in uses]
        agencies = {use.agency_id for use in uses}
        told_of = missing.told_indexes(agencies)
        of_use: dict[type[Model], dict[int, list[Any]]] = {}
        for model, related in _READ.items():
            found: QuerySet[Any] = QuerySet(model).filter(
                _OF_THE_WHOLE.get(model, Q()), use__in=keys
            )
            grouped: dict[int, list[Any]] = defaultdict(list)
            for row in found.select_related("use", *related).order_by("pk"):
                grouped[row.use_id].append(row)
            of_use[model] = grouped
        holds = [hold.pk for held in of_use[Hold].values() for hold in held]
        lifted = Lift.objects.filter(hold__in=holds).select_related("hold__use")
        lifts = {lift.hold_id: lift for lift in lifted}
        told: list[Told] = [
            row for model in _TOLD for rows in of_use[model].values() for row in rows
        ]
        return cls(
            of_use=of_use,
            lifts=lifts,
            book=Book([*told, *lifts.values()]),
            stops=missing.stops(agencies),
            lost=missing.uses_with_lost_rows(told_of, agencies),
        )

    def all(self, model: type[Model], use: Use) -> list[Any]:
        return self.of_use[model].get(use.pk, [])

    def told(self, model: type[Model], use: Use) -> list[Any]:
        return [row for row in self.all(model, use) if self.book.tells_of(row)]

    def lifted_at(self, hold: Hold) -> datetime | None:
        lift = self.lifts.get(hold.pk)
        return lift.at if lift is not None and self.book.tells_of(lift) else None


_READ: Mapping[type[Model], tuple[str, ...]] = {
    UseContext: (),
    Ownership: (),
    Deployment: ("version",),
    StageEvent: ("version",),
    RowVerdict: (),
    Waiver: ("renews",),
    Approval: (),
    Ending: (),
    Hold: (),
    Observation: (),
    ShadowRun: (),
}
# There are as many holds on single decisions as adverse ones: they say nothing of the use.
_OF_THE_WHOLE: Mapping[type[Model], Q] = {Hold: Q(record="", subject="")}
_TOLD = (
    *(UseContext, Deployment, StageEvent, RowVerdict),
    *(Waiver, Approval, Hold, Observation, ShadowRun),
)


def _context(row: UseContext, rows: _Rows) -> ContextSince:
    # A context that nobody told of, or that was rewritten, is one for which nothing was shown.
    fits = rows.book.tells_of(row) and digest_of(row.content) == row.digest
    return ContextSince(
        digest=row.digest if fits else "",
        bought=not fits or row.content["bought"] is not False,
        at=row.since,
    )


def _facts(use: Use, rows: _Rows, *, law: RowsInForce, ledger_fits: bool) -> Facts:
    told = rows.book.tells_of
    return Facts(
        agency=use.agency_id,
        use=use.ref,
        law=law,
        owners=frozenset(row.owner for row in rows.all(Ownership, use)),
        contexts=tuple(_context(row, rows) for row in rows.all(UseContext, use)),
        running=tuple(
            Since(value=row.version.digest if row.version and told(row) else "", at=row.since)
            for row in rows.all(Deployment, use)
        ),
        stages=tuple(
            Since(value=row.stage if told(row) else "untold", at=row.at)
            for row in rows.all(StageEvent, use)
        ),
        verdicts=_verdicts(use, rows),
        waivers=tuple(
            Waived(
                row=row.row,
                version=row.version,
                context=row.context,
                reason=row.reason,
                by=row.by,
                at=row.at,
                until=row.until,
            )
            for row in rows.told(Waiver, use)
        ),
        approvals=tuple(_approved(row) for row in rows.told(Approval, use)),
        ended=(
            *map(attrgetter("at"), rows.all(Ending, use)),
            *rows.stops.get(use.ref, ()),
        ),
        holds=tuple(
            UseHold(level=Level(row.level), at=row.at, lifted_at=rows.lifted_at(row))
            for row in rows.all(Hold, use)
        ),
        observed=_observed(use, rows),
        shadowed=tuple(
            Shadowed(version=row.version, by=row.by, at=row.at, until=row.until)
            for row in rows.told(ShadowRun, use)
        ),
        ledger_fits=ledger_fits and use.ref not in rows.lost and _all_told(use, rows),
    )


def _all_told(use: Use, rows: _Rows) -> bool:
    # A later verdict that was rewritten would leave an older one to speak for today, and a
    # stop could be rewritten as a pause.
    return all(
        rows.book.tells_of(row) for model in (RowVerdict, Hold) for row in rows.all(model, use)
    )


def _verdicts(use: Use, rows: _Rows) -> tuple[Recorded, ...]:
    return tuple(
        Recorded(
            row=row.row,
            version=row.version,
            context=row.context,
            finding=Finding(row.finding),
            rests_on=tuple(row.rests_on),
            needs=tuple(row.needs),
            law=row.law,
            at=row.at,
            until=row.until,
            entry=row.entry,
        )
        for row in rows.all(RowVerdict, use)
    )


def _approved(row: Approval) -> Approved:
    terms = (
        None
        if row.cap is None
        else PilotTerms(
            cap=row.cap,
            exit_criteria=row.exit_criteria,
            stop_rule=row.stop_rule,
            redress=row.redress,
        )
    )
    return Approved(
        ref=row.pk,
        version=row.version,
        context=row.context,
        by=row.by,
        at=row.at,
        until=row.until,
        conditions=tuple(row.conditions),
        pilot=terms,
    )


def _observed(use: Use, rows: _Rows) -> tuple[Observed, ...]:
    # What was not running before its system was enrolled is not observed.
    if use.running_since is None:
        return ()
    return tuple(
        Observed(
            version=row.version,
            context=row.context,
            by=row.by,
            running_since=use.running_since,
            enrolled_at=use.system.enrolled_at,
            at=row.at,
            until=row.until,
        )
        for row in rows.told(Observation, use)
    )
