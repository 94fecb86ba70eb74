"""Whether a decision may take effect on the person: clear, or held with every reason."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from answerable.gate.facts import facts_of
from answerable.gate.holds import NOTICE
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import Hold, Lift
from answerable.gate.moments import moments
from answerable.gate.rules import permit, running_at
from answerable.gate.terms import Facts, Permit
from answerable.gate.told import Book
from answerable.inventory.contexts import Context
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A stored decision, as far as its effect depends on it.

    ``subject`` is the token that stands for the person in the log, and ``reviewer`` that of
    whoever decided on the output, empty where nobody did; ``marks`` are what arrival found
    wrong with it, of which any one holds it.
    """

    agency: str
    use: str
    version: str
    source: str
    record: str
    subject: str
    reviewer: str
    outcome: str
    marks: frozenset[str]
    shadow: bool
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Clear:
    """The decision may take effect."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The decision may not take effect, for these reasons, as codes."""

    reasons: tuple[str, ...]


def effect_of(
    decision: Decided | None,
    *,
    at: datetime,
    ledger_fits: bool,
    law: Law = law_of_agency,
) -> Clear | Held:
    """Say whether a decision may take effect, as `Clearances` does for many."""
    return Clearances(ledger_fits=ledger_fits, law=law).of(decision, at=at)


class Clearances:
    """Says of decisions whether they may take effect: only what nothing holds is clear.

    A decision is clear at a moment if it was made while its version was permitted (or
    under a lease given then), nothing was found wrong with it, its use is permitted at
    the moment, no hold is then on it, its person or its use, and where it is adverse its
    notice was delivered: a hold on the ground `notice` was placed for it and lifted. A
    decision nobody knows is held.

    What is known of a use is read when it is first asked for, and not again.
    """

    def __init__(self, *, ledger_fits: bool, law: Law = law_of_agency) -> None:
        """Know no use yet."""
        self._ledger_fits, self._law = ledger_fits, law
        self._known: dict[tuple[str, str, date], _Known | None] = {}

    def of(self, decision: Decided | None, *, at: datetime) -> Clear | Held:
        """Say whether a decision might take effect at a moment."""
        if decision is None:
            return Held(reasons=("unknown_decision",))
        known = self._known_of(decision, at=at)
        if known is None:
            return Held(reasons=("unknown_use",))
        reasons = (
            *sorted(f"mark_{mark}" for mark in decision.marks),
            *(("shadow",) if decision.shadow else ()),
            *_state_reasons(known, decision, at=at),
            *_hold_reasons(known, decision, at=at),
        )
        return Held(reasons=tuple(dict.fromkeys(reasons))) if reasons else Clear()

    def _known_of(self, decision: Decided, *, at: datetime) -> "_Known | None":
        # What is in force is asked for as of a day.
        key = (decision.agency, decision.use, at.date())
        if key not in self._known:
            found = Use.objects.filter(ref=decision.use, agency__ref=decision.agency)
            use = found.select_related("system").first()
            self._known[key] = None if use is None else self._read(use, at=at)
        return self._known[key]

    def _read(self, use: Use, *, at: datetime) -> "_Known":
        return _Known(use, facts_of(use, at=at, law=self._law, ledger_fits=self._ledger_fits))


class _Known:
    """A use with its facts, and the permits that were computed from them."""

    def __init__(self, use: Use, facts: Facts) -> None:
        self.use, self.facts = use, facts
        rows = use.contexts.order_by("since", "pk")
        self._contexts = [(row.since, context_from(row)) for row in rows]
        self._turns = sorted(set(moments(facts)))
        self._permits: dict[tuple[str, int], Permit] = {}
        # Of the decision that was asked about last, which is often asked about again.
        self._held: tuple[Decided, list[_Placed]] | None = None

    def permit(self, *, version: str, at: datetime) -> Permit:
        # Between two moments at which it may change, a permit stays what it is.
        key = (version, bisect_right(self._turns, at))
        if key not in self._permits:
            self._permits[key] = permit(self.facts, version=version, at=at)
        return self._permits[key]

    def holds(self, decision: Decided) -> "list[_Placed]":
        if self._held is None or self._held[0] is not decision:
            self._held = decision, _holds_of(self.use, decision)
        return self._held[1]

    def is_adverse(self, outcome: str, *, then: datetime, at: datetime) -> bool:
        """Whether an outcome was bad for the person, or is, or is none that is known."""
        contexts = (self._context(when) for when in (then, at))
        return any(one is not None and _adverse_in(one, outcome) for one in contexts)

    def _context(self, at: datetime) -> Context | None:
        return next((one for since, one in reversed(self._contexts) if since <= at), None)


def _state_reasons(known: _Known, decision: Decided, *, at: datetime) -> list[str]:
    version = running_at(known.facts, at=at) or decision.version
    now = known.permit(version=version, at=at)
    reasons = [] if now.is_open else [f"use_{now.state}"]
    if now.paused:
        reasons.append("use_paused")
    # A lease given while the use was open is good for its length, and no longer.
    lease = timedelta(seconds=known.facts.law.limits.longest_lease)
    made = (decision.occurred_at, decision.occurred_at - lease)
    if not any(known.permit(version=decision.version, at=when).is_open for when in made):
        reasons.append("made_without_permit")
    return reasons


def _hold_reasons(known: _Known, decision: Decided, *, at: datetime) -> list[str]:
    placed = [held for held in known.holds(decision) if held.hold.at <= at]
    reasons = [f"held_{held.hold.ground}" for held in placed if not held.lifted(at)]
    noticed = any(
        held.lifted(at) for held in placed if held.hold.ground == NOTICE and held.hold.record
    )
    adverse = known.is_adverse(decision.outcome, then=decision.occurred_at, at=at)
    if adverse and not noticed:
        reasons.append(f"held_{NOTICE}")
    return reasons


class _Placed(NamedTuple):
    """A hold, and when it was lifted, if the ledger tells of that."""

    hold: Hold
    lifted_at: datetime | None

    def lifted(self, at: datetime) -> bool:
        return self.lifted_at is not None and self.lifted_at <= at


def _holds_of(use: Use, decision: Decided) -> list[_Placed]:
    on_it = Q(source=decision.source, record=decision.record)
    about = Q(subject=decision.subject) if decision.subject else Q(pk__in=())
    holds = list(use.holds.filter(on_it & ~Q(record="") | about).order_by("pk"))
    if not holds:
        return []
    lifts = list(Lift.objects.filter(hold__in=holds).select_related("hold__use"))
    # Of a hold that was rewritten no end counts: its lift was that of another one.
    book = Book([*holds, *lifts])
    lifted = {
        lift.hold_id: lift.at for lift in lifts if book.tells_of(lift) and book.tells_of(lift.hold)
    }
    return [_Placed(hold, lifted.get(hold.pk)) for hold in holds]


def _adverse_in(context: Context, outcome: str) -> bool:
    return outcome in context.adverse or bool(context.outcomes and outcome not in context.outcomes)
