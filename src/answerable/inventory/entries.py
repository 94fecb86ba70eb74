"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemEnrolled(Entry):
    """A system entered the inventory."""

    kind: ClassVar[str] = "inventory.system.enrolled"
    sentence: ClassVar[str] = "The system {name} ({system}) entered the inventory."

    system: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionRecorded(Entry):
    """A version of a system was seen for the first time."""

    kind: ClassVar[str] = "inventory.version.recorded"
    sentence: ClassVar[str] = "Version {version} of {system} was recorded from {source}."

    system: str
    version: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UseEnrolled(Entry):
    """A use entered the inventory. It opens nothing."""

    kind: ClassVar[str] = "inventory.use.enrolled"
    sentence: ClassVar[str] = "The use {name} ({use}) of {system} entered the inventory."

    use: str
    system: str
    name: str
    running_since: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextChanged(Entry):
    """A use has another context; what was shown for the one before no longer counts."""

    kind: ClassVar[str] = "inventory.context.changed"
    sentence: ClassVar[str] = "The context of {use} is now {context}."

    use: str
    context: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueChanged(Entry):
    """A use gives reasons, or is watched by attributes, from another list."""

    kind: ClassVar[str] = "inventory.catalogue.changed"
    sentence: ClassVar[str] = (
        "The reasons of {use} are now {reasons}; it is watched by {attributes}."
    )

    use: str
    reasons: tuple[str, ...]
    attributes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnerNamed(Entry):
    """Somebody answers for a use from now on."""

    kind: ClassVar[str] = "inventory.owner.named"
    sentence: ClassVar[str] = "The owner of {use} is now {owner}."

    use: str
    owner: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentStarted(Entry):
    """A version runs for a use from now on."""

    kind: ClassVar[str] = "inventory.deployment.started"
    sentence: ClassVar[str] = "Version {version} now runs for {use}."

    use: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeploymentEnded(Entry):
    """Nothing runs for a use any more."""

    kind: ClassVar[str] = "inventory.deployment.ended"
    sentence: ClassVar[str] = "No version runs for {use} any more."

    use: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StageEntered(Entry):
    """A use entered a stage of its life."""

    kind: ClassVar[str] = "inventory.stage.entered"
    sentence: ClassVar[str] = "{use} entered the stage {stage}."

    use: str
    stage: str
    version: str | None
    rights_entry: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceAttached(Entry):
    """A signed measurement was attached to a use, by its digest."""

    kind: ClassVar[str] = "inventory.evidence.attached"
    sentence: ClassVar[str] = "Evidence {evidence} was attached to {use}; it holds {claims}."

    use: str
    evidence: str
    claims: str
    signed_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureRecorded(Entry):
    """A number was measured. Numbers are decimal texts, as evidence writes them."""

    kind: ClassVar[str] = "inventory.figure.recorded"
    sentence: ClassVar[str] = (
        "For {use}, {practice} measured {name} {about}: {value}, from {low} to {high} "
        "({unit}, n = {n}, level {level}), from {first_on} to {last_on}."
    )

    use: str
    version: str
    practice: str
    name: str
    about: str
    unit: str
    value: str
    low: str
    high: str
    level: str
    n: int
    first_on: str
    last_on: str
    data: str
    command: str
    evidence: str
