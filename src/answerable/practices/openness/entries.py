"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordPublished(Entry):
    """The public record of a use was published, or published anew."""

    kind: ClassVar[str] = "openness.record.published"
    sentence: ClassVar[str] = (
        "Record {number} of {use} was published; its content is {content}. Missing: {missing}. "
        "Withheld: {withheld}."
    )

    use: str
    number: int
    content: str
    missing: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordCompared(Entry):
    """A published record was compared with what runs."""

    kind: ClassVar[str] = "openness.record.compared"
    sentence: ClassVar[str] = (
        "Record {number} of {use} was compared with what runs, and with {decisions} decisions of "
        "the log. It differs in: {differs}."
    )

    use: str
    number: int
    decisions: int
    data: str
    differs: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldWithheld(Entry):
    """An official keeps a field of a record from the public, for a reason and a time."""

    kind: ClassVar[str] = "openness.field.withheld"
    sentence: ClassVar[str] = "The {field} of {use} is withheld until {until}: {reason}"

    use: str
    field: str
    reason: str
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOutOffered(Entry):
    """People can leave a use, in a way that was said in public."""

    kind: ClassVar[str] = "openness.opt_out.offered"
    sentence: ClassVar[str] = "People can opt out of {use}: {route}"

    use: str
    route: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OptOutNotOffered(Entry):
    """An official agrees that an opt-out is not appropriate, for a reason and a time."""

    kind: ClassVar[str] = "openness.opt_out.not_offered"
    sentence: ClassVar[str] = "Nobody can opt out of {use} until {until}: {reason}"

    use: str
    reason: str
    until: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyPublished(Entry):
    """An agency published how it protects rights where it uses AI."""

    kind: ClassVar[str] = "openness.policy.published"
    sentence: ClassVar[str] = "The policy on AI was published in {language}; its text is {text}."

    language: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportReceived(Entry):
    """Somebody reported something; who, and from where, nobody kept."""

    kind: ClassVar[str] = "openness.report.received"
    sentence: ClassVar[str] = (
        "Report {number} came in ({about}) about {use}; it is to be acknowledged by {due_on}, "
        "counted with {calendar}."
    )

    number: int
    about: str
    use: str
    due_on: str
    calendar: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportAcknowledged(Entry):
    """A report was read and graded."""

    kind: ClassVar[str] = "openness.report.acknowledged"
    sentence: ClassVar[str] = (
        "Report {number} was acknowledged as {severity}; it is to be answered by {due_on}."
    )

    number: int
    severity: str
    due_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportAnswered(Entry):
    """A report was answered; whoever made it can read the answer."""

    kind: ClassVar[str] = "openness.report.answered"
    sentence: ClassVar[str] = "Report {number} was answered; something was changed: {changed}."

    number: int
    changed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordSignedOff(Entry):
    """A reviewer looked at the public record and said what it shows."""

    kind: ClassVar[str] = "openness.record.signed_off"
    sentence: ClassVar[str] = "The openness of version {version} of {use} was reviewed: {found}."

    use: str
    version: str
    found: tuple[str, ...]
