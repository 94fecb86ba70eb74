"""What the keeping of the log writes to the ledger. No entry says whom a record is about."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentSealed(Entry):
    """Records lie in signed files from now on. ``manifest`` is the digest of the signed part."""

    kind: ClassVar[str] = "intake.segment.sealed"
    sentence: ClassVar[str] = (
        "{rows} records of {use} of {day} were sealed in {path} (SHA-256 {sha256})."
    )

    use: str
    day: str
    first: int
    last: int
    rows: int
    path: str
    sha256: str
    root: str
    manifest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SegmentDeleted(Entry):
    """Records were deleted because the time for which they may be kept is over."""

    kind: ClassVar[str] = "intake.segment.deleted"
    sentence: ClassVar[str] = (
        "{rows} records of {use} of {day} were deleted after {days} days; "
        "their manifest {manifest} stays."
    )

    use: str
    day: str
    rows: int
    days: int
    path: str
    manifest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonErased(Entry):
    """The log was unlinked from one person. Whom stands nowhere."""

    kind: ClassVar[str] = "intake.person.erased"
    sentence: ClassVar[str] = (
        "What ties records of {uses} uses to one person was erased; the records stay."
    )

    uses: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleRebuilt(Entry):
    """Records drawn at random were rebuilt from the log and checked."""

    kind: ClassVar[str] = "intake.sample.rebuilt"
    sentence: ClassVar[str] = (
        "Of {kept} records of {use}, {drawn} were drawn by the seed {seed} and {rebuilt} rebuilt."
    )

    use: str
    kept: int
    drawn: int
    rebuilt: int
    seed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleFailed(Entry):
    """Records drawn at random could not be rebuilt from the log: an incident."""

    kind: ClassVar[str] = "intake.sample.failed"
    sentence: ClassVar[str] = (
        "{failed} of {drawn} records of {use} could not be rebuilt from the log: {reasons}."
    )

    use: str
    drawn: int
    failed: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordsImported(Entry):
    """A file of decisions that an agency already had was read into the log."""

    kind: ClassVar[str] = "intake.records.imported"
    sentence: ClassVar[str] = (
        "{stored} records of {use} were imported from a file with the SHA-256 {sha256}; "
        "{stored_before} were there before and {refused} refused."
    )

    use: str
    sha256: str
    mapping: str
    historic: bool
    stored: int
    stored_before: int
    refused: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionSet(Entry):
    """From now on records of a use are kept for so many days."""

    kind: ClassVar[str] = "intake.retention.set"
    sentence: ClassVar[str] = "Records of {use} are kept for {days} days."

    use: str
    days: int
