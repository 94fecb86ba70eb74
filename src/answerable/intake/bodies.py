"""The bytes of a record as the log keeps them: fixed order, tokens in the place of people."""

from datetime import UTC, datetime
from typing import assert_never

import msgspec
from msgspec import Struct

from answerable.intake import wire

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US, _SECOND_US = 86_400_000_000, 1_000_000


class _Kept(Struct, omit_defaults=True):
    kind: str
    agency: str
    source: str
    id: str
    use: str
    occurred_at: datetime
    sequence: int | None


class KeptDecision(_Kept, omit_defaults=True):
    """A decision in the log. ``person`` and ``reviewer`` are tokens.

    ``attributes`` is a keyed commitment to the group attributes, which sit apart.
    """

    version: str
    person: str
    outcome: str
    score: float | None = None
    threshold: float | None = None
    channel: str | None = None
    step: str | None = None
    reviewer: str | None = None
    review_action: str | None = None
    review_seconds: int | None = None
    reasons: list[str] = []
    attributes: str | None = None
    inputs: str | None = None
    notice: str | None = None
    lease: str | None = None
    shadow: bool = False


class KeptOutcome(_Kept, omit_defaults=True):
    """An outcome in the log."""

    decision: wire.DecisionRef
    label: str
    found_at: datetime


class KeptReview(_Kept, omit_defaults=True):
    """A review in the log. ``reviewer`` is a token."""

    decision: wire.DecisionRef
    reviewer: str
    finding: str
    seconds: int | None = None
    blind: bool = False


class KeptEffect(_Kept, omit_defaults=True):
    """An effect in the log."""

    decision: wire.DecisionRef
    effect: str
    carried_out_at: datetime


_write = msgspec.json.Encoder().encode


def body_of(
    record: wire.Record,
    *,
    agency: str,
    person: str = "",
    reviewer: str | None = None,
    attributes: str | None = None,
) -> bytes:
    """Write the body of a record whose people have been replaced by tokens."""
    source, identity = record.source or "", record.id or ""
    at = _utc(record.occurred_at)
    kept: _Kept
    match record:
        case wire.Decision():
            kept = KeptDecision(
                "decision",
                agency,
                source,
                identity,
                record.use,
                at,
                record.sequence,
                record.version,
                person,
                record.outcome,
                record.score,
                record.threshold,
                record.channel,
                record.step,
                reviewer,
                record.review_action,
                record.review_seconds,
                record.reasons,
                attributes,
                record.inputs,
                record.notice,
                record.lease,
                record.shadow,
            )
        case wire.Outcome():
            kept = KeptOutcome(
                "outcome",
                agency,
                source,
                identity,
                record.use,
                at,
                record.sequence,
                record.decision,
                record.label,
                _utc(record.found_at),
            )
        case wire.Review():
            kept = KeptReview(
                "review",
                agency,
                source,
                identity,
                record.use,
                at,
                record.sequence,
                record.decision,
                reviewer or "",
                record.finding,
                record.seconds,
                record.blind,
            )
        case wire.Effect():
            kept = KeptEffect(
                "effect",
                agency,
                source,
                identity,
                record.use,
                at,
                record.sequence,
                record.decision,
                record.effect,
                _utc(record.carried_out_at),
            )
        case other:
            assert_never(other)
    return _write(kept)


def attributes_bytes(attributes: dict[str, str]) -> bytes:
    """Write group attributes, ordered by name."""
    return _write(dict(sorted(attributes.items())))


def microseconds(moment: datetime) -> int:
    """Count from 1970.

    >>> microseconds(datetime(1970, 1, 2, 0, 0, 1, 5, tzinfo=UTC))
    86401000005
    """
    since = moment - _EPOCH
    return since.days * _DAY_US + since.seconds * _SECOND_US + since.microseconds


def moment(us: int) -> datetime:
    """Give the time that `microseconds` counted."""
    return _EPOCH + us * _TICK


_TICK = datetime.resolution


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
