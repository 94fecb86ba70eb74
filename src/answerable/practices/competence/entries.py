"""What this room writes to the ledger. People stand there as commitments, cases nowhere."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffNamed(Entry):
    """Somebody's work touches the use from now on."""

    kind: ClassVar[str] = "competence.staff.named"
    sentence: ClassVar[str] = "{staff} works with {use}; known in the log: {in_log}."

    use: str
    staff: Person
    in_log: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffEnded(Entry):
    """Somebody's work touches the use no more."""

    kind: ClassVar[str] = "competence.staff.ended"
    sentence: ClassVar[str] = "{staff} works with {use} no more."

    use: str
    staff: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ExerciseBegun(Entry):
    """Cases were drawn from the log for somebody; the digest is of which, and of what was found."""

    kind: ClassVar[str] = "competence.exercise.begun"
    sentence: ClassVar[str] = (
        "{asked} cases of version {version} of {use} were drawn for {staff} ({cases})."
    )

    use: str
    version: str
    staff: Person
    asked: int
    cases: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExerciseScored(Entry):
    """Somebody answered the cases without having seen what was found."""

    kind: ClassVar[str] = "competence.exercise.scored"
    sentence: ClassVar[str] = (
        "{staff} answered {right} of {asked} cases of version {version} of {use} rightly; "
        "passed: {passed}."
    )

    use: str
    version: str
    staff: Person
    begun: int
    right: int
    asked: int
    passed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class CompetenceReviewed(Entry):
    """A reviewer went through who is competent for a version."""

    kind: ClassVar[str] = "competence.staff.reviewed"
    sentence: ClassVar[str] = (
        "A reviewer went through who works with version {version} of {use}. Met: {met}. "
        "Not met: {not_met}. Cannot say: {cannot_say}."
    )

    use: str
    version: str
    met: tuple[str, ...]
    not_met: tuple[str, ...]
    cannot_say: tuple[str, ...]
