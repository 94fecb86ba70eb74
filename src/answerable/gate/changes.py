"""The dated history of states, kept by computing the permit again."""

from datetime import datetime

from django.db import transaction

from answerable.gate.doors import locked
from answerable.gate.entries import StateChanged
from answerable.gate.facts import facts_as_last_looked, facts_of
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import StateChange
from answerable.gate.moments import walk
from answerable.gate.terms import MISFIT, Facts, Permit, PermitState
from answerable.inventory.models import Use
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role


def recompute(
    use: Use,
    *,
    by: Actor,
    at: datetime,
    ledger_fits: bool,
    law: Law = law_of_agency,
) -> list[StateChange]:
    """Record every change of state up to now, each at the moment at which it came.

    Safe to run twice: a second run finds nothing new. What a permit is does not depend
    on it.
    """
    with transaction.atomic():
        facts = facts_of(locked(use), at=at, law=law, ledger_fits=ledger_fits)
        return _record_all(use, facts, by=by, at=at)


def recompute_after(
    use: Use, *, by: Actor, at: datetime, law: Law = law_of_agency
) -> list[StateChange]:
    """Record what an action has changed, for one that cannot look at the whole ledger.

    What the clock found when it last looked holds until it looks again.
    """
    with transaction.atomic():
        facts = facts_as_last_looked(locked(use), at=at, law=law)
        return _record_all(use, facts, by=by, at=at)


def recompute_all(
    *, by: Actor, at: datetime, ledger_fits: bool, law: Law = law_of_agency
) -> list[StateChange]:
    """Record the changes of every use: what expired, and what was told without `recompute`."""
    by.need(Role.OPERATOR, agency=INSTALLATION)
    return [
        change
        for use in Use.objects.order_by("ref")
        for change in recompute(use, by=by, at=at, law=law, ledger_fits=ledger_fits)
    ]


def versions(facts: Facts) -> frozenset[str]:
    """Give every version that any fact could open in any way."""
    return frozenset(
        (
            *(one.version for one in facts.approvals),
            *(one.version for one in facts.observed),
            *(one.version for one in facts.shadowed),
            *(one.value for one in facts.running if one.value),
        )
    )


def _told_of(use: Use) -> frozenset[str]:
    return frozenset(use.state_changes.values_list("version", flat=True))


def _record_all(use: Use, facts: Facts, *, by: Actor, at: datetime) -> list[StateChange]:
    return [
        change
        for version in sorted(versions(facts) | _told_of(use))
        for change in _changes(use, facts, version, by=by, at=at)
    ]


def _changes(use: Use, facts: Facts, version: str, *, by: Actor, at: datetime) -> list[StateChange]:
    last = use.state_changes.filter(version=version).order_by("at", "pk").last()
    # Before anything was told of it, a version was for people only.
    state = PermitState.PEOPLE_ONLY if last is None else PermitState(last.state)
    since = use.enrolled_at if last is None else last.at
    if not facts.ledger_fits or (last is not None and MISFIT in last.reasons):
        # Nothing dates when the ledger stopped to fit, or began to again: it was found now.
        since = at
    found = []
    for moment, permit in walk(facts, version=version, since=since, until=at):
        if permit.state is not state:
            state = permit.state
            found.append(_record(use, version, permit, since=moment, by=by, at=at))
    return found


def _record(
    use: Use, version: str, permit: Permit, *, since: datetime, by: Actor, at: datetime
) -> StateChange:
    told = StateChanged(
        use=use.ref,
        version=version,
        state=permit.state.value,
        reasons=permit.reasons,
        since=text_of_time(since),
    )
    entry = append(told, by=by, at=at, agency=use.agency_id, occurred_at=since).index
    return StateChange.objects.create(
        use=use,
        version=version,
        state=permit.state.value,
        reasons=list(permit.reasons),
        at=since,
        recorded_at=at,
        entry=entry,
    )
