"""What this room writes to the ledger. What people wrote stands there as a digest."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierFiled(Entry):
    """The owner said something about what a use rests on, or said it anew."""

    kind: ClassVar[str] = "obligations.dossier.filed"
    sentence: ClassVar[str] = (
        "The dossier of {use} has another {part}; it is number {number} now ({dossier})."
    )

    use: str
    number: int
    part: str
    dossier: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ScreeningAnswered(Entry):
    """A reviewer screened a use without having seen the owner's answers."""

    kind: ClassVar[str] = "obligations.screening.answered"
    sentence: ClassVar[str] = (
        "A reviewer screened {use} blind and agreed with the owner on {equal} of {asked} "
        "questions ({answers}). What makes it high-risk: {reasons}."
    )

    use: str
    number: int
    case: str
    answers: str
    equal: int
    asked: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RebuttalProposed(Entry):
    """The owner says why a presumed use is not high-risk. It counts for nothing yet."""

    kind: ClassVar[str] = "obligations.rebuttal.proposed"
    sentence: ClassVar[str] = (
        "The owner of {use} says that it is not high-risk, though presumed to be for {presumed}: "
        "{reasons}."
    )

    use: str
    presumed: tuple[str, ...]
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RebuttalAgreed(Entry):
    """A reviewer agreed that a presumed use is not high-risk, until a day."""

    kind: ClassVar[str] = "obligations.rebuttal.agreed"
    sentence: ClassVar[str] = "A reviewer agreed that {use} is not high-risk, until {until}."

    use: str
    proposed: int
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RebuttalRefused(Entry):
    """A reviewer did not agree; the use stays high-risk."""

    kind: ClassVar[str] = "obligations.rebuttal.refused"
    sentence: ClassVar[str] = "A reviewer did not agree; {use} stays high-risk."

    use: str
    proposed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RightsCheckProposed(Entry):
    """Somebody looked at the rights for one stage. Another person has to agree."""

    kind: ClassVar[str] = "obligations.rights.check_proposed"
    sentence: ClassVar[str] = "The rights of {use} were looked at for the stage {stage}: {rights}."

    use: str
    stage: str
    rights: tuple[str, ...]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RightsChecked(Entry):
    """The rights were checked for one stage, by one person and then another (P1a)."""

    kind: ClassVar[str] = "obligations.rights.checked"
    sentence: ClassVar[str] = (
        "The rights of {use} were checked for the stage {stage}: {rights}; {author} wrote it."
    )

    use: str
    stage: str
    rights: tuple[str, ...]
    text: str
    author: Person
    proposed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RulingReceived(Entry):
    """A court or an authority ruled on the use."""

    kind: ClassVar[str] = "obligations.ruling.received"
    sentence: ClassVar[str] = (
        "{body} ruled on {use} (unlawful: {unlawful}); the text is {ruling}, what follows {grade}."
    )

    use: str
    body: str
    unlawful: bool
    grade: str
    ruling: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DossierSignedOff(Entry):
    """A reviewer who never owned the use went through its dossier for a version."""

    kind: ClassVar[str] = "obligations.dossier.signed_off"
    sentence: ClassVar[str] = (
        "A reviewer went through dossier {number} of {use} for version {version}. Met: {met}. "
        "Not met: {not_met}. Cannot say: {cannot_say}."
    )

    use: str
    number: int
    dossier: str
    version: str
    met: tuple[str, ...]
    not_met: tuple[str, ...]
    cannot_say: tuple[str, ...]
