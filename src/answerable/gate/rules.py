"""The permit of a use in one version at a moment, computed from facts alone.

Every comparison fails closed: what is missing, ended, early, or given by the wrong person
does not count, and at the same moment a stop goes before an approval.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from answerable.gate.duties import may_approve, may_renew_waiver, may_waive
from answerable.gate.in_force import PERMIT_STEPS, RowInForce
from answerable.gate.terms import (
    MISFIT,
    Approved,
    ContextSince,
    Facts,
    Finding,
    Level,
    Permit,
    PermitState,
    Recorded,
    RowState,
    Shadowed,
    Waived,
)
from answerable.inventory.stages import RUNNING, Stage
from answerable.law.lengths import later
from answerable.law.rows import Step

NEVER_RECORDED = "A verdict for this version in this context."
NOT_BUILT = "This row is not built yet."


def permit(facts: Facts, *, version: str, at: datetime) -> Permit:
    """Say what a use may do in a version at a moment.

    Open only while every row in force that blocks deployment or use is *met* for this
    version in this context, or *cannot say* under a live waiver, and an approval for
    them, given after the last stop, is alive; never by what was stored, imported or
    restored.
    """
    approval = live_approval(facts, version=version, at=at)
    rows = row_states(facts, version=version, pilot=_is_pilot(approval), at=at)
    state, reasons = _state(facts, version=version, approval=approval, rows=rows, at=at)
    return Permit(
        state=state,
        reasons=reasons,
        rows=rows,
        approval=approval,
        paused=Level.PAUSE in levels(facts, at=at),
    )


def _state(
    facts: Facts,
    *,
    version: str,
    approval: Approved | None,
    rows: tuple[RowState, ...],
    at: datetime,
) -> tuple[PermitState, tuple[str, ...]]:
    bar = next(_bars(facts, version=version, at=at), None)
    if bar is not None:
        return bar[0], bar[1:]
    missing = tuple(_reason(row) for row in rows if row.holds_the_gate)
    if approval is not None and not missing:
        if approval.pilot is not None:
            return PermitState.PILOT, ("pilot_open",)
        return PermitState.OPEN, ("permit_open",)
    if _observed(facts, version=version, at=at):
        return PermitState.OBSERVE, ("observed",)
    return PermitState.PEOPLE_ONLY, (*(() if approval else ("no_live_approval",)), *missing)


def _bars(facts: Facts, *, version: str, at: datetime) -> Iterator[tuple[PermitState, str]]:
    """Give what settles the state before any row is looked at, heaviest first."""
    stage = stage_at(facts, at=at)
    in_place = levels(facts, at=at)
    if Level.STOPPED in in_place:
        yield PermitState.STOPPED, "hold_stopped"
    if stage == Stage.DECOMMISSION:
        yield PermitState.STOPPED, "decommissioned"
    if not facts.ledger_fits:
        yield PermitState.PEOPLE_ONLY, MISFIT
    shadow = _shadow_run(facts, version=version, at=at)
    # People decide in either case: an official who starts a shadow run after a hold sent
    # the cases to people has weighed the hold; a hold that comes later ends the run.
    if Level.PEOPLE_ONLY in in_place and (
        shadow is None or _sent_to_people_since(facts, shadow.at, at=at)
    ):
        yield PermitState.PEOPLE_ONLY, "hold_people_only"
    if shadow is not None:
        yield PermitState.SHADOW, "shadow_run"
    if running_at(facts, at=at) != version:
        yield PermitState.PEOPLE_ONLY, "version_not_running"
    if stage not in RUNNING:
        yield PermitState.PEOPLE_ONLY, f"stage_{stage}" if stage else "no_stage"


def row_states(facts: Facts, *, version: str, pilot: bool, at: datetime) -> tuple[RowState, ...]:
    """Say how each row in force stands for a version at a moment."""
    verdicts = _latest_verdicts(facts, version=version, at=at)
    return tuple(
        _row_state(facts, row, verdicts.get(row.id, ()), version=version, pilot=pilot, at=at)
        for row in facts.law.rows
    )


def _row_state(
    facts: Facts,
    row: RowInForce,
    told: Sequence[Recorded],
    *,
    version: str,
    pilot: bool,
    at: datetime,
) -> RowState:
    context = context_at(facts, at=at)
    steps = row.blocks & PERMIT_STEPS - ({Step.WIDER_RELEASE} if pilot else set())
    # Without a context nobody knows whether anything was bought: the row counts.
    applies = not row.if_bought or context is None or context.bought
    rests_on: tuple[str, ...] = ()
    needs: tuple[str, ...] = (NEVER_RECORDED,)
    finding = Finding.CANNOT_SAY
    entry: int | None = None
    if row.served_by is None:
        needs = (NOT_BUILT,)
    elif told:
        # Of several told at the same moment the worst stands, a stale one being worse than met.
        readings = [(*_reading(facts, row, one, at=at), one.entry) for one in told]
        finding, rests_on, needs, entry = max(readings, key=lambda one: _WORSE[one[0]])
    return RowState(
        id=row.id,
        finding=finding,
        rests_on=rests_on,
        needs=() if finding is Finding.MET else needs,
        not_built=row.served_by is None,
        waived=(
            finding is Finding.CANNOT_SAY
            and row.served_by is not None
            and row.waivable
            and live_waiver(facts, row.id, version=version, at=at) is not None
        ),
        blocks=bool(steps) and applies,
        entry=entry,
    )


def _latest_verdicts(facts: Facts, *, version: str, at: datetime) -> dict[str, list[Recorded]]:
    """Give what was told last of each row, everything of that moment."""
    context = context_at(facts, at=at)
    if context is None:
        return {}
    latest: dict[str, list[Recorded]] = {}
    for one in facts.verdicts:
        if (one.version, one.context) == (version, context.digest) and one.at <= at:
            told = latest.setdefault(one.row, [])
            if told and one.at > told[0].at:
                told.clear()
            if not told or one.at == told[0].at:
                told.append(one)
    return latest


_WORSE = {Finding.MET: 0, Finding.CANNOT_SAY: 1, Finding.NOT_MET: 2}


def _reading(
    facts: Facts, row: RowInForce, found: Recorded, *, at: datetime
) -> tuple[Finding, tuple[str, ...], tuple[str, ...]]:
    """Read one verdict as it stands now: the finding, what it rests on, what it needs."""
    stale = _staleness(facts, row, found, at=at)
    if stale:
        return Finding.CANNOT_SAY, found.rests_on, (*found.needs, stale)
    return found.finding, found.rests_on, found.needs


def _staleness(facts: Facts, row: RowInForce, found: Recorded, *, at: datetime) -> str | None:
    # What was found wrong stays wrong until something newer is found, so that no waiver
    # can cover it once it is old.
    if found.finding is Finding.NOT_MET:
        return None
    if found.law != row.law:
        return "A verdict under the present wording of the row."
    if found.until is not None and found.until <= at:
        return "A new verdict: the last one has expired."
    if later(found.at, facts.law.limits.field_age) <= at:
        return "A new verdict: the last one is too old."
    if found.finding is Finding.MET and not found.rests_on:
        return "What the verdict rests on."
    return None


def live_waiver(facts: Facts, row: str, *, version: str, at: datetime) -> Waived | None:
    """Give the waiver that covers a row of a version now; None where none does."""
    context = context_at(facts, at=at)
    return next(
        (
            waiver
            for waiver in _waivers_that_count(facts, row, version=version, at=at)
            if context is not None and waiver.context == context.digest and at < waiver.until
        ),
        None,
    )


def _waivers_that_count(
    facts: Facts, row: str, *, version: str, at: datetime
) -> tuple[Waived, ...]:
    """Give the first waiver and its renewals: each by another official, only so many."""
    limits = facts.law.limits
    told = sorted(
        (one for one in facts.waivers if one.row == row and one.version == version),
        key=lambda one: (one.at, one.by),
    )
    counted: list[Waived] = []
    for one in told:
        by_whom = may_renew_waiver if counted else may_waive
        if (
            one.at <= at
            and one.reason.strip()
            and one.until <= later(one.at, limits.waiver)
            and len(counted) <= limits.waiver_renewals
            and by_whom(one.by, owners=facts.owners, issuers=[past.by for past in counted])
        ):
            counted.append(one)
    return tuple(counted)


def live_approval(facts: Facts, *, version: str, at: datetime) -> Approved | None:
    """Give the approval that carries a version now; None where none does."""
    context = context_at(facts, at=at)
    alive = [
        one
        for one in facts.approvals
        if one.version == version
        and context is not None
        and one.context == context.digest
        and one.at <= at < one.until <= later(one.at, facts.law.limits.permit)
        and may_approve(one.by, owners=facts.owners)
        and not stopped_since(facts, one.at, at=at)
        and not _changed_since(facts, one, at=at)
        and (one.pilot is None or one.pilot.cap > 0)
    ]
    # Of two given at the same moment the narrower one stands.
    return max(alive, key=lambda one: (one.at, _is_pilot(one)), default=None)


def _is_pilot(approval: Approved | None) -> bool:
    return approval is not None and approval.pilot is not None


def _changed_since(facts: Facts, approval: Approved, *, at: datetime) -> bool:
    """Whether another context, or another version after this one, came since the approval.

    A mismatch voids an approval for good (P2.0a): going back does not bring it back.
    """
    if any(approval.at < one.at <= at and one.digest != approval.context for one in facts.contexts):
        return True
    began = running_at(facts, at=approval.at) == approval.version
    for one in sorted(facts.running, key=lambda one: one.at):
        if approval.at < one.at <= at:
            if began and one.value != approval.version:
                return True
            began = began or one.value == approval.version
    return False


def stopped_since(facts: Facts, moment: datetime, *, at: datetime) -> bool:
    """Whether the use was stopped, refused or closed at the moment or after it."""
    stops = [hold.at for hold in facts.holds if hold.level is not Level.PAUSE]
    return any(moment <= stop <= at for stop in (*stops, *facts.ended))


def levels(facts: Facts, *, at: datetime) -> frozenset[Level]:
    """Give the grades of the holds on the whole use that are in place."""
    return frozenset(
        hold.level
        for hold in facts.holds
        if hold.at <= at and (hold.lifted_at is None or at < hold.lifted_at)
    )


def _shadow_run(facts: Facts, *, version: str, at: datetime) -> Shadowed | None:
    """Give the latest shadow run of a version that counts now; None where none does."""
    if stage_at(facts, at=at) in (None, Stage.DESIGN):
        return None
    runs = (
        run
        for run in facts.shadowed
        if run.version == version
        and run.at <= at < run.until <= later(run.at, facts.law.limits.permit)
        and may_approve(run.by, owners=facts.owners)
        and not stopped_since(facts, run.at, at=at)
    )
    return max(runs, key=lambda run: run.at, default=None)


def _sent_to_people_since(facts: Facts, moment: datetime, *, at: datetime) -> bool:
    return any(hold.level is Level.PEOPLE_ONLY and moment <= hold.at <= at for hold in facts.holds)


def _observed(facts: Facts, *, version: str, at: datetime) -> bool:
    context = context_at(facts, at=at)
    return any(
        one.version == version
        and context is not None
        and one.context == context.digest
        and one.running_since < one.enrolled_at <= one.at
        and one.at <= at < one.until <= later(one.enrolled_at, facts.law.limits.observe)
        and may_approve(one.by, owners=facts.owners)
        and not stopped_since(facts, one.at, at=at)
        and all(change.value == version for change in facts.running if one.at <= change.at <= at)
        for one in facts.observed
    )


def context_at(facts: Facts, *, at: datetime) -> ContextSince | None:
    """Give the context of the use at a moment."""
    known = [one for one in facts.contexts if one.at <= at]
    return max(known, key=lambda one: one.at, default=None)


def running_at(facts: Facts, *, at: datetime) -> str | None:
    """Give the version that runs at a moment."""
    known = [one for one in facts.running if one.at <= at]
    latest = max(known, key=lambda one: one.at, default=None)
    return None if latest is None else latest.value or None


def stage_at(facts: Facts, *, at: datetime) -> str | None:
    """Give the stage of the use at a moment."""
    known = [one for one in facts.stages if one.at <= at]
    latest = max(known, key=lambda one: one.at, default=None)
    return None if latest is None else latest.value


def _reason(row: RowState) -> str:
    return f"not_built:{row.id}" if row.not_built else f"{row.finding}:{row.id}"
