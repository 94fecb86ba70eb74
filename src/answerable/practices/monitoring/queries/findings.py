"""What monitoring shows about its rows; reads only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.inventory.models import Use
from answerable.practices.monitoring.models import (
    Alarm,
    BreakerStep,
    Incident,
    Plan,
)
from answerable.practices.monitoring.queries.plans import breaker_times, incidents_of, plan_in_force
from answerable.practices.monitoring.queries.standing import (
    Watched,
    coverage_of,
    has_effect,
    watched,
)
from answerable.practices.monitoring.queries.told import are_counts_told, is_told, untold_ends
from answerable.practices.monitoring.rules.coverage import Coverage
from answerable.practices.monitoring.rules.limits import Measured, Terms, terms_from

_BETWEEN_RUNS = timedelta(hours=1)
_ROWS = ("P3a", "P3b", "P3c", "P3h", "P3i")


def findings(
    use: Use, *, version: str, at: datetime, law: Law = law_of_agency
) -> tuple[RowFinding, ...]:
    """Say what monitoring shows about rows P3a, P3b, P3c, P3h and P3i."""
    plan = plan_in_force(use, version=version)
    if plan is None or plan.agreed_entry is None:
        need = "Limits with reasons, agreed to by a reviewer before the first decision."
        return tuple(
            RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=(need,)) for row in _ROWS
        )
    incidents = list(
        incidents_of(use).filter(alarm__plan__version=version).select_related("alarm__plan__use")
    )
    need = unsound(plan, incidents)
    if need:
        return tuple(
            RowFinding(row=row, finding=Finding.CANNOT_SAY, needs=(need,)) for row in _ROWS
        )
    terms = terms_from(plan.content)
    streams = watched(plan, terms)
    shown = coverage_of(plan, terms, at=at)
    open_ones = [one for one in incidents if one.closed_at is None]
    return (
        _p3a(plan, terms, shown),
        _of_streams("P3b", plan, streams, open_ones, shown, terms, _missing_function(terms)),
        _of_streams("P3c", plan, streams, open_ones, shown, terms, _missing_groups(use, terms)),
        RowFinding(
            row="P3h",
            finding=Finding.MET,
            rests_on=(f"entry {plan.agreed_entry}", f"limits {plan.digest}"),
        ),
        _p3i(use, plan, incidents, at=at, law=law),
    )


def unsound(plan: Plan, incidents: Sequence[Incident] = ()) -> str:
    """Say what is needed where stored rows differ from what the ledger tells; else nothing."""
    again = "Restore them from a copy, or have new limits agreed to"
    if not is_told(plan):
        return f"Limits as they were agreed to: those stored were changed since. {again}."
    if untold_ends(incidents):
        return "An end of each closed breach that the ledger tells of: one was closed by hand."
    if not are_counts_told(plan):
        return f"Counts as they were taken: those stored were changed since. {again}."
    return ""


def _p3a(plan: Plan, terms: Terms, shown: Coverage) -> RowFinding:
    rests_on = _counts_entries(plan)
    if not shown.days:
        need = "Days on which the version ran after its limits came to hold."
        return RowFinding(row="P3a", finding=Finding.CANNOT_SAY, needs=(need,))
    if shown.decisions and shown.share < terms.covered:
        return RowFinding(row="P3a", finding=Finding.NOT_MET, rests_on=rests_on)
    if shown.longest_blind > terms.blind_days or not shown.decisions:
        need = (
            f"No more than {terms.blind_days} days in a row without a counted decision; "
            f"there were {shown.longest_blind}."
        )
        return RowFinding(row="P3a", finding=Finding.CANNOT_SAY, rests_on=rests_on, needs=(need,))
    return RowFinding(row="P3a", finding=Finding.MET, rests_on=rests_on)


def _of_streams(
    row: str,
    plan: Plan,
    streams: Sequence[Watched],
    open_ones: Sequence[Incident],
    shown: Coverage,
    terms: Terms,
    missing: Iterable[str],
) -> RowFinding:
    of_row = [one for one in streams if one.stream.row == row]
    # A breach of limits that were replaced since stands open all the same.
    breaches = tuple(f"entry {one.alarm.entry}" for one in open_ones if _row_of(one.alarm) == row)
    if breaches:
        return RowFinding(row=row, finding=Finding.NOT_MET, rests_on=breaches)
    needs = list(missing)
    for one in of_row:
        if not one.points:
            needs.append(f"A counted period of {one.stream.name}.")
        elif one.is_blind:
            needs.append(
                f"More cases for {one.stream.name}: with as many as there were, a change to "
                f"{one.stream.catches:g} would probably not be noticed within a year."
            )
    if shown.blind_now > terms.blind_days:
        needs.append(f"Decisions: none was counted for {shown.blind_now} days.")
    rests_on = (f"entry {plan.agreed_entry}", *_counts_entries(plan))
    if needs:
        return RowFinding(
            row=row, finding=Finding.CANNOT_SAY, rests_on=rests_on, needs=tuple(needs)
        )
    return RowFinding(row=row, finding=Finding.MET, rests_on=rests_on)


def _row_of(alarm: Alarm) -> str:
    """Give the row that a breach speaks against."""
    stream = terms_from(alarm.plan.content).stream(alarm.stream)
    return "P3b" if stream is None else stream.row


def _missing_function(terms: Terms) -> list[str]:
    kinds = {one.measured for one in terms.streams}
    needs = []
    if Measured.VOLUME not in kinds:
        needs.append("A limit on the volume of decisions.")
    if not kinds & {Measured.LABEL, Measured.FALSE_POSITIVE, Measured.FALSE_NEGATIVE}:
        needs.append("A limit on what turned out to be true of decisions.")
    return needs


def _missing_groups(use: Use, terms: Terms) -> list[str]:
    compared = {one.attribute for one in terms.streams if one.reference}
    return [
        f"A limit that compares the groups of {attribute}."
        for attribute in use.attributes
        if attribute not in compared
    ] or ([] if use.attributes else ["An attribute by which groups are told apart."])


def _p3i(
    use: Use, plan: Plan, incidents: Sequence[Incident], *, at: datetime, law: Law
) -> RowFinding:
    if not incidents:
        need = "A breach that was carried to a pause and to its end; there was none yet."
        return RowFinding(row="P3i", finding=Finding.CANNOT_SAY, needs=(need,))
    effect = has_effect(use, version=plan.version, at=at, law=law)
    entries = tuple(f"entry {one.entry}" for one in incidents)
    if any(_acted_late(one, use=use, effect=effect, at=at) for one in incidents):
        return RowFinding(row="P3i", finding=Finding.NOT_MET, rests_on=entries)
    steps = BreakerStep.objects.filter(incident__in=incidents).order_by("pk")
    taken = tuple(f"entry {entry}" for entry in steps.values_list("entry", flat=True))
    return RowFinding(row="P3i", finding=Finding.MET, rests_on=(*entries, *taken))


def _acted_late(incident: Incident, *, use: Use, effect: bool, at: datetime) -> bool:
    pause_by, stop_by = breaker_times(use, incident.opened_at)
    steps = dict(incident.steps.values_list("grade", "at"))
    ended = incident.closed_at
    paused = steps.get("pause")
    if paused is None or paused > pause_by:
        return True
    if (ended or at) < stop_by:
        return False
    stopped = steps.get("stopped")
    return stopped > stop_by + _BETWEEN_RUNS if stopped is not None else effect


def _counts_entries(plan: Plan) -> tuple[str, ...]:
    """Name the last entry of the counts at each age."""
    last: Mapping[int, int] = dict(
        plan.days.filter(attribute="").order_by("on").values_list("age", "entry")
    )
    return tuple(f"entry {entry}" for entry in sorted(set(last.values())))
