"""Recording verdicts on rows, and giving and renewing waivers."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.changes import recompute_after
from answerable.gate.doors import locked, use_for_part
from answerable.gate.duties import may_record_met, may_renew_waiver, may_waive
from answerable.gate.facts import facts_as_last_looked
from answerable.gate.in_force import Law, RowInForce, RowsInForce, law_of_agency
from answerable.gate.models import RowVerdict, Waiver
from answerable.gate.rules import row_states
from answerable.gate.terms import Finding
from answerable.gate.told import entry_of
from answerable.inventory.models import Use
from answerable.inventory.queries import context_of, owners_ever, use_for
from answerable.law.lengths import later
from answerable.ledger.append import append
from answerable.ledger.entries import Entry
from answerable.people.actors import Actor
from answerable.people.roles import Role

LONGEST_REASON = 500


class RowNotInForce(AnswerableError):
    """The agency's profile holds no such row."""

    code = "gate.row_not_in_force"
    message = "Row {row} is not in force for {use}."
    hint = "Look at the rows of the agency's profile."


class VersionUnknown(AnswerableError):
    """Something was said about a version that the system does not have."""

    code = "gate.version_unknown"
    message = "{use} has no version {version}."
    hint = "Record the version first: the client reports it when it starts."


class MetOnNothing(AnswerableError):
    """A row was called met without anything that shows it."""

    code = "gate.met_on_nothing"
    message = "Row {row} cannot be met for {use}: nothing was named that shows it."
    hint = "Name the evidence it rests on; without any, the verdict is *cannot say*."


class MetByHand(AnswerableError):
    """A row was called met by something else than the room that serves it."""

    code = "gate.met_by_hand"
    message = "Nobody records by hand that row {row} of {use} is met: {why}."
    hint = "Sign it off on the pages of the room that serves it."


class OwnMetRefused(AnswerableError):
    """An owner called a row of their own use met."""

    code = "gate.own_met_refused"
    message = "Whoever owns {use}, or has owned it, cannot record that one of its rows is met."
    hint = "Ask a reviewer who never owned it."


class WaiverRefused(AnswerableError):
    """A waiver cannot cover this."""

    code = "gate.waiver_refused"
    message = "Row {row} of {use} cannot be waived: {reason}."
    hint = "Show the row met, or change what it found."


def record_verdict(
    *,
    use: str,
    version: str,
    row: str,
    finding: Finding,
    rests_on: tuple[str, ...] = (),
    needs: tuple[str, ...] = (),
    until: datetime | None = None,
    room: str = "",
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> RowVerdict:
    """Record what was found about a row, for a version in the present context.

    ``room`` is the module whose action came to the finding, its ``__name__``: that a row
    is *met* is taken from the room that serves it and from nobody else. Anybody entitled
    may find it *not met*, or that nobody can say.
    ``rests_on`` names the evidence (digests, references, entries), ``needs`` what would
    settle a *cannot say*. A verdict grows old by itself; ``until`` ends it sooner. An empty
    ``version`` stands for a use of which no version exists yet: it may leave design on it,
    and no version is permitted on it.
    """
    with transaction.atomic():
        found = locked(use_for_part(by, use, Role.OWNER, Role.REVIEWER))
        in_force = law(found.agency_id, on=at.date())
        wanted = _row_of(in_force, row, use=use)
        # Before there is a version, a row is judged for the idea of the use alone.
        if version:
            need_version_of(found, version)
        if finding is Finding.MET:
            _need_from_room(wanted, room, use=use)
            if not any(text.strip() for text in rests_on):
                raise MetOnNothing(row=row, use=use)
            by.need(Role.REVIEWER, agency=found.agency_id)
            if not may_record_met(by.ref, owners=owners_ever(found)):
                raise OwnMetRefused(use=use)
        recorded = RowVerdict(
            use=found,
            version=version,
            context=context_of(found).digest,
            row=row,
            finding=finding.value,
            rests_on=list(rests_on),
            needs=list(needs),
            law=wanted.law,
            at=at,
            by=by.ref,
            until=until,
        )
        recorded.entry = _append(entry_of(recorded), found, by=by, at=at)
        recorded.save(force_insert=True)
        recompute_after(found, by=by, at=at, law=law)
    return recorded


def give_waiver(
    *,
    use: str,
    version: str,
    row: str,
    reason: str,
    until: datetime,
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> Waiver:
    """Let a row of a version be *cannot say* for a while. A waiver is public.

    Only what is built and may be waived can be, only while it is *cannot say*, and only
    once: after that it is renewed by somebody else.
    """
    with transaction.atomic():
        found = locked(use_for(by, use, Role.APPROVER))
        if found.waivers.filter(version=version, row=row).exists():
            refusal = "this version's row was waived before, so a waiver is renewed instead"
            raise WaiverRefused(row=row, use=use, reason=refusal)
        if not may_waive(by.ref, owners=owners_ever(found), issuers=()):
            raise WaiverRefused(row=row, use=use, reason="whoever owns a use waives none of it")
        return _waive(
            found,
            version=version,
            row=row,
            reason=reason,
            until=until,
            renews=None,
            by=by,
            at=at,
            law=law,
        )


def renew_waiver(
    *,
    use: str,
    version: str,
    row: str,
    reason: str,
    until: datetime,
    by: Actor,
    at: datetime,
    law: Law = law_of_agency,
) -> Waiver:
    """Give a waiver again, by another official, as often as the profile lets it be."""
    with transaction.atomic():
        found = locked(use_for(by, use, Role.APPROVER))
        chain = list(found.waivers.filter(version=version, row=row).order_by("at", "pk"))
        limits = law(found.agency_id, on=at.date()).limits
        if not chain:
            raise WaiverRefused(row=row, use=use, reason="there is no waiver to renew")
        if len(chain) > limits.waiver_renewals:
            raise WaiverRefused(row=row, use=use, reason="it was renewed as often as it may be")
        issuers = [past.by for past in chain]
        if not may_renew_waiver(by.ref, owners=owners_ever(found), issuers=issuers):
            refusal = "it is renewed by an official who neither owns the use nor waived it before"
            raise WaiverRefused(row=row, use=use, reason=refusal)
        return _waive(
            found,
            version=version,
            row=row,
            reason=reason,
            until=until,
            renews=chain[-1],
            by=by,
            at=at,
            law=law,
        )


def _need_from_room(row: RowInForce, room: str, *, use: str) -> None:
    # What a room finds of a row that is not built is kept and counts for nothing.
    if row.served_by is None and not room:
        raise MetByHand(row=row.id, use=use, why="nothing serves it yet")
    if row.served_by is not None and not row.is_served_by(room):
        named = row.served_by.rpartition(".")[2]
        raise MetByHand(row=row.id, use=use, why=f"{named} finds it from what it keeps")


def need_version_of(use: Use, version: str) -> None:
    """Refuse a version that the system does not have."""
    if not use.system.versions.filter(digest=version).exists():
        raise VersionUnknown(use=use.ref, version=version[:64])


def _waive(
    use: Use,
    *,
    version: str,
    row: str,
    reason: str,
    until: datetime,
    renews: Waiver | None,
    by: Actor,
    at: datetime,
    law: Law,
) -> Waiver:
    in_force = law(use.agency_id, on=at.date())
    need_version_of(use, version)
    wanted = _row_of(in_force, row, use=use.ref)
    refusal = _bar_to_waive(use, wanted, version=version, at=at, law=law)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        refusal = f"its reason is blank or longer than {LONGEST_REASON} characters"
    elif not at < until <= later(at, in_force.limits.waiver):
        refusal = f"it ends within {in_force.limits.waiver.whole} days or not at all"
    if refusal:
        raise WaiverRefused(row=row, use=use.ref, reason=refusal)
    waiver = Waiver(
        use=use,
        version=version,
        context=context_of(use).digest,
        row=row,
        reason=reason,
        at=at,
        by=by.ref,
        until=until,
        renews=renews,
    )
    waiver.entry = _append(entry_of(waiver), use, by=by, at=at)
    waiver.save(force_insert=True)
    recompute_after(use, by=by, at=at, law=law)
    return waiver


def _bar_to_waive(use: Use, row: RowInForce, *, version: str, at: datetime, law: Law) -> str | None:
    if not row.waivable:
        return "no waiver ever covers this row"
    if row.served_by is None:
        return "the row is not built, so nobody can say what is waived"
    states = row_states(
        facts_as_last_looked(use, at=at, law=law), version=version, pilot=False, at=at
    )
    finding = next(state.finding for state in states if state.id == row.id)
    if finding is not Finding.CANNOT_SAY:
        return f"it is {finding.replace('_', ' ')}, and a waiver covers only what nobody can say"
    return None


def _row_of(in_force: RowsInForce, row: str, *, use: str) -> RowInForce:
    wanted = in_force.row(row)
    if wanted is None:
        raise RowNotInForce(row=row[:20], use=use)
    return wanted


def _append(entry: Entry, use: Use, *, by: Actor, at: datetime) -> int:
    return append(entry, by=by, at=at, agency=use.agency_id).index
