"""Everything the gateway needs to know of every use, taken at once and kept for a moment."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db.models import Max, Q

from answerable.gate.changes import versions
from answerable.gate.facts import facts_of_all
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.leases import cap_left, state_of
from answerable.gate.models import Approval, OptOut, OptOutSalt
from answerable.gate.moments import next_moment, walk
from answerable.gate.rules import live_approval
from answerable.gate.terms import Facts
from answerable.inventory.contexts import Kind
from answerable.inventory.models import Use, UseContext
from answerable.ledger.models import EntryRow
from answerable.record.leases import SALT_BYTES, State

KEPT = timedelta(days=30)
"""How far back the states of a use are told, for records that arrive late."""
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class StateFrom:
    """What a lease for a version said from a moment on."""

    at: datetime
    state: State
    version: str


class OptedOut(NamedTuple):
    """From when on somebody was out of a use, and until when; None where they still are."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UseFacts:
    """What the gateway knows of a use.

    ``states`` and ``stages`` are told oldest first; a version they do not name was people
    only throughout. The states of before ``told_since`` are not told; that is the beginning
    of time for a use that was enrolled since, and was closed to everyone before.
    ``outcomes`` empty means any. ``opt_outs`` says of the mark of each person who is out,
    or came back within that time, from when until when. ``cap`` is what is left of a
    pilot's, None where there is none. ``lease_seconds`` is the longest that a lease may
    have lived.
    """

    ref: str
    agency: str
    kind: Kind
    states: tuple[StateFrom, ...]
    told_since: datetime
    stages: tuple[tuple[datetime, str], ...]
    outcomes: frozenset[str]
    adverse: frozenset[str]
    reasons: frozenset[str]
    attributes: frozenset[str]
    salt: bytes
    opt_outs: Mapping[bytes, tuple[OptedOut, ...]]
    cap: int | None
    lease_seconds: int
    # What the states were computed from, so that the next snapshot need not do it again.
    facts: Facts
    good_until: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Every use at a moment, by reference, and how long the ledger was then."""

    taken_at: datetime
    ledger_fits: bool
    ledger_size: int
    uses: Mapping[str, UseFacts]


def facts_of_uses(
    *,
    at: datetime,
    ledger_fits: bool,
    before: Snapshot | None = None,
    law: Law = law_of_agency,
) -> Snapshot:
    """Take a snapshot; with the one ``before``, only what changed is computed again.

    While nothing is told to the ledger and no moment passes that any use waits for, only
    what is left of caps is read again. A hand in the tables is noticed when the next
    entry is told; every lease looks for itself.
    """
    # Asked first: what is told meanwhile is found by the next snapshot.
    size = EntryRow.objects.aggregate(size=Max("index", default=-1))["size"] + 1
    if before is not None and _holds_still(before, size=size, ledger_fits=ledger_fits, at=at):
        return replace(
            before,
            taken_at=at,
            uses={ref: _with_cap(use, at=at) for ref, use in before.uses.items()},
        )
    uses = list(Use.objects.select_related("system").order_by("ref"))
    facts = facts_of_all(uses, at=at, law=law, ledger_fits=ledger_fits)
    salts = dict(OptOutSalt.objects.values_list("use", "salt"))
    out = _opt_outs(since=at - KEPT)
    contexts = _contexts()
    known = {} if before is None else before.uses
    return Snapshot(
        taken_at=at,
        ledger_fits=ledger_fits,
        ledger_size=size,
        uses={
            use.ref: _use_facts(
                use,
                facts[use.ref],
                known.get(use.ref),
                content=contexts.get(use.pk, {}),
                salt=bytes(salts.get(use.pk, bytes(SALT_BYTES))),
                opt_outs=out.get(use.pk, {}),
                at=at,
            )
            for use in uses
        },
    )


def _holds_still(before: Snapshot, *, size: int, ledger_fits: bool, at: datetime) -> bool:
    return (
        (before.ledger_size, before.ledger_fits) == (size, ledger_fits)
        # What is in force is asked for as of a day.
        and before.taken_at.date() == at.date()
        and all(_still_good(use, at) for use in before.uses.values())
    )


def _with_cap(use: UseFacts, *, at: datetime) -> UseFacts:
    return use if use.cap is None else replace(use, cap=_cap(use.facts, at=at))


def _opt_outs(*, since: datetime) -> Mapping[int, Mapping[bytes, tuple[OptedOut, ...]]]:
    told = OptOut.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=since)).order_by("at")
    out: dict[int, dict[bytes, tuple[OptedOut, ...]]] = defaultdict(dict)
    for use, stored, placed, withdrawn in told.values_list("use", "mark", "at", "withdrawn_at"):
        mark = bytes(stored)
        out[use][mark] = (*out[use].get(mark, ()), OptedOut(placed, withdrawn))
    return out


def _contexts() -> dict[int, Mapping[str, object]]:
    rows = UseContext.objects.order_by("since", "pk").values_list("use", "content")
    return dict(rows)


def _use_facts(
    use: Use,
    facts: Facts,
    before: UseFacts | None,
    *,
    content: Mapping[str, object],
    salt: bytes,
    opt_outs: Mapping[bytes, tuple[OptedOut, ...]],
    at: datetime,
) -> UseFacts:
    since = at - KEPT
    if before is not None and before.facts == facts and _still_good(before, at):
        states, good_until = before.states, before.good_until
    else:
        states, good_until = _states(use, facts, since=since, at=at), next_moment(facts, at=at)
    return UseFacts(
        ref=use.ref,
        agency=use.agency_id,
        kind=Kind(str(content["kind"])),
        states=states,
        # Older states may be there from before; who was out then is not.
        told_since=since if use.enrolled_at < since else _BEGINNING,
        stages=tuple((one.at, one.value) for one in sorted(facts.stages, key=lambda one: one.at)),
        outcomes=_codes(content["outcomes"]),
        adverse=_codes(content["adverse"]),
        reasons=_codes(use.reasons),
        attributes=_codes(use.attributes),
        salt=salt,
        opt_outs=opt_outs,
        cap=_cap(facts, at=at),
        lease_seconds=facts.law.limits.longest_lease,
        facts=facts,
        good_until=good_until,
    )


def _still_good(before: UseFacts, at: datetime) -> bool:
    return before.good_until is None or at < before.good_until


def _states(use: Use, facts: Facts, *, since: datetime, at: datetime) -> tuple[StateFrom, ...]:
    since = max(use.enrolled_at, since)
    found: list[StateFrom] = []
    for version in sorted(versions(facts)):
        last: State | None = None
        for moment, permit in walk(facts, version=version, since=since, until=at):
            state = state_of(permit)
            if state is not last:
                found.append(StateFrom(at=moment, state=state, version=version))
                last = state
    return tuple(sorted(found, key=lambda one: one.at))


def _cap(facts: Facts, *, at: datetime) -> int | None:
    alive = (live_approval(facts, version=version, at=at) for version in versions(facts))
    capped = [one.ref for one in alive if one is not None and one.pilot is not None]
    return min((cap_left(one) for one in Approval.objects.filter(pk__in=capped)), default=None)


def _codes(found: object) -> frozenset[str]:
    return frozenset(str(code) for code in found) if isinstance(found, list) else frozenset()
