"""Whether a decision may take effect on the person now: clear, or held with every reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from answerable.gate.facts import facts_of
from answerable.gate.holds import NOTICE
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import Hold, Lift
from answerable.gate.rules import permit, running_at
from answerable.gate.terms import Facts
from answerable.gate.told import Book
from answerable.inventory.contexts import Context
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """A stored decision, as far as its effect depends on it.

    ``subject`` is the token that stands for the person in the log; ``marks`` are what
    arrival found wrong with it, of which any one holds it.
    """

    agency: str
    use: str
    version: str
    source: str
    record: str
    subject: str
    outcome: str
    marks: frozenset[str]
    shadow: bool
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Clear:
    """The decision may take effect now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The decision may not take effect now, for these reasons, as codes."""

    reasons: tuple[str, ...]


def effect_of(
    decision: Decided | None,
    *,
    at: datetime,
    ledger_fits: bool,
    law: Law = law_of_agency,
) -> Clear | Held:
    """Say whether a decision may take effect: only what nothing holds is clear.

    It was made while its version was permitted (or under a lease given then), nothing was
    found wrong with it, its use is permitted now, no hold is on it, its person or its use,
    and where it is adverse its notice was delivered: a hold on the ground `notice` was
    placed for it and lifted. A decision nobody knows is held.
    """
    if decision is None:
        return Held(reasons=("unknown_decision",))
    found = Use.objects.filter(ref=decision.use, agency__ref=decision.agency)
    use = found.select_related("system").first()
    if use is None:
        return Held(reasons=("unknown_use",))
    facts = facts_of(use, at=at, law=law, ledger_fits=ledger_fits)
    reasons = (
        *sorted(f"mark_{mark}" for mark in decision.marks),
        *(("shadow",) if decision.shadow else ()),
        *_state_reasons(facts, decision, at=at),
        *_hold_reasons(use, decision),
    )
    return Held(reasons=tuple(dict.fromkeys(reasons))) if reasons else Clear()


def _state_reasons(facts: Facts, decision: Decided, *, at: datetime) -> list[str]:
    now = permit(facts, version=running_at(facts, at=at) or decision.version, at=at)
    reasons = [] if now.is_open else [f"use_{now.state}"]
    if now.paused:
        reasons.append("use_paused")
    # A lease given while the use was open is good for its length, and no longer.
    lease = timedelta(seconds=facts.law.limits.longest_lease)
    moments = (decision.occurred_at, decision.occurred_at - lease)
    if not any(permit(facts, version=decision.version, at=when).is_open for when in moments):
        reasons.append("made_without_permit")
    return reasons


def _hold_reasons(use: Use, decision: Decided) -> list[str]:
    on_it = Q(source=decision.source, record=decision.record)
    about = Q(subject=decision.subject) if decision.subject else Q(pk__in=())
    holds = list(use.holds.filter(on_it & ~Q(record="") | about).order_by("pk"))
    lifted = _lifted(holds)
    reasons = [f"held_{hold.ground}" for hold in holds if hold.pk not in lifted]
    notices = {hold.pk for hold in holds if hold.ground == NOTICE and hold.record}
    if _is_adverse(use, decision) and not notices & lifted:
        reasons.append(f"held_{NOTICE}")
    return reasons


def _lifted(holds: list[Hold]) -> set[int]:
    lifts = list(Lift.objects.filter(hold__in=holds).select_related("hold__use"))
    book = Book(lifts)
    return {lift.hold_id for lift in lifts if book.tells_of(lift)}


def _is_adverse(use: Use, decision: Decided) -> bool:
    """Whether the outcome is bad for the person, then or now, or is none that is known."""
    contexts = [context_from(context_of(use))]
    if use.contexts.filter(since__lte=decision.occurred_at).exists():
        contexts.append(context_from(context_of(use, at=decision.occurred_at)))
    return any(_adverse_in(context, decision.outcome) for context in contexts)


def _adverse_in(context: Context, outcome: str) -> bool:
    return outcome in context.adverse or bool(context.outcomes and outcome not in context.outcomes)
