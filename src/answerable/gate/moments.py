"""When the answer may change by the passing of time alone."""

from collections.abc import Iterator
from datetime import datetime

from answerable.gate.rules import permit
from answerable.gate.terms import (
    Approved,
    ContextSince,
    Facts,
    Observed,
    Permit,
    Shadowed,
    Since,
    Waived,
)
from answerable.law.lengths import later


def moments(facts: Facts) -> Iterator[datetime]:
    """Give every moment at which any fact begins or ends to count, in no order."""
    since: tuple[Since | ContextSince, ...] = (*facts.contexts, *facts.running, *facts.stages)
    yield from (one.at for one in since)
    for verdict in facts.verdicts:
        yield verdict.at
        yield later(verdict.at, facts.law.limits.field_age)
        if verdict.until is not None:
            yield verdict.until
    dated: list[Waived | Approved | Observed | Shadowed] = [*facts.waivers, *facts.approvals]
    dated += [*facts.observed, *facts.shadowed]
    for one in dated:
        yield from (one.at, one.until)
    for hold in facts.holds:
        yield hold.at
        if hold.lifted_at is not None:
            yield hold.lifted_at
    yield from facts.ended


def next_moment(facts: Facts, *, at: datetime) -> datetime | None:
    """Give the first moment after ``at`` at which the answer may be another."""
    return min((moment for moment in moments(facts) if moment > at), default=None)


def walk(
    facts: Facts, *, version: str, since: datetime, until: datetime
) -> Iterator[tuple[datetime, Permit]]:
    """Compute the permit at every moment in [since, until] at which it may have changed."""
    for moment in sorted({since, *(one for one in moments(facts) if since < one <= until)}):
        yield moment, permit(facts, version=version, at=moment)
