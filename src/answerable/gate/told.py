"""The entry that a row of this room or of the inventory must have in the ledger.

Actions append these entries, and `facts` writes them again from the rows it reads: a row
that was typed in, imported, or changed afterwards has no entry that fits, and counts for
nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache, singledispatch

from answerable.gate import entries
from answerable.gate.models import (
    Approval,
    Hold,
    Lift,
    Observation,
    RowVerdict,
    ShadowRun,
    Waiver,
)
from answerable.inventory.entries import (
    ContextChanged,
    DeploymentEnded,
    DeploymentStarted,
    StageEntered,
)
from answerable.inventory.models import Deployment, StageEvent, UseContext
from answerable.ledger.entries import Entry, WrittenEntry, text_of_time
from answerable.ledger.models import EntryRow

Told = (
    Approval
    | Deployment
    | Hold
    | Lift
    | Observation
    | RowVerdict
    | ShadowRun
    | StageEvent
    | UseContext
    | Waiver
)

_AT_ONCE = 500


@singledispatch
def entry_of(row: Told) -> Entry:
    """Write the entry that the ledger must hold for a row."""
    raise TypeError(type(row).__name__)


@entry_of.register
def verdict(row: RowVerdict) -> Entry:
    """Tell of a verdict."""
    return entries.VerdictRecorded(
        use=row.use.ref,
        version=row.version,
        context=row.context,
        row=row.row,
        finding=row.finding,
        rests_on=tuple(row.rests_on),
        needs=tuple(row.needs),
        law=row.law,
        until=None if row.until is None else text_of_time(row.until),
    )


@entry_of.register
def waiver(row: Waiver) -> Entry:
    """Tell of a waiver."""
    return entries.WaiverGiven(
        use=row.use.ref,
        version=row.version,
        context=row.context,
        row=row.row,
        reason=row.reason,
        until=text_of_time(row.until),
        renews=None if row.renews is None else row.renews.entry,
    )


@entry_of.register
def approval(row: Approval) -> Entry:
    """Tell of an approval."""
    return entries.ApprovalGiven(
        use=row.use.ref,
        version=row.version,
        context=row.context,
        until=text_of_time(row.until),
        conditions=tuple(row.conditions),
        cap=row.cap,
        exit_criteria=row.exit_criteria,
        stop_rule=row.stop_rule,
        redress=row.redress,
    )


@entry_of.register
def hold(row: Hold) -> Entry:
    """Tell of a hold: on a whole use, on one decision, or on those about one person."""
    if not row.record and not row.subject:
        return entries.HoldPlaced(use=row.use.ref, level=row.level, ground=row.ground)
    return entries.EffectHeld(
        use=row.use.ref,
        scope="one decision" if row.record else "decisions about one person",
        ground=row.ground,
        decision=decision_digest(source=row.source, record=row.record) if row.record else "",
        subject=row.subject,
    )


@entry_of.register
def lift(row: Lift) -> Entry:
    """Tell of the end of a hold."""
    return entries.HoldLifted(
        use=row.hold.use.ref, hold=row.hold.entry, rests_on=tuple(row.rests_on)
    )


@entry_of.register
def observation(row: Observation) -> Entry:
    """Tell of the observe state."""
    return entries.ObservationStarted(
        use=row.use.ref, version=row.version, context=row.context, until=text_of_time(row.until)
    )


@entry_of.register
def shadow_run(row: ShadowRun) -> Entry:
    """Tell of a shadow run."""
    return entries.ShadowStarted(
        use=row.use.ref, version=row.version, until=text_of_time(row.until)
    )


@entry_of.register
def deployment(row: Deployment) -> Entry:
    """Tell of a deployment, or of the end of one."""
    if row.version is None:
        return DeploymentEnded(use=row.use.ref)
    return DeploymentStarted(use=row.use.ref, version=row.version.digest)


@entry_of.register
def stage(row: StageEvent) -> Entry:
    """Tell of a stage."""
    return StageEntered(
        use=row.use.ref,
        stage=row.stage,
        version=None if row.version is None else row.version.digest,
        rights_entry=row.rights_entry,
    )


@entry_of.register
def context(row: UseContext) -> Entry:
    """Tell of a context."""
    return ContextChanged(use=row.use.ref, context=row.digest)


def decision_digest(*, source: str, record: str) -> str:
    """Name a decision in the ledger."""
    return hashlib.sha256(f"{source}\n{record}".encode()).hexdigest()


class Book:
    """The entries that some rows name, read once."""

    def __init__(self, rows: Iterable[Told]) -> None:
        """Read the entries that the rows name."""
        wanted = sorted({row.entry for row in rows})
        self._written: dict[int, WrittenEntry] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            found = EntryRow.objects.filter(index__in=wanted[start : start + _AT_ONCE])
            for index, payload in found.values_list("index", "payload"):
                self._written[index] = _read(bytes(payload))

    def tells_of(self, row: Told) -> bool:
        """Say whether the ledger tells of the row, as it stands and when it says."""
        entry = entry_of(row)
        written = self._written.get(row.entry)
        at = row.since if isinstance(row, Deployment | UseContext) else row.at
        return (
            written is not None
            and (written.kind, written.at) == (entry.kind, at)
            and _plain(written.fields) == _plain(entry.values())
        )


@lru_cache(maxsize=4096)
def _read(payload: bytes) -> WrittenEntry:
    return WrittenEntry.read(payload)


def _plain(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()
    }
