"""One run of the monitors of a use: count, judge, step on, tell."""

from dataclasses import dataclass
from datetime import datetime

from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import RowVerdict
from answerable.gate.row_findings import RowFinding, record_findings
from answerable.gate.terms import Finding
from answerable.inventory.queries import use_for, use_named
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role
from answerable.practices.monitoring.actions.breaker import escalate, hold_the_unseen
from answerable.practices.monitoring.actions.counting import count
from answerable.practices.monitoring.actions.figures import record_figures
from answerable.practices.monitoring.actions.judging import judge
from answerable.practices.monitoring.actions.reading import Log
from answerable.practices.monitoring.models import Plan
from answerable.practices.monitoring.queries import findings, plans_to_run, unsound
from answerable.practices.monitoring.rules.limits import terms_from

WATCHED_ROWS = ("P3a", "P3b", "P3c")
"""The rows that rest on what is counted."""
MONITOR = Actor.operator("answerable/monitoring")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """What a run did: days counted, entries of alarms, steps of the breaker, figures told."""

    days: int = 0
    amber: tuple[int, ...] = ()
    red: tuple[int, ...] = ()
    steps: tuple[str, ...] = ()
    figures: int = 0


def run(*, use: str, log: Log, by: Actor = MONITOR, at: datetime, law: Law = law_of_agency) -> Ran:
    """Watch a use up to a moment. Safe to run twice, and to be killed anywhere.

    What was counted before is not counted again, and alarms follow from the stored counts:
    a run after a kill raises what the one before would have raised.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    found = use_named(use)
    total = Ran()
    for plan in plans_to_run(found):
        if need := unsound(plan):
            if plan.ends_on is None:
                _tell_unsound(plan, need, by=by, at=at, law=law)
            continue
        terms = terms_from(plan.content)
        days = count(plan=plan, terms=terms, log=log, by=by, at=at)
        alarms = judge(plan=plan, terms=terms, by=by, at=at, law=law)
        blind = (
            hold_the_unseen(plan=plan, terms=terms, by=by, at=at, law=law)
            if plan.ends_on is None
            else None
        )
        told = record_figures(plan=plan, terms=terms, by=by, at=at)
        total = Ran(
            days=total.days + days,
            amber=(*total.amber, *(one.entry for one in alarms if one.tier == "amber")),
            red=(*total.red, *(one.entry for one in alarms if one.tier == "red")),
            steps=(*total.steps, *((blind.grade,) if blind else ())),
            figures=total.figures + len(told),
        )
    steps = escalate(use=found, by=by, at=at, law=law)
    return Ran(
        days=total.days,
        amber=total.amber,
        red=total.red,
        steps=(*total.steps, *(one.grade for one in steps)),
        figures=total.figures,
    )


def _tell_unsound(plan: Plan, need: str, *, by: Actor, at: datetime, law: Law) -> None:
    """Say of every row that counts that nothing can be said, once: nobody judges changed rows."""
    last = RowVerdict.objects.filter(use=plan.use, version=plan.version).order_by("-pk")
    for row in WATCHED_ROWS:
        before = last.filter(row=row).first()
        if before is None or before.finding != Finding.CANNOT_SAY or before.needs != [need]:
            found = RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=(need,))
            record_findings(
                (found,),
                use=plan.use.ref,
                version=plan.version,
                room=__name__,
                by=by,
                at=at,
                law=law,
            )


def sign_off(
    *, use: str, version: str, by: Actor, at: datetime, law: Law = law_of_agency
) -> list[RowVerdict]:
    """A reviewer takes what monitoring shows as verdicts; met only by one who never owned it."""
    found = use_for(by, use, Role.REVIEWER)
    return record_findings(
        findings(found, version=version, at=at, law=law),
        use=use,
        version=version,
        room=__name__,
        by=by,
        at=at,
        law=law,
    )
