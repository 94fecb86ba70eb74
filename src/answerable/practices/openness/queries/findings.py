"""What the rows of openness show for a use, and what waits for somebody."""

from datetime import datetime, timedelta

from django.urls import reverse

from answerable.gate.row_findings import RowFinding
from answerable.inventory.models import Use
from answerable.inventory.queries import uses_visible_to
from answerable.kit.waiting import Urgency, Waiting
from answerable.law.lengths import later
from answerable.law.profiles import profile
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.openness.models import Policy, RegisterLine
from answerable.practices.openness.queries.content import opt_out_now
from answerable.practices.openness.queries.register import comparison_of
from answerable.practices.openness.queries.reports import HANDLERS, reports_visible_to
from answerable.practices.openness.rules import (
    ReportState,
    about_opt_out,
    about_policy,
    about_record,
)

_COMPARED_WITHIN = timedelta(days=1)
_MOST_WAITING = 100


def findings(use: Use, *, version: str, at: datetime) -> tuple[RowFinding, ...]:
    """Say what is shown about rows P5a, P5b, P5c and P5f of a version now."""
    line = RegisterLine.objects.filter(use=use).select_related("record").first()
    policy = (
        Policy.objects.filter(agency__ref=use.agency_id, at__lte=at).order_by("at", "pk").last()
    )
    statement = opt_out_now(use, at=at)
    oldest = profile(use.agency.profile).value("gate_field_age", on=at.date())
    fresh = policy is not None and at < later(policy.at, oldest)
    policy_found = about_policy(entry=None if policy is None else policy.entry, fresh=fresh)
    told = None if statement is None else statement.entry
    if line is None or line.record.content.get("version") != version:
        # A record of another version says nothing about this one.
        return (
            policy_found,
            *about_record(entry=None, missing=(), compared=None, differs=()),
            about_opt_out(entry=told, published=False),
        )
    comparison = comparison_of(line.record)
    recent = comparison is not None and at < comparison.at + _COMPARED_WITHIN
    on_record = line.record.content.get("opt_out")
    published = isinstance(on_record, dict) and on_record.get("entry") == told
    return (
        policy_found,
        *about_record(
            entry=line.record.entry,
            missing=tuple(line.record.content.get("missing") or ()),
            compared=comparison.entry if comparison is not None and recent else None,
            differs=tuple(line.differs),
        ),
        about_opt_out(entry=told, published=published),
    )


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List what the viewer can do something about now."""
    return [
        *_records_that_wait(viewer),
        *_policies_that_wait(viewer, at=at),
        *_reports_that_wait(viewer, at=at),
    ]


def _records_that_wait(viewer: Actor) -> list[Waiting]:
    lines = {line.use_id: line for line in RegisterLine.objects.filter(agency__in=viewer.agencies)}
    found = []
    for use in uses_visible_to(viewer)[:_MOST_WAITING]:
        line = lines.get(use.pk)
        if not viewer.may(Role.OWNER, agency=use.agency_id):
            continue
        if line is None:
            what, since = f"{use.name} is not on the public register.", use.enrolled_at
            urgency = Urgency.BLOCKED
        elif line.differs_since is not None:
            fields = ", ".join(str(name).replace("_", " ") for name in line.differs)
            what = f"The public record of {use.name} no longer says the truth about: {fields}."
            since, urgency = line.differs_since, Urgency.OVERDUE
        elif line.missing:
            what, since = f"The public record of {use.name} is not complete.", line.at
            urgency = Urgency.BLOCKED
        else:
            continue
        found.append(
            Waiting(
                what=what,
                url=reverse("openness:use", args=[use.ref]),
                agency=use.agency_id,
                since=since,
                urgency=urgency,
            )
        )
    return found


def _policies_that_wait(viewer: Actor, *, at: datetime) -> list[Waiting]:
    known = set(Policy.objects.values_list("agency__ref", flat=True))
    return [
        Waiting(
            what="Your agency has published no policy on its use of AI.",
            url=reverse("openness:write-policy", args=[agency]),
            agency=agency,
            since=at,
            urgency=Urgency.WAITING,
        )
        for agency in sorted(viewer.agencies - known)
        if viewer.may(Role.APPROVER, agency=agency)
    ]


def _reports_that_wait(viewer: Actor, *, at: datetime) -> list[Waiting]:
    able = [agency for agency in viewer.agencies if viewer.may(*HANDLERS, agency=agency)]
    rows = reports_visible_to(viewer).filter(agency__ref__in=able)
    open_rows = rows.exclude(state=ReportState.ANSWERED.value)[:_MOST_WAITING]
    return [
        Waiting(
            what=f"Report {row.number} ({row.about}) is to be "
            f"{'acknowledged' if row.state == ReportState.RECEIVED else 'answered'}.",
            url=reverse("openness:staff-report", args=[row.agency_id, row.number]),
            agency=row.agency_id,
            since=row.acknowledged_at or row.due_at,
            urgency=Urgency.OVERDUE if at >= row.due_at else Urgency.WAITING,
            due=row.due_at,
        )
        for row in open_rows
    ]
