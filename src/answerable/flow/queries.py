"""What fell due and is not done, for those who look after an agency; reads only."""

from datetime import datetime

from django.db.models import Min, Q, Sum
from django.shortcuts import resolve_url

from answerable.flow import schedule
from answerable.flow.models import DueReaction, ReactionPosition
from answerable.flow.reactions import RETRIED_AFTER
from answerable.flow.table import REACTIONS
from answerable.inventory.queries import uses_named
from answerable.kit.waiting import Urgency, Waiting
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor
from answerable.people.models import Agency
from answerable.people.roles import Role

_MOST_LISTED = 50


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List the entries that were not answered, and the work by time that was not done.

    Administrators and owners of an agency see its entries; what the whole installation has
    to do is shown to administrators.
    """
    agencies = [
        agency
        for agency in viewer.agencies
        if viewer.may(Role.ADMINISTRATOR, Role.OWNER, agency=agency)
    ]
    return [*_reactions(agencies, at=at), *_unseen(agencies, at=at), *_jobs(viewer, at=at)]


def _reactions(agencies: list[str], *, at: datetime) -> list[Waiting]:
    # What was not even tried by now is overdue as well: nobody ran it.
    undone = DueReaction.objects.filter(~Q(failure="") | Q(tried_at=None), finished_at=None)
    entries = EntryRow.objects.filter(agency__in=agencies, index__in=undone.values("index"))
    rows = {row.index: row for row in entries.order_by("index")[:_MOST_LISTED]}
    return [
        _of_entry(one, rows[one.index])
        for one in undone.filter(index__in=list(rows)).order_by("index", "pk")
        if one.failure or rows[one.index].recorded_at + RETRIED_AFTER <= at
    ]


def _unseen(agencies: list[str], *, at: datetime) -> list[Waiting]:
    """Tell of the first entry of each agency of which nobody has noted what follows from it."""
    place = ReactionPosition.objects.values_list("next_index", flat=True).first() or 0
    kinds = {kind for reaction in REACTIONS for kind in reaction.kinds}
    beyond = EntryRow.objects.filter(
        index__gte=place, kind__in=kinds, recorded_at__lte=at - RETRIED_AFTER
    )
    firsts = (beyond.filter(agency=one).order_by("index").first() for one in sorted(agencies))
    return [
        Waiting(
            what=f"What follows from entry {row.index}, and those after it, was not looked at.",
            url=resolve_url("inventory:systems"),
            agency=row.agency,
            since=row.recorded_at,
            urgency=Urgency.OVERDUE,
            due=row.recorded_at,
        )
        for row in firsts
        if row is not None
    ]


def _of_entry(one: DueReaction, row: EntryRow) -> Waiting:
    told = one.failure or "It was not tried yet."
    use = str(WrittenEntry.read(bytes(row.payload)).fields.get("use") or "")
    known = uses_named([use]).exists()
    return Waiting(
        what=f"What follows from entry {row.index} is not done ({one.reaction}): {told}",
        url=resolve_url("gate:entries", use) if known else resolve_url("inventory:systems"),
        agency=row.agency,
        since=row.recorded_at,
        urgency=Urgency.OVERDUE,
        due=row.recorded_at,
    )


def _jobs(viewer: Actor, *, at: datetime) -> list[Waiting]:
    mine = {one for one in viewer.agencies if viewer.may(Role.ADMINISTRATOR, agency=one)}
    if not mine:
        return []
    # A reason may name uses of every agency, so it is shown to whoever looks after them all.
    whole = mine >= set(Agency.objects.values_list("ref", flat=True))
    late = schedule.overdue().filter(
        ~Q(failure="") | Q(started_at__lt=at - schedule.TAKEN_OVER_AFTER)
    )
    found = late.order_by().values("job").annotate(since=Min("due_at"), tries=Sum("attempts"))
    lines = []
    for one in found.order_by("since", "job"):
        reason = late.filter(job=one["job"]).order_by("-due_at").values_list("failure", flat=True)
        told = f" {reason[0]}" if whole and reason[0] else ""
        lines.append(
            Waiting(
                what=f"Work by time is not done ({one['job']}, tried {one['tries']} times).{told}",
                url=resolve_url("inventory:systems"),
                agency=min(mine),
                since=one["since"],
                urgency=Urgency.OVERDUE,
                due=one["since"],
            )
        )
    return lines
