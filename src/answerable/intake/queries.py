"""Looking up one decision that was stored, wherever it lies now."""

from collections.abc import Callable

import msgspec

from answerable.gate.effect import Decided
from answerable.intake.arrival import seen_key
from answerable.intake.bodies import KeptDecision
from answerable.intake.hot.models import Record, Seen

# Gives the body and the marks of a sealed record of an agency, by its number.
Sealed = Callable[[str, int], tuple[bytes, str] | None]


def decision_of(*, agency: str, source: str, record: str, sealed: Sealed) -> Decided | None:
    """Give a decision as far as its effect depends on it; None where nobody knows it."""
    key = seen_key(agency=agency, source=source, id=record)
    seen = Seen.objects.filter(pk=key).first()
    if seen is None:
        return None
    row = Record.objects.filter(pk=seen.seq).values_list("body", "marks").first()
    kept = (bytes(row[0]), row[1]) if row is not None else sealed(agency, seen.seq)
    if kept is None:
        return None
    body, marks = kept
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
        outcome=decision.outcome,
        marks=frozenset(marks.split()),
        shadow=decision.shadow,
        occurred_at=decision.occurred_at,
    )
