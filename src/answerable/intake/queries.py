"""Looking up decisions that were stored, wherever they lie now, and findings, for a viewer."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

import msgspec
from django.db.models import QuerySet
from django.urls import reverse

from answerable.gate.effect import Decided
from answerable.intake.arrival import seen_key
from answerable.intake.bodies import KeptDecision
from answerable.intake.hot.models import Record, Seen
from answerable.intake.models import Finding
from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role

# Gives the body and the marks of a sealed record of an agency, by its number.
Sealed = Callable[[str, int], tuple[bytes, str] | None]
# Gives those of several, by their numbers.
ManySealed = Callable[[str, Sequence[int]], Mapping[int, tuple[bytes, str]]]

Named = tuple[str, str]
"""A record of an agency: its source, and its id within it."""

_AT_ONCE = 500


def findings_visible_to(viewer: Actor) -> QuerySet[Finding]:
    """List the findings of the agencies in which the viewer plays a part; the operator sees all.

    A finding tells of no person: it names a use or a source, and counts.
    """
    seen = Finding.objects.order_by("-first_at", "-pk")
    return seen if is_operator(viewer) else seen.filter(agency__in=viewer.agencies)


def decision_of(*, agency: str, source: str, record: str, sealed: Sealed) -> Decided | None:
    """Give a decision as far as its effect depends on it; None where nobody knows it."""

    def all_of(of: str, numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
        kept = ((number, sealed(of, number)) for number in numbers)
        return {number: one for number, one in kept if one is not None}

    name = (source, record)
    return decisions_of(agency=agency, names=[name], sealed=all_of).get(name)


def decisions_of(
    *, agency: str, names: Iterable[Named], sealed: ManySealed
) -> dict[Named, Decided]:
    """Give those decisions of an agency that somebody knows."""
    found: dict[Named, Decided] = {}
    several = iter(dict.fromkeys(names))
    while some := list(islice(several, _AT_ONCE)):
        found.update(_known_of(agency, some, sealed=sealed))
    return found


def still_kept(*, agency: str, names: Iterable[Named]) -> set[Named]:
    """Give those records of an agency that are kept, sealed or not: retention took the others."""
    found: set[Named] = set()
    several = iter(dict.fromkeys(names))
    while some := list(islice(several, _AT_ONCE)):
        found.update(_places(agency, some).values())
    return found


def _places(agency: str, names: Sequence[Named]) -> dict[int, Named]:
    """Give the numbers under which records are kept."""
    by_key = {
        seen_key(agency=agency, source=source, id=name): (source, name) for source, name in names
    }
    seen = Seen.objects.filter(pk__in=list(by_key)).values_list("key", "seq")
    return {seq: by_key[bytes(key)] for key, seq in seen}


def _known_of(
    agency: str, names: Sequence[Named], *, sealed: ManySealed
) -> Iterator[tuple[Named, Decided]]:
    places = _places(agency, names)
    rows = Record.objects.filter(pk__in=list(places)).values_list("seq", "body", "marks")
    kept = {seq: (bytes(body), marks) for seq, body, marks in rows}
    # Asked last: what was sealed meanwhile is found there.
    elsewhere = [seq for seq in places if seq not in kept]
    if elsewhere:
        kept.update(sealed(agency, elsewhere))
    for seq, (body, marks) in kept.items():
        decision = _decided(agency, places[seq], body, marks)
        if decision is not None:
            yield places[seq], decision


def _decided(agency: str, name: Named, body: bytes, marks: str) -> Decided | None:
    source, record = name
    try:
        decision = msgspec.json.decode(body, type=KeptDecision)
    except msgspec.ValidationError:
        # Something else was sent under this id: an outcome has no effect of its own.
        return None
    if decision.kind != "decision" or (decision.agency, decision.source) != (agency, source):
        return None
    return Decided(
        agency=agency,
        use=decision.use,
        version=decision.version,
        source=source,
        record=record,
        subject=decision.person,
        reviewer=decision.reviewer or "",
        outcome=decision.outcome,
        marks=frozenset(marks.split()),
        shadow=decision.shadow,
        occurred_at=decision.occurred_at,
    )


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List the open findings that somebody who approves or reviews uses may close."""
    seen = [
        agency
        for agency in sorted(viewer.agencies)
        if viewer.may(Role.APPROVER, Role.REVIEWER, agency=agency)
    ]
    return [
        Waiting(
            what=f"{finding.use or finding.agency}: {finding.kind.replace('_', ' ')}, "
            f"{finding.count} so far.",
            url=reverse("intake:findings"),
            agency=finding.agency,
            since=min(finding.first_at, at),
            urgency=Urgency.WAITING,
        )
        for finding in findings_visible_to(viewer).filter(agency__in=seen, state="open")
    ]
