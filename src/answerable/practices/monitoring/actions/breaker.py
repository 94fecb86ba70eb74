"""The breaker: effects wait at once, then people decide, then the use stops; in law's hours."""

from datetime import datetime, timedelta

from django.db import transaction

from answerable.gate import holds
from answerable.gate.doors import locked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.row_findings import RowFinding, record_findings
from answerable.gate.terms import Finding, Level
from answerable.inventory.models import Use
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.practices.monitoring import entries
from answerable.practices.monitoring.models import BreakerStep, Incident, Plan
from answerable.practices.monitoring.queries import (
    breaker_times,
    coverage_of,
    has_effect,
    open_incidents,
)
from answerable.practices.monitoring.rules.alarms import grades_due
from answerable.practices.monitoring.rules.limits import Terms

BREACH, BLIND = "breach", "blind"
_HOUR = timedelta(hours=1)
_HOLDS = {
    Level.PAUSE: holds.pause,
    Level.PEOPLE_ONLY: holds.send_to_people,
    Level.STOPPED: holds.stop,
}


def escalate(*, use: Use, by: Actor, at: datetime, law: Law = law_of_agency) -> list[BreakerStep]:
    """Take the steps that open breaches have come to, where there is an effect to be held.

    Once people decide, nothing of the system has an effect: the stop is for a use that was
    let decide again while its breach stands open.

    Nothing here lifts a hold: that takes an approving official, and a stop a new approval.
    """
    taken = []
    with transaction.atomic():
        locked(use)
        for incident in open_incidents(use):
            version = incident.alarm.plan.version
            pause_by, stop_by = breaker_times(use, incident.opened_at)
            due = grades_due(
                opened_at=incident.opened_at,
                pause=pause_by - incident.opened_at,
                stop=stop_by - incident.opened_at,
                at=at,
            )
            before = set(incident.steps.values_list("grade", flat=True))
            taken += [
                step(incident, grade, by=by, at=at, law=law)
                for grade in due
                if grade not in before and has_effect(use, version=version, at=at, law=law)
            ]
    return taken


def step(
    incident: Incident, grade: Level, *, by: Actor, at: datetime, law: Law = law_of_agency
) -> BreakerStep:
    """Take one step for a breach."""
    use = incident.alarm.plan.use
    hold = _HOLDS[grade](use=use.ref, ground=BREACH, by=by, at=at, law=law)
    told = entries.BreakerTripped(
        use=use.ref,
        grade=grade.value,
        cause=f"the breach of entry {incident.alarm.entry}",
        hours=(at - incident.opened_at) // _HOUR,
        held=f"hold {hold.pk}, entry {hold.entry}",
    )
    return BreakerStep.objects.create(
        use=use,
        incident=incident,
        grade=grade.value,
        hold=hold.pk,
        at=at,
        entry=append(told, by=by, at=at, agency=use.agency_id).index,
    )


def hold_the_unseen(
    *, plan: Plan, terms: Terms, by: Actor, at: datetime, law: Law = law_of_agency
) -> BreakerStep | None:
    """Let effects wait where nothing was seen for longer than was agreed to (P3a)."""
    shown = coverage_of(plan, terms, at=at)
    since = shown.blind_since
    if since is None or shown.blind_now <= terms.blind_days:
        return None
    with transaction.atomic():
        use = locked(plan.use)
        known = BreakerStep.objects.filter(use=use, incident=None, blind_since=since)
        if known.exists() or not has_effect(use, version=plan.version, at=at, law=law):
            return None
        hold = holds.pause(use=use.ref, ground=BLIND, by=by, at=at, law=law)
        told = entries.BreakerTripped(
            use=use.ref,
            grade=Level.PAUSE.value,
            cause=f"the last day on which a decision was counted, before {since}",
            hours=24 * shown.blind_now,
            held=f"hold {hold.pk}, entry {hold.entry}",
        )
        entry = append(told, by=by, at=at, agency=use.agency_id).index
        taken = BreakerStep.objects.create(
            use=use,
            blind_since=since,
            grade=Level.PAUSE.value,
            hold=hold.pk,
            at=at,
            entry=entry,
        )
        need = f"Counted decisions: there was none for {shown.blind_now} days."
        found = RowFinding(
            row="P3a",
            finding=Finding.CANNOT_SAY,
            rests_on=(f"entry {entry}",),
            needs=(need,),
        )
        record_findings(
            (found,), use=use.ref, version=plan.version, room=__name__, by=by, at=at, law=law
        )
    return taken
