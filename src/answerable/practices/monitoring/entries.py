"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitsProposed(Entry):
    """An owner proposed the limits under which a version is to be watched."""

    kind: ClassVar[str] = "monitoring.limits.proposed"
    sentence: ClassVar[str] = (
        "Limits for version {version} of {use} from {begins_on} on were proposed: {streams}."
    )

    use: str
    version: str
    plan: str
    begins_on: str
    streams: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitsAgreed(Entry):
    """A reviewer agreed to limits before they came to hold."""

    kind: ClassVar[str] = "monitoring.limits.agreed"
    sentence: ClassVar[str] = (
        "The limits {plan} for version {version} of {use} hold from {begins_on} on. Looser than "
        "before: {loosened}. After a breach: {after_breach}. Who gains: {gains}"
    )

    use: str
    version: str
    plan: str
    begins_on: str
    loosened: tuple[str, ...]
    after_breach: bool
    gains: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CountsTaken(Entry):
    """Days were counted from the log, once and for all."""

    kind: ClassVar[str] = "monitoring.counts.taken"
    sentence: ClassVar[str] = (
        "Of {use}, {days} days to {last_on} were counted at the age of {age} days: "
        "{decisions} decisions. Records that came too late to be counted: {late}."
    )

    use: str
    plan: str
    age: int
    days: int
    first_on: str
    last_on: str
    decisions: int
    late: int
    data: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmRaised(Entry):
    """What was counted speaks against a limit."""

    kind: ClassVar[str] = "monitoring.alarm.raised"
    sentence: ClassVar[str] = (
        "A {tier} alarm of {use}, {stream}: between {from_on} and {to_on} the limit ({limit}) "
        "was probably passed. Evidence 1 in {evidence}: a use within all its limits would show "
        "as much at most once in {evidence} such years."
    )

    use: str
    version: str
    plan: str
    stream: str
    tier: str
    limit: str
    from_on: str
    to_on: str
    episode: int
    evidence: str
    data: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentOpened(Entry):
    """A breach became somebody's to find out about, by a time."""

    kind: ClassVar[str] = "monitoring.incident.opened"
    sentence: ClassVar[str] = "The breach {stream} of {use} (entry {alarm}) is due by {due_at}."

    use: str
    stream: str
    alarm: int
    due_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BreakerTripped(Entry):
    """The breaker took a step because a breach stood open, or use could no longer be seen."""

    kind: ClassVar[str] = "monitoring.breaker.tripped"
    sentence: ClassVar[str] = (
        "The breaker of {use} came to {grade}, {hours} hours after {cause}: {held}."
    )

    use: str
    grade: str
    cause: str
    hours: int
    held: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentClosed(Entry):
    """A reviewer found the cause of a breach, on new evidence. It lifts no hold."""

    kind: ClassVar[str] = "monitoring.incident.closed"
    sentence: ClassVar[str] = (
        "The breach {stream} of {use} (entry {alarm}) was closed on evidence {evidence}: {cause}"
    )

    use: str
    stream: str
    alarm: int
    cause: str
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DriftNoticed(Entry):
    """The share of selected moved from one quarter to the next: somebody is to look."""

    kind: ClassVar[str] = "monitoring.drift.noticed"
    sentence: ClassVar[str] = (
        "Of {use}, the share of selected changed by {low} to {high} (level {level}) in the "
        "quarter from {from_on} to {to_on}; at most {tolerance} was expected."
    )

    use: str
    version: str
    plan: str
    from_on: str
    to_on: str
    low: str
    high: str
    level: str
    tolerance: str
    data: str
