"""What the ledger tells and the tables no longer hold: stops, and rows that were removed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Model, Q, QuerySet

from answerable.gate.entries import (
    ApprovalRefused,
    HoldPlaced,
    PermitClosed,
    VerdictRecorded,
)
from answerable.gate.models import Hold, RowVerdict
from answerable.gate.terms import Level
from answerable.inventory.entries import (
    ContextChanged,
    DeploymentEnded,
    DeploymentStarted,
    OwnerNamed,
    StageEntered,
)
from answerable.inventory.models import Deployment, Ownership, StageEvent, UseContext
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow

_STOPS = (HoldPlaced.kind, ApprovalRefused.kind, PermitClosed.kind)
# Of these the latest row decides: were it removed, an older one would speak for today. A
# pause that was removed would be over without having been lifted.
_LATEST_DECIDES = tuple(
    told.kind
    for told in (
        *(VerdictRecorded, HoldPlaced, ContextChanged, OwnerNamed),
        *(DeploymentStarted, DeploymentEnded, StageEntered),
    )
)
_TABLES: Mapping[type[Model], Q] = {
    **dict.fromkeys((RowVerdict, UseContext, Ownership, Deployment, StageEvent), Q()),
    # Those on single decisions have entries of another kind.
    Hold: Q(record="", subject=""),
}


def stops(agencies: Iterable[str]) -> Mapping[str, list[datetime]]:
    """Give the moments at which each use was stopped, refused or closed."""
    found: dict[str, list[datetime]] = defaultdict(list)
    for entry in _written(_entries(_STOPS, agencies)):
        if entry.kind != HoldPlaced.kind or entry.fields["level"] != Level.PAUSE:
            found[str(entry.fields["use"])].append(entry.at)
    return found


def told_indexes(agencies: Iterable[str]) -> frozenset[int]:
    """List the entries that must have a row. Ask before the rows are read, never after."""
    return frozenset(_entries(_LATEST_DECIDES, agencies).values_list("index", flat=True))


def uses_with_lost_rows(told: frozenset[int], agencies: Iterable[str]) -> frozenset[str]:
    """Name the uses of which a row was removed that the ledger tells of."""
    kept: set[int] = set()
    for table, which in _TABLES.items():
        rows: QuerySet[Model] = QuerySet(table).filter(which, use__agency__ref__in=tuple(agencies))
        kept.update(rows.values_list("entry", flat=True))
    lost = EntryRow.objects.filter(index__in=sorted(told - kept)[:_ENOUGH])
    return frozenset(str(entry.fields["use"]) for entry in _written(lost))


# A table that was emptied loses more rows than a query may name; the first tell enough.
_ENOUGH = 500


def _entries(kinds: tuple[str, ...], agencies: Iterable[str]) -> QuerySet[EntryRow]:
    return EntryRow.objects.filter(kind__in=kinds, agency__in=tuple(agencies))


def _written(rows: QuerySet[EntryRow]) -> Iterable[WrittenEntry]:
    for payload in rows.values_list("payload", flat=True):
        yield WrittenEntry.read(bytes(payload))
