"""Effects that agencies report, held against what the gate allowed when they were carried out."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from django.db import transaction

from answerable.gate.effect import Clear, Clearances, Decided, Held
from answerable.intake.bodies import KeptEffect, microseconds, moment
from answerable.intake.findings import Found, count_finding
from answerable.intake.hot.models import Record
from answerable.intake.marks import CLOCK_US, Mark
from answerable.intake.positions import locked, position
from answerable.intake.queries import ManySealed, Named, decisions_of
from answerable.people.actors import Actor

WITHOUT_CLEARANCE = "effect_without_clearance"
# An effect may overtake its decision on the way here by as much.
DECISION_GRACE = timedelta(minutes=15)

_AT_A_TIME = 2_000
_CLOCKS = timedelta(microseconds=CLOCK_US)
_Decisions = Mapping[tuple[str, Named], Decided]


class _Reported(NamedTuple):
    """An effect that an agency says was carried out."""

    seq: int
    agency: str
    use: str
    source: str
    recorded_us: int
    historic: bool
    decision: Named
    carried_out_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Looked:
    """What was found up to a record, and whether more waits beyond it."""

    last: int
    found: Sequence[Found]
    more: bool


def look_at_effects(
    *, upto: int, sealed: ManySealed, clearances: Clearances, by: Actor, at: datetime
) -> int:
    """Open findings about effects that nothing had cleared, up to a record; count the effects.

    An effect was without clearance if its decision was held at the moment at which it was
    carried out, give or take what clocks differ by, or if nobody knows the decision a
    while after the effect was recorded. Until then it waits, and later ones with it.
    """
    counted = 0
    while True:
        since = position().effect
        # Before the transaction, which keeps others from writing while it lasts.
        looked = _look(after=since, upto=upto, sealed=sealed, clearances=clearances, at=at)
        if looked.last > since:
            with transaction.atomic():
                place = locked()
                if place.effect != since:
                    # Somebody else has looked meanwhile, and counted.
                    continue
                for found in looked.found:
                    count_finding(found=found, by=by, at=at)
                place.effect = looked.last
                place.save(update_fields=["effect"])
            counted += sum(found.count for found in looked.found)
        if not looked.more:
            return counted


def _look(
    *, after: int, upto: int, sealed: ManySealed, clearances: Clearances, at: datetime
) -> _Looked:
    effects = list(_reported(after=after, upto=upto))
    more = len(effects) == _AT_A_TIME
    last = effects[-1].seq if more else max(upto, after)
    decisions = _decisions(effects, sealed=sealed)
    latest = microseconds(at - DECISION_GRACE)
    uncleared: list[tuple[_Reported, str, Held]] = []
    for effect in effects:
        decision = decisions.get((effect.agency, effect.decision))
        # Before there was a gate, nothing could be cleared; a decision that came through it
        # is judged, whatever its effect is called.
        if effect.historic and (decision is None or Mark.HISTORIC in decision.marks):
            continue
        if decision is None and effect.recorded_us > latest:
            last, more = effect.seq - 1, False
            break
        answer = _answer(clearances, decision, at=effect.carried_out_at)
        if isinstance(answer, Held):
            use = effect.use if decision is None else decision.use
            uncleared.append((effect, use, answer))
    return _Looked(last=last, found=_grouped(uncleared), more=more)


def _reported(*, after: int, upto: int) -> Iterator[_Reported]:
    rows = Record.objects.filter(seq__gt=after, seq__lte=upto, kind="effect").order_by("seq")
    fields = ("seq", "agency", "use", "source", "recorded_us", "marks", "body")
    for seq, agency, use, source, recorded_us, marks, body in rows.values_list(*fields)[
        :_AT_A_TIME
    ]:
        kept = msgspec.json.decode(bytes(body), type=KeptEffect)
        yield _Reported(
            seq=seq,
            agency=agency,
            use=use,
            source=source,
            recorded_us=recorded_us,
            historic=Mark.HISTORIC in marks.split(),
            decision=(kept.decision.source, kept.decision.id),
            carried_out_at=kept.carried_out_at,
        )


def _decisions(effects: Sequence[_Reported], *, sealed: ManySealed) -> _Decisions:
    names: dict[str, list[Named]] = defaultdict(list)
    for effect in effects:
        names[effect.agency].append(effect.decision)
    return {
        (agency, name): decision
        for agency, some in names.items()
        for name, decision in decisions_of(agency=agency, names=some, sealed=sealed).items()
    }


def _answer(clearances: Clearances, decision: Decided | None, *, at: datetime) -> Clear | Held:
    answer = clearances.of(decision, at=at)
    if decision is not None and isinstance(answer, Held):
        others = (clearances.of(decision, at=when) for when in (at - _CLOCKS, at + _CLOCKS))
        return next((one for one in others if isinstance(one, Clear)), answer)
    return answer


def _grouped(uncleared: Sequence[tuple[_Reported, str, Held]]) -> list[Found]:
    grouped: dict[tuple[str, str, str], list[tuple[_Reported, Held]]] = defaultdict(list)
    for effect, use, held in uncleared:
        grouped[effect.agency, use, effect.source].append((effect, held))
    return [
        Found(
            agency=agency,
            use=use,
            kind=WITHOUT_CLEARANCE,
            about=source,
            count=len(some),
            first_at=moment(min(effect.recorded_us for effect, _ in some)),
            last_at=moment(max(effect.recorded_us for effect, _ in some)),
            reasons=frozenset(reason for _, held in some for reason in held.reasons),
        )
        for (agency, use, source), some in grouped.items()
    ]
