"""Whether the ledger tells of a row: what was typed in, or changed, counts for nothing."""

from collections import defaultdict
from collections.abc import Sequence

from answerable.errors import AnswerableError
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.ledger.queries import tells
from answerable.practices.monitoring import entries
from answerable.practices.monitoring.models import Incident, Plan
from answerable.practices.monitoring.rules.days import DayCells, digest_of_days
from answerable.practices.monitoring.rules.limits import terms_from
from answerable.practices.monitoring.rules.streams import CELLS, Cells


def is_told(plan: Plan) -> bool:
    """Whether limits are those to which a reviewer agreed, and as they were then."""
    try:
        as_they_are = terms_from(plan.content).digest()
    except AnswerableError:
        return False
    return as_they_are == plan.digest and tells(
        plan.agreed_entry,
        entries.LimitsAgreed.kind,
        at=plan.agreed_at,
        use=plan.use.ref,
        version=plan.version,
        plan=plan.digest,
        begins_on=plan.begins_on.isoformat(),
    )


def are_counts_told(plan: Plan) -> bool:
    """Whether the counts of a plan are those that were taken, none changed, missing or added."""
    kept: dict[int, list[DayCells]] = defaultdict(list)
    late = 0
    rows = plan.days.values_list("entry", "late", "on", "attribute", "group", *CELLS)
    for entry, late_here, on, attribute, group, *cells in rows.iterator():
        counted = Cells(**dict(zip(CELLS, cells, strict=True)))
        kept[entry].append(DayCells(on=on, attribute=attribute, group=group, cells=counted))
        late += late_here
    told = EntryRow.objects.filter(
        kind=entries.CountsTaken.kind, agency=plan.use.agency_id, index__gt=plan.agreed_entry
    )
    taken = {}
    for payload in told.values_list("payload", flat=True).iterator():
        written = WrittenEntry.read(bytes(payload))
        if (written.fields["use"], written.fields["plan"]) == (plan.use.ref, plan.digest):
            taken[written.index] = written.fields
    return {entry: digest_of_days(found) for entry, found in kept.items()} == {
        entry: fields["data"] for entry, fields in taken.items()
    } and late == sum(int(str(fields["late"])) for fields in taken.values())


def untold_ends(incidents: Sequence[Incident]) -> list[Incident]:
    """List the breaches whose rows say that they are closed, and of which no entry does."""
    return [
        one
        for one in incidents
        if one.closed_at is not None
        and not tells(
            one.closed_entry,
            entries.IncidentClosed.kind,
            at=one.closed_at,
            use=one.alarm.plan.use.ref,
            stream=one.alarm.stream,
            alarm=one.alarm.entry,
        )
    ]
