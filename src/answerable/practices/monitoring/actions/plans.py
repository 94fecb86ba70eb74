"""Setting limits: proposed by an owner, agreed to by a reviewer, before there is any data."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.duties import may_record_met
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.row_findings import RowFinding, record_findings
from answerable.gate.terms import Finding
from answerable.gate.verdicts import need_version_of
from answerable.inventory.queries import context_of, owners_ever, use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.monitoring import entries
from answerable.practices.monitoring.models import AGREED, PROPOSED, RED, SUPERSEDED, Alarm, Plan
from answerable.practices.monitoring.queries import last_agreed, plans_in_force
from answerable.practices.monitoring.rules.limits import (
    LONGEST_TEXT,
    Terms,
    check,
    loosened,
    terms_from,
)


class UnknownPlan(AnswerableError):
    """No limits that the actor may know of have this number."""

    code = "monitoring.unknown_plan"
    message = "There are no limits {plan} of a use of yours."
    hint = "Look at the limits of the use."


class PlanNotProposed(AnswerableError):
    """Limits were agreed to, or replaced, before."""

    code = "monitoring.plan_not_proposed"
    message = "The limits {plan} are {state} already."
    hint = "Propose new ones instead."


class OwnLimits(AnswerableError):
    """An owner would agree to the limits of their own use."""

    code = "monitoring.own_limits"
    message = "Whoever owns {use}, or has owned it, does not agree to its limits."
    hint = "Ask a reviewer who never owned it."
    citation = "REQUIREMENTS P3h"


class LimitsNotBeforehand(AnswerableError):
    """Limits would hold for days of which something may have been seen."""

    code = "monitoring.limits_not_beforehand"
    message = "Limits agreed to on {agreed} cannot hold from {begins_on} on."
    hint = "Let them begin on a later day: limits set afterwards fit any result."
    citation = "REQUIREMENTS P3h"


class GainsUnsaid(AnswerableError):
    """A limit lets more pass than before, and nobody said who gains by it."""

    code = "monitoring.gains_unsaid"
    message = "Looser than before: {loosened}. Nobody said why, and who gains."
    hint = "Say who gains; it becomes public with the limits."
    citation = "REQUIREMENTS P3h"


def propose_limits(*, terms: Terms, gains: str = "", by: Actor, at: datetime) -> Plan:
    """Propose the limits under which a version of a use is to be watched.

    ``gains`` says who gains where a limit is looser than the one before.
    """
    with transaction.atomic():
        use = locked(use_for(by, terms.use, Role.OWNER))
        need_version_of(use, terms.version)
        check(terms, outcomes=context_of(use).content["outcomes"], attributes=use.attributes)
        told = entries.LimitsProposed(
            use=use.ref,
            version=terms.version,
            plan=terms.digest(),
            begins_on=terms.begins_on.isoformat(),
            streams=tuple(f"{one.name}: {one.words}; {one.reason}" for one in terms.streams),
        )
        return Plan.objects.create(
            use=use,
            version=terms.version,
            content=terms.content(),
            digest=terms.digest(),
            begins_on=terms.begins_on,
            gains=gains.strip()[:LONGEST_TEXT],
            proposed_at=at,
            proposed_by=by.ref,
            proposed_entry=append(told, by=by, at=at, agency=use.agency_id).index,
        )


def agree_to_limits(*, plan: int, by: Actor, at: datetime, law: Law = law_of_agency) -> Plan:
    """Agree to limits; from their first day on they are those of the version.

    Whoever agrees shows the row P3h met by it: the limits were set beforehand.
    """
    found = Plan.objects.filter(pk=plan, use__agency__ref__in=by.agencies).first()
    if found is None:
        raise UnknownPlan(plan=plan)
    with transaction.atomic():
        use = locked(use_for(by, found.use.ref, Role.REVIEWER))
        if not may_record_met(by.ref, owners=owners_ever(use) | {found.proposed_by}):
            raise OwnLimits(use=use.ref)
        if found.begins_on <= at.date():
            raise LimitsNotBeforehand(agreed=at.date(), begins_on=found.begins_on)
        before = last_agreed(use, version=found.version)
        looser: tuple[str, ...] = ()
        if before is not None:
            looser = loosened(terms_from(before.content), terms_from(found.content))
            if looser and not found.gains:
                raise GainsUnsaid(loosened=", ".join(looser))
        plans_in_force(use).filter(version=found.version).update(
            state=SUPERSEDED, ends_on=found.begins_on
        )
        told = entries.LimitsAgreed(
            use=use.ref,
            version=found.version,
            plan=found.digest,
            begins_on=found.begins_on.isoformat(),
            loosened=looser,
            after_breach=Alarm.objects.filter(plan__use=use, tier=RED).exists(),
            gains=found.gains,
        )
        entry = append(told, by=by, at=at, agency=use.agency_id).index
        agreed = Plan.objects.filter(pk=found.pk, state=PROPOSED).update(
            state=AGREED, agreed_at=at, agreed_by=by.ref, agreed_entry=entry
        )
        if not agreed:
            raise PlanNotProposed(plan=plan, state=Plan.objects.get(pk=found.pk).state)
        shown = RowFinding(
            row="P3h", finding=Finding.MET, rests_on=(f"entry {entry}", f"limits {found.digest}")
        )
        record_findings(
            (shown,), use=use.ref, version=found.version, room=__name__, by=by, at=at, law=law
        )
    found.refresh_from_db()
    return found
