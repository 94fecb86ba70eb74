"""Looking through what arrived: every marked record becomes part of a finding, exactly once.

How far the looking has come is written in the transaction of the findings, so that
whatever is interrupted is neither lost nor counted twice.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from answerable.intake.bodies import microseconds, moment
from answerable.intake.findings import OTHER_CONTENT, Found, count_finding, state_gap
from answerable.intake.hot.models import Conflict, Head, Record, Source
from answerable.intake.marks import Mark
from answerable.intake.models import ScanPosition
from answerable.people.actors import Actor

# A source's later records may overtake earlier ones by as much before it is a gap.
GAP_GRACE = timedelta(minutes=15)
SCANNER = Actor.operator("answerable/intake")

_AT_A_TIME = 5_000
_RANGES_SHOWN = 20
_THE_ONE = 1
_Place = tuple[str, str, str, str]


def position() -> int:
    """Give the number of the last record that was looked at; nothing later may be sealed."""
    row = ScanPosition.objects.filter(pk=_THE_ONE).first()
    return 0 if row is None else row.seq


def scan(*, at: datetime, by: Actor = SCANNER) -> int:
    """Look through everything that has arrived, and say how many marked records there were."""
    marked = 0
    while True:
        head = Head.objects.filter(pk=_THE_ONE).first()
        found, more = _scan_some(0 if head is None else head.seq, by=by, at=at)
        marked += found
        if not more:
            break
    _conflicts(by=by, at=at)
    _gaps(by=by, at=at)
    return marked


def _scan_some(upto: int, *, by: Actor, at: datetime) -> tuple[int, bool]:
    with transaction.atomic():
        place = _locked()
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
        place = _locked()
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


def _locked() -> ScanPosition:
    ScanPosition.objects.get_or_create(pk=_THE_ONE, defaults={"seq": 0, "conflict": 0})
    return ScanPosition.objects.select_for_update().get(pk=_THE_ONE)
