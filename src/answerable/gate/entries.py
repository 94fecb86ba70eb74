"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictRecorded(Entry):
    """A row was judged for a version in a context."""

    kind: ClassVar[str] = "gate.verdict.recorded"
    sentence: ClassVar[str] = (
        "Row {row} is {finding:words} for version {version} of {use}; it rests on {rests_on}."
    )

    use: str
    version: str
    context: str
    row: str
    finding: str
    rests_on: tuple[str, ...]
    needs: tuple[str, ...]
    law: str
    until: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class WaiverGiven(Entry):
    """An official lets a row be *cannot say* for a while."""

    kind: ClassVar[str] = "gate.waiver.given"
    sentence: ClassVar[str] = (
        "Row {row} is waived for version {version} of {use} until {until:time}: {reason}"
    )

    use: str
    version: str
    context: str
    row: str
    reason: str
    until: str
    renews: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalGiven(Entry):
    """An official permits a version in a context; with a cap, as a pilot."""

    kind: ClassVar[str] = "gate.approval.given"
    sentence: ClassVar[str] = (
        "Version {version} of {use} is approved until {until:time}, on these conditions: "
        "{conditions}. Decisions at most, if it is a pilot: {cap}."
    )

    use: str
    version: str
    context: str
    until: str
    conditions: tuple[str, ...]
    cap: int | None
    exit_criteria: str
    stop_rule: str
    redress: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalRefused(Entry):
    """An official refuses to permit a use."""

    kind: ClassVar[str] = "gate.approval.refused"
    sentence: ClassVar[str] = "The approval of {use} was refused: {reason}"

    use: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PermitClosed(Entry):
    """An official closes the permit of a use."""

    kind: ClassVar[str] = "gate.permit.closed"
    sentence: ClassVar[str] = "The permit of {use} was closed: {reason}"

    use: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldPlaced(Entry):
    """A whole use is held."""

    kind: ClassVar[str] = "gate.hold.placed"
    sentence: ClassVar[str] = (
        "A hold was placed on the whole of {use} ({level:words}): {ground:words}."
    )

    use: str
    level: str
    ground: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectHeld(Entry):
    """The effect of one decision waits, or of every one about a person.

    A kind of its own: there are as many as adverse decisions, and whoever asks what became
    of a use must not read them. A decision is named by the hash of source and id.
    """

    kind: ClassVar[str] = "gate.effect.held"
    sentence: ClassVar[str] = "The effect of {scope} of {use} is held: {ground:words}."

    use: str
    scope: str
    ground: str
    decision: str
    subject: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldLifted(Entry):
    """A hold ended."""

    kind: ClassVar[str] = "gate.hold.lifted"
    sentence: ClassVar[str] = (
        "The hold of entry {hold} on {use} was lifted; this rests on {rests_on}."
    )

    use: str
    hold: int
    rests_on: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservationStarted(Entry):
    """A system that was running already is watched without a permit."""

    kind: ClassVar[str] = "gate.observation.started"
    sentence: ClassVar[str] = (
        "{use} was running already; it is observed in version {version} until {until:time}."
    )

    use: str
    version: str
    context: str
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShadowStarted(Entry):
    """A version computes and records without effect."""

    kind: ClassVar[str] = "gate.shadow.started"
    sentence: ClassVar[str] = "Version {version} of {use} runs without effect until {until:time}."

    use: str
    version: str
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StateChanged(Entry):
    """A version was found in another state."""

    kind: ClassVar[str] = "gate.state.changed"
    sentence: ClassVar[str] = (
        "Version {version} of {use} is {state:words} from {since:time} on: {reasons:words}."
    )

    use: str
    version: str
    state: str
    reasons: tuple[str, ...]
    since: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOutPlaced(Entry):
    """Somebody opted out of a use. Who it was stands nowhere, not even as a commitment.

    Nor does a digest of the list: with the salt and the other marks, it would tell whoever
    guesses a pseudonym whether the guess is right, also after that person was erased.
    """

    kind: ClassVar[str] = "gate.optout.placed"
    sentence: ClassVar[str] = "Somebody opted out of {use}; {out} people are out now."

    use: str
    out: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOutWithdrawn(Entry):
    """Somebody came back to a use."""

    kind: ClassVar[str] = "gate.optout.withdrawn"
    sentence: ClassVar[str] = "Somebody came back to {use}; {out} people are out now."

    use: str
    out: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOutErased(Entry):
    """An opt-out ended because what tells of the person was erased."""

    kind: ClassVar[str] = "gate.optout.erased"
    sentence: ClassVar[str] = (
        "The opt-out of somebody who was erased from {use} ended; {out} people are out now."
    )

    use: str
    out: int
