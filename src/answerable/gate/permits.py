"""Approving, refusing and closing; pilots, observing and shadow runs."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate import entries
from answerable.gate.changes import recompute_after
from answerable.gate.doors import locked
from answerable.gate.duties import may_approve
from answerable.gate.facts import facts_as_last_looked
from answerable.gate.in_force import Law, RowsInForce, law_of_agency
from answerable.gate.models import Approval, Ending, Observation, ShadowRun
from answerable.gate.rules import row_states
from answerable.gate.terms import PilotTerms
from answerable.gate.told import entry_of
from answerable.gate.verdicts import LONGEST_REASON, need_version_of
from answerable.gate.words import in_words
from answerable.inventory.models import Use
from answerable.inventory.queries import context_of, owners_ever, running_version, use_for
from answerable.law.lengths import later
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role


class OwnUse(AnswerableError):
    """Somebody would approve, or refuse, what is their own."""

    code = "gate.own_use"
    message = "Whoever owns {use}, or has owned it, does not decide about its permit."
    hint = "Ask an approving official who never owned it."


class RowsNotCleared(AnswerableError):
    """Rows still hold the gate."""

    code = "gate.rows_not_cleared"
    message = "{use} cannot be approved in this version, because rows hold the gate. {rows}"
    hint = "The page of the use says what each of them still needs."


class TermRefused(AnswerableError):
    """An approval, a pilot or a run is not bounded as it must be."""

    code = "gate.term_refused"
    message = "{use}: {what} {reason}."
    hint = "Set an end within the profile's limit, and every term of a pilot beforehand."


class NotRunningBefore(AnswerableError):
    """Only what was running when its system was enrolled is observed, and only once."""

    code = "gate.not_running_before"
    message = "{use} cannot be observed: {reason}."
    hint = "Have it assessed and approved; until then people decide."


def approve(
    *,
    use: str,
    version: str,
    until: datetime,
    conditions: tuple[str, ...] = (),
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> Approval:
    """Permit a version in the present context, on public conditions, until a moment.

    Refused while any row holds the gate, and to whoever owns or has owned the use.
    """
    return _approve(
        use, version=version, until=until, conditions=conditions, pilot=None, by=by, at=at, law=law
    )


def start_pilot(
    *,
    use: str,
    version: str,
    until: datetime,
    terms: PilotTerms,
    conditions: tuple[str, ...] = (),
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> Approval:
    """Permit a version for a capped number of decisions, on terms that are set beforehand.

    What blocks only a wider release than a pilot (P2.4c) does not hold it up.
    """
    if terms.cap < 1 or not all(
        text.strip() and len(text) <= LONGEST_REASON
        for text in (terms.exit_criteria, terms.stop_rule, terms.redress)
    ):
        raise TermRefused(use=use, what="the pilot", reason="leaves one of its terms open")
    return _approve(
        use, version=version, until=until, conditions=conditions, pilot=terms, by=by, at=at, law=law
    )


def refuse(*, use: str, reason: str, by: Actor, at: datetime, law: Law = law_of_agency) -> Ending:
    """Refuse to permit a use; approvals given before count no more."""
    return _end(use, refused=True, reason=reason, by=by, at=at, law=law)


def close_permit(
    *, use: str, reason: str, by: Actor, at: datetime, law: Law = law_of_agency
) -> Ending:
    """Close the permit of a use at once; to open it again takes a new approval."""
    return _end(use, refused=False, reason=reason, by=by, at=at, law=law)


def enrol_observed(*, use: str, by: Actor, at: datetime, law: Law = law_of_agency) -> Observation:
    """Watch what was running already, for a time that counts from its system's enrolment.

    An approving official says so, not the owner; it clears nothing, and a stop ends it.
    """
    with transaction.atomic():
        found = _decided_by(by, use)
        limits = law(found.agency_id, on=at.date()).limits
        until = later(found.system.enrolled_at, limits.observe)
        version = running_version(found)
        bar = _bar_to_observe(found, version=version, until=until, at=at)
        if version is None or bar:
            raise NotRunningBefore(use=use, reason=bar or "nothing runs")
        row = Observation(
            use=found,
            version=version,
            context=context_of(found).digest,
            at=at,
            by=by.ref,
            until=until,
        )
        row.entry = append(entry_of(row), by=by, at=at, agency=found.agency_id).index
        row.save(force_insert=True)
        recompute_after(found, by=by, at=at, law=law)
    return row


def start_shadow(
    *,
    use: str,
    version: str,
    until: datetime,
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> ShadowRun:
    """Let a version compute and record without effect, for a time."""
    with transaction.atomic():
        found = _decided_by(by, use)
        need_version_of(found, version)
        _need_end(
            found, "the shadow run", until, at=at, in_force=law(found.agency_id, on=at.date())
        )
        row = ShadowRun(use=found, version=version, at=at, by=by.ref, until=until)
        row.entry = append(entry_of(row), by=by, at=at, agency=found.agency_id).index
        row.save(force_insert=True)
        recompute_after(found, by=by, at=at, law=law)
    return row


def _approve(
    use: str,
    *,
    version: str,
    until: datetime,
    conditions: tuple[str, ...],
    pilot: PilotTerms | None,
    by: Actor,
    at: datetime,
    law: Law,
) -> Approval:
    with transaction.atomic():
        found = _decided_by(by, use)
        need_version_of(found, version)
        _need_end(found, "the approval", until, at=at, in_force=law(found.agency_id, on=at.date()))
        facts = facts_as_last_looked(found, at=at, law=law)
        rows = row_states(facts, version=version, pilot=pilot is not None, at=at)
        holding = [row for row in rows if row.holds_the_gate]
        if holding:
            raise RowsNotCleared(use=use, rows=in_words(holding))
        row = Approval(
            use=found,
            version=version,
            context=context_of(found).digest,
            at=at,
            by=by.ref,
            until=until,
            conditions=list(conditions),
            cap=None if pilot is None else pilot.cap,
            exit_criteria="" if pilot is None else pilot.exit_criteria,
            stop_rule="" if pilot is None else pilot.stop_rule,
            redress="" if pilot is None else pilot.redress,
        )
        row.entry = append(entry_of(row), by=by, at=at, agency=found.agency_id).index
        row.save(force_insert=True)
        recompute_after(found, by=by, at=at, law=law)
    return row


def _end(use: str, *, refused: bool, reason: str, by: Actor, at: datetime, law: Law) -> Ending:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise TermRefused(use=use, what="the reason", reason="is blank or too long")
    kind = entries.ApprovalRefused if refused else entries.PermitClosed
    with transaction.atomic():
        found = _decided_by(by, use)
        entry = append(kind(use=use, reason=reason), by=by, at=at, agency=found.agency_id).index
        row = Ending.objects.create(
            use=found, refused=refused, reason=reason, at=at, by=by.ref, entry=entry
        )
        recompute_after(found, by=by, at=at, law=law)
    return row


def _decided_by(by: Actor, use: str) -> Use:
    found = locked(use_for(by, use, Role.APPROVER))
    if not may_approve(by.ref, owners=owners_ever(found)):
        raise OwnUse(use=use)
    return found


def _need_end(use: Use, what: str, until: datetime, *, at: datetime, in_force: RowsInForce) -> None:
    limit = in_force.limits.permit
    if not at < until <= later(at, limit):
        reason = f"must end within {limit.whole} {limit.unit} from now"
        raise TermRefused(use=use.ref, what=what, reason=reason)


def _bar_to_observe(use: Use, *, version: str | None, until: datetime, at: datetime) -> str | None:
    if use.running_since is None or use.running_since >= use.system.enrolled_at:
        return "it was not running when its system was enrolled"
    if Observation.objects.filter(use=use).exists():
        return "it was observed already"
    if until <= at:
        return "the time for it, counted from the enrolment of its system, has passed"
    return None if version else "no version of it is known to run"
