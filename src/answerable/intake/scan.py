"""Looking through what arrived: every marked record becomes part of a finding, exactly once.

How far the looking has come is written in the transaction of the findings, so that
whatever is interrupted is neither lost nor counted twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from answerable.gate.effect import Clearances
from answerable.gate.in_force import Law, law_of_agency
from answerable.intake import positions
from answerable.intake.bodies import microseconds, moment
from answerable.intake.effects import look_at_effects
from answerable.intake.findings import OTHER_CONTENT, Found, count_finding, state_gap
from answerable.intake.hot.models import Conflict, Head, Record, Source
from answerable.intake.marks import Mark
from answerable.intake.queries import ManySealed
from answerable.people.actors import Actor
from answerable.people.roles import INSTALLATION, Role

# A source's later records may overtake earlier ones by as much before it is a gap.
GAP_GRACE = timedelta(minutes=15)
SCANNER = Actor.operator("answerable/intake")

_AT_A_TIME = 5_000
_RANGES_SHOWN = 20
_THE_ONE = 1
_Place = tuple[str, str, str, str]


def position() -> int:
    """Give the number of the last record that was looked at; nothing later may be sealed."""
    place = positions.position()
    return min(place.seq, place.effect)


def nothing_sealed(_agency: str, _numbers: Sequence[int]) -> Mapping[int, tuple[bytes, str]]:
    """Stand in for the reader of sealed records where there is none: nobody knows any."""
    return {}


def scan(
    *,
    at: datetime,
    sealed: ManySealed = nothing_sealed,
    ledger_fits: bool,
    law: Law = law_of_agency,
    by: Actor = SCANNER,
) -> int:
    """Look through everything that has arrived, and say how many marked records there were.

    Parameters
    ----------
    sealed
        Reads sealed records, for effects of decisions that are sealed already. A decision
        that it does not give counts as one that nobody knows.
    ledger_fits
        Where the ledger does not fit what was signed, no clearance can be shown.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    marked = upto = 0
    while True:
        head = Head.objects.filter(pk=_THE_ONE).first()
        upto = 0 if head is None else head.seq
        found, more = _scan_some(upto, by=by, at=at)
        marked += found
        if not more:
            break
    clearances = Clearances(ledger_fits=ledger_fits, law=law)
    look_at_effects(upto=upto, sealed=sealed, clearances=clearances, by=by, at=at)
    _conflicts(by=by, at=at)
    _gaps(by=by, at=at)
    return marked


def _scan_some(upto: int, *, by: Actor, at: datetime) -> tuple[int, bool]:
    with transaction.atomic():
        place = positions.locked()
        rows = list(
            Record.objects.filter(seq__gt=place.seq, seq__lte=upto)
            .exclude(marks="")
            .order_by("seq")
            .values_list("seq", "agency", "use", "version", "marks", "recorded_us")[:_AT_A_TIME]
        )
        more = len(rows) == _AT_A_TIME
        marked = [
            ((agency, use, mark, version), recorded)
            for _, agency, use, version, marks, recorded in rows
            for mark in marks.split(" ")
            if mark != Mark.HISTORIC
        ]
        for found in _grouped(marked):
            count_finding(found=found, by=by, at=at)
        place.seq = rows[-1][0] if more else max(upto, place.seq)
        place.save(update_fields=["seq"])
    return len(rows), more


def _conflicts(*, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        place = positions.locked()
        rows = list(
            Conflict.objects.filter(pk__gt=place.conflict)
            .order_by("pk")
            .values_list("pk", "agency", "use", "source", "recorded_us")
        )
        if not rows:
            return
        for found in _grouped(
            ((agency, use, OTHER_CONTENT, source), recorded)
            for _, agency, use, source, recorded in rows
        ):
            count_finding(found=found, by=by, at=at)
        place.conflict = rows[-1][0]
        place.save(update_fields=["conflict"])


def _gaps(*, by: Actor, at: datetime) -> None:
    latest = microseconds(at - GAP_GRACE)
    for row in Source.objects.order_by("pk").iterator():
        listed = msgspec.json.decode(row.missing, type=list[tuple[int, int, int]])
        late = [(first, last) for first, last, since in listed if since <= latest]
        missing = row.given_up + sum(last - first + 1 for first, last in late)
        since = min((one[2] for one in listed), default=row.changed_us)
        state_gap(
            agency=row.agency,
            source=row.source,
            missing=missing,
            detail=_ranges(late, given_up=row.given_up),
            since=moment(since),
            by=by,
            at=at,
        )


def _grouped(marked: Iterable[tuple[_Place, int]]) -> list[Found]:
    times: dict[_Place, list[int]] = {}
    for place, recorded in marked:
        times.setdefault(place, []).append(recorded)
    return [
        Found(
            agency=agency,
            use=use,
            kind=kind,
            about=about,
            count=len(recorded),
            first_at=moment(min(recorded)),
            last_at=moment(max(recorded)),
        )
        for (agency, use, kind, about), recorded in times.items()
    ]


def _ranges(late: list[tuple[int, int]], *, given_up: int) -> str:
    """Name missing numbers, so that whoever looks after the source can find them.

    >>> _ranges([(3, 4), (9, 9)], given_up=0)
    '3-4, 9'
    """
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in late[:_RANGES_SHOWN]]
    if len(late) > _RANGES_SHOWN:
        shown.append(f"{len(late) - _RANGES_SHOWN} ranges more")
    if given_up:
        shown.append(f"{given_up} earlier ones")
    return ", ".join(shown)
