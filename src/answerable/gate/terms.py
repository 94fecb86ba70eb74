"""The nouns of a permit: what its rules read, and what they answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerable.gate.in_force import RowsInForce


class PermitState(StrEnum):
    """What a use may do in one version; only the first two clear an effect on a person."""

    OPEN = "open"
    PILOT = "pilot"
    OBSERVE = "observe"
    SHADOW = "shadow"
    PEOPLE_ONLY = "people_only"
    STOPPED = "stopped"


OPEN = frozenset({PermitState.OPEN, PermitState.PILOT})

MISFIT = "ledger_does_not_fit"
"""The reason of a state that nobody decided: the records do not fit what was signed."""


class Finding(StrEnum):
    """The three verdicts on a row."""

    MET = "met"
    NOT_MET = "not_met"
    CANNOT_SAY = "cannot_say"


class Level(StrEnum):
    """The grades of the breaker, mildest first: hold effects, send to people, stop."""

    PAUSE = "pause"
    PEOPLE_ONLY = "people_only"
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """That something holds from a moment on, until the next of its kind does."""

    value: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextSince:
    """That a use has a context from a moment on."""

    digest: str
    bought: bool
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A verdict on a row, for one version in one context, under the words of one law."""

    row: str
    version: str
    context: str
    finding: Finding
    rests_on: tuple[str, ...]
    needs: tuple[str, ...]
    law: str
    at: datetime
    until: datetime | None
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Waived:
    """A waiver as it was given."""

    row: str
    version: str
    context: str
    reason: str
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PilotTerms:
    """What bounds a pilot, set beforehand.

    ``cap`` counts decisions. The others say in public what would end it well, what would
    end it at once, and how people harmed in it are made whole.
    """

    cap: int
    exit_criteria: str
    stop_rule: str
    redress: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Approved:
    """An approval as it was given; a pilot's carries its terms."""

    ref: int
    version: str
    context: str
    by: str
    at: datetime
    until: datetime
    conditions: tuple[str, ...]
    pilot: PilotTerms | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UseHold:
    """A hold on the whole use; ``lifted_at`` is None while it is in place."""

    level: Level
    at: datetime
    lifted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """That a system already running is watched without a permit, for a time."""

    version: str
    context: str
    by: str
    running_since: datetime
    enrolled_at: datetime
    at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Shadowed:
    """That a version computes and records without effect, for a time."""

    version: str
    by: str
    at: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything that a permit of a use depends on, with its history.

    ``owners`` holds everyone who owns or has owned the use. ``ended`` lists the moments
    at which an approval was refused or the permit closed. ``running`` names a version, or
    nothing where none runs. ``ledger_fits`` says that the records fit the ledger, and the
    ledger its last checkpoint kept elsewhere.
    """

    agency: str
    use: str
    law: RowsInForce
    owners: frozenset[str]
    contexts: tuple[ContextSince, ...]
    running: tuple[Since, ...]
    stages: tuple[Since, ...]
    verdicts: tuple[Recorded, ...]
    waivers: tuple[Waived, ...]
    approvals: tuple[Approved, ...]
    ended: tuple[datetime, ...]
    holds: tuple[UseHold, ...]
    observed: tuple[Observed, ...]
    shadowed: tuple[Shadowed, ...]
    ledger_fits: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RowState:
    """How a row stands for a version now. A waiver does not turn a verdict green.

    ``entry`` is that of the verdict that was read; None where none was ever recorded.
    """

    id: str
    finding: Finding
    rests_on: tuple[str, ...]
    needs: tuple[str, ...]
    not_built: bool
    waived: bool
    blocks: bool
    entry: int | None

    @property
    def holds_the_gate(self) -> bool:
        """Whether the permit stays closed because of it."""
        return self.blocks and self.finding is not Finding.MET and not self.waived


@dataclass(frozen=True, kw_only=True, slots=True)
class Permit:
    """The answer: a state with the codes of its reasons, and each row behind it."""

    state: PermitState
    reasons: tuple[str, ...]
    rows: tuple[RowState, ...]
    approval: Approved | None
    paused: bool

    @property
    def is_open(self) -> bool:
        """Whether the use may act on people under a permit, as a pilot or widely."""
        return self.state in OPEN
