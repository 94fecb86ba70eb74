"""Finding adverse decisions as they arrive: each is held at once, and its person owed a notice."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import transaction

from answerable.gate.holds import LOOK_BACK, NOTICE, place_hold
from answerable.gate.told import decision_digest
from answerable.intake import sealing
from answerable.intake.bodies import KeptDecision
from answerable.intake.hot.models import Head, Record
from answerable.intake.marks import Mark
from answerable.intake.queries import ManySealed
from answerable.inventory.contexts import Context
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.models import Agency
from answerable.people.roles import INSTALLATION, Role
from answerable.practices.remedy.actions.parts import REMEDY
from answerable.practices.remedy.entries import NoticeOpened
from answerable.practices.remedy.models import LookBack, Notice, Position
from answerable.practices.remedy.rules.adverse import owes_notice
from answerable.practices.remedy.rules.references import new_reference
from answerable.practices.remedy.rules.search import Searched
from answerable.practices.remedy.rules.states import NoticeState

_AT_A_TIME = 1_000
_THE_ONE = 1
_READ = msgspec.json.Decoder(KeptDecision)


class _Kind(msgspec.Struct):
    kind: str


_KIND = msgspec.json.Decoder(_Kind)
_Row = tuple[int, bytes, str]


def look_for_adverse(*, at: datetime, sealed: ManySealed, by: Actor = REMEDY) -> int:
    """Look through what has arrived, hold each adverse decision, and open its notice.

    How far the looking has come is written in the transaction of the holds, so that what is
    interrupted is neither lost nor done twice. ``sealed`` reads what was sealed before it
    was looked at. Gives how many notices were opened.
    """
    by.need(Role.OPERATOR, agency=INSTALLATION)
    upto = Head.objects.filter(pk=_THE_ONE).values_list("seq", flat=True).first() or 0
    opened, known = 0, _Uses()
    while True:
        with transaction.atomic():
            place = _locked_position()
            if place.seq >= upto:
                return opened
            last, rows = _next_rows(after=place.seq, upto=upto, sealed=sealed)
            for _, body, marks in rows:
                opened += _owed(body, marks, known=known, by=by, at=at)
            place.seq = last
            place.save(update_fields=["seq"])


def open_notice(
    *, use: Use, decision: Searched, look_back: LookBack | None, cause: str, by: Actor, at: datetime
) -> Notice:
    """Hold a decision and owe its person a notice, in the transaction of what found it."""
    ground = NOTICE if look_back is None else LOOK_BACK
    hold = place_hold(
        use=use.ref,
        ground=ground,
        source=decision.source,
        record=decision.record,
        by=by,
        at=at,
    )
    reference = new_reference()
    digest = decision_digest(source=decision.source, record=decision.record)
    told = NoticeOpened(
        use=use.ref,
        version=decision.version,
        notice=reference,
        decision=digest,
        cause=cause,
        hold=hold.entry,
    )
    return Notice.objects.create(
        use=use,
        look_back=look_back,
        reference=reference,
        source=decision.source,
        record=decision.record,
        version=decision.version,
        outcome=decision.outcome,
        reasons=list(decision.reasons),
        subject=decision.subject,
        decider=decision.reviewer,
        occurred_at=decision.occurred_at,
        state=NoticeState.OPENED.value,
        opened_at=at,
        hold=hold,
        entry=append(told, by=by, at=at, agency=use.agency_id).index,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """A use, and its contexts with the moment from which each held."""

    use: Use
    contexts: Sequence[tuple[datetime, Context]]

    def at(self, *moments: datetime) -> Iterator[Context]:
        for moment in moments:
            held = [context for since, context in self.contexts if since <= moment]
            yield from held[-1:]


class _Uses:
    """What is known of uses, each read once in a run."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], _Known | None] = {}

    def of(self, agency: str, ref: str) -> _Known | None:
        key = (agency, ref)
        if key not in self._known:
            use = Use.objects.filter(ref=ref, agency__ref=agency).first()
            self._known[key] = None if use is None else _Known(use, _contexts(use))
        return self._known[key]


def _contexts(use: Use) -> list[tuple[datetime, Context]]:
    rows = use.contexts.order_by("since", "pk")
    return [(row.since, context_from(row)) for row in rows]


def _owed(body: bytes, marks: str, *, known: _Uses, by: Actor, at: datetime) -> int:
    decision = _decision(body)
    found = None if decision is None else known.of(decision.agency, decision.use)
    if decision is None or found is None:
        return 0
    owed = owes_notice(
        decision.outcome,
        shadow=decision.shadow,
        historic=Mark.HISTORIC in marks.split(),
        contexts=tuple(found.at(decision.occurred_at, at)),
    )
    named = {"use": found.use, "source": decision.source, "record": decision.id}
    if not owed or Notice.objects.filter(look_back=None, **named).exists():
        return 0
    searched = Searched(
        seq=0,
        source=decision.source,
        record=decision.id,
        subject=decision.person,
        version=decision.version,
        outcome=decision.outcome,
        reasons=tuple(decision.reasons),
        reviewer=decision.reviewer or "",
        occurred_at=decision.occurred_at,
    )
    open_notice(
        use=found.use, decision=searched, look_back=None, cause="an adverse outcome", by=by, at=at
    )
    return 1


def _decision(body: bytes) -> KeptDecision | None:
    # An outcome, a review or an effect has other fields. A decision that cannot be read
    # stops the looking, and with it the sealing: it must not pass as not adverse.
    return _READ.decode(body) if _KIND.decode(body).kind == "decision" else None


def _next_rows(*, after: int, upto: int, sealed: ManySealed) -> tuple[int, Sequence[_Row]]:
    """Give the next rows, and how far they go: from signed files where they lie there by now."""
    in_files = sealing.sealed_upto()
    if after < in_files:
        last = min(after + _AT_A_TIME, in_files, upto)
        return last, _sealed_rows(range(after + 1, last + 1), sealed=sealed)
    rows = Record.objects.filter(seq__gt=after, seq__lte=upto, kind="decision").order_by("seq")
    some = [
        (seq, bytes(body), marks)
        for seq, body, marks in rows.values_list("seq", "body", "marks")[:_AT_A_TIME]
    ]
    if after < sealing.sealed_upto():
        # They were sealed while they were read, so some may have been gone.
        return _next_rows(after=after, upto=upto, sealed=sealed)
    return (some[-1][0] if len(some) == _AT_A_TIME else upto), some


def _sealed_rows(numbers: Sequence[int], *, sealed: ManySealed) -> list[_Row]:
    read: Callable[[str, Sequence[int]], Mapping[int, tuple[bytes, str]]] = sealed
    found: list[_Row] = []
    for agency in Agency.objects.values_list("ref", flat=True):
        found += [(seq, body, marks) for seq, (body, marks) in read(agency, numbers).items()]
    return sorted(found)


def _locked_position() -> Position:
    Position.objects.get_or_create(pk=_THE_ONE, defaults={"seq": 0})
    return Position.objects.select_for_update().get(pk=_THE_ONE)
