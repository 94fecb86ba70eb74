"""What this room writes to the ledger. No entry says whom a decision is about."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class WordsSet(Entry):
    """A code or a part of a letter is said in these words from now on."""

    kind: ClassVar[str] = "remedy.words.set"
    sentence: ClassVar[str] = "Letters of {use} now say {part} {code} ({language}) as: {words}"

    use: str
    part: str
    code: str
    language: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficesNamed(Entry):
    """The offices that answer for each step of remedy."""

    kind: ClassVar[str] = "remedy.offices.named"
    sentence: ClassVar[str] = "For remedy in {use} these offices answer: {offices}."

    use: str
    offices: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactsImported(Entry):
    """How people can be written to was taken in. Whose stands nowhere."""

    kind: ClassVar[str] = "remedy.contacts.imported"
    sentence: ClassVar[str] = "How to write to {people} people of {agency} was imported."

    agency: str
    people: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactErased(Entry):
    """How somebody can be written to, and what was written, was erased. Whose stands nowhere."""

    kind: ClassVar[str] = "remedy.contact.erased"
    sentence: ClassVar[str] = "The contacts of one person and {letters} letters were erased."

    letters: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeOpened(Entry):
    """A person is owed a notice. ``hold`` is the entry of the hold until it is delivered."""

    kind: ClassVar[str] = "remedy.notice.opened"
    sentence: ClassVar[str] = (
        "A notice ({notice}) is owed about the decision {decision} of {use}, because of {cause}."
    )

    use: str
    version: str
    notice: str
    decision: str
    cause: str
    hold: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeIncomplete(Entry):
    """A notice is not sent because something is missing that the person needs."""

    kind: ClassVar[str] = "remedy.notice.incomplete"
    sentence: ClassVar[str] = "The notice {notice} of {use} cannot be sent: {missing} is missing."

    use: str
    notice: str
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticePrepared(Entry):
    """A notice was filled from the log. ``letter`` is the SHA-256 of what it says."""

    kind: ClassVar[str] = "remedy.notice.prepared"
    sentence: ClassVar[str] = (
        "The notice {notice} of {use} was filled from the log ({letter}); "
        "it can be challenged until {challenge_by}, by the calendar {calendar}."
    )

    use: str
    notice: str
    letter: str
    challenge_by: str
    calendar: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeSent(Entry):
    """A mail server took the letter. Nobody knows from that whether the person has it."""

    kind: ClassVar[str] = "remedy.notice.sent"
    sentence: ClassVar[str] = "The notice {notice} of {use} was handed to a mail server."

    use: str
    notice: str
    attempts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SendingUnknown(Entry):
    """Sending was interrupted: whether the letter left is unknown, and it is not sent again."""

    kind: ClassVar[str] = "remedy.sending.unknown"
    sentence: ClassVar[str] = "Whether the notice {notice} of {use} was sent is unknown."

    use: str
    notice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SendingRepeated(Entry):
    """A person decided that a letter is sent again, or written at last."""

    kind: ClassVar[str] = "remedy.sending.repeated"
    sentence: ClassVar[str] = "Somebody decided that the notice {notice} of {use} is sent again."

    use: str
    notice: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeReturned(Entry):
    """The letter did not reach the person."""

    kind: ClassVar[str] = "remedy.notice.returned"
    sentence: ClassVar[str] = "The notice {notice} of {use} came back: {reason}."

    use: str
    notice: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeDelivered(Entry):
    """The person has the letter: ``how`` says what shows it."""

    kind: ClassVar[str] = "remedy.notice.delivered"
    sentence: ClassVar[str] = (
        "The notice {notice} of {use} was delivered ({how}); "
        "no effect on the person before {effect_from}."
    )

    use: str
    notice: str
    how: str
    proof: str
    effect_from: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChallengeReceived(Entry):
    """A person challenges a decision. The three times are computed from the law's values."""

    kind: ClassVar[str] = "remedy.challenge.received"
    sentence: ClassVar[str] = (
        "The decision of {notice} in {use} is challenged ({challenge}) on {points} points; "
        "a person considers it by {consider_by}, every remedy is complete by {redress_by}."
    )

    use: str
    challenge: str
    notice: str
    channel: str
    urgent: tuple[str, ...]
    points: int
    acknowledge_by: str
    consider_by: str
    redress_by: str
    calendar: str
    hold: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChallengeAcknowledged(Entry):
    """The person was told that the challenge has arrived, and by when they hear."""

    kind: ClassVar[str] = "remedy.challenge.acknowledged"
    sentence: ClassVar[str] = "The challenge {challenge} in {use} was acknowledged by {how}."

    use: str
    challenge: str
    how: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewerAssigned(Entry):
    """Somebody who did not take the decision considers the challenge."""

    kind: ClassVar[str] = "remedy.reviewer.assigned"
    sentence: ClassVar[str] = "The challenge {challenge} in {use} is considered by {reviewer}."

    use: str
    challenge: str
    reviewer: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class BlindFindingRecorded(Entry):
    """The reviewer's own finding, before what the AI said was shown."""

    kind: ClassVar[str] = "remedy.finding.recorded"
    sentence: ClassVar[str] = (
        "The reviewer of {challenge} in {use} found {finding} before seeing what was decided, "
        "after {minutes} minutes."
    )

    use: str
    challenge: str
    finding: str
    minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionShown(Entry):
    """Somebody was shown what was decided and with which part of the AI."""

    kind: ClassVar[str] = "remedy.decision.shown"
    sentence: ClassVar[str] = "What was decided in {notice} of {use} was shown to {viewer}."

    use: str
    notice: str
    viewer: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class ChallengeUpheld(Entry):
    """The decision stands; every point was answered."""

    kind: ClassVar[str] = "remedy.challenge.upheld"
    sentence: ClassVar[str] = (
        "The decision challenged in {challenge} of {use} stands; "
        "{accepted} of {points} points were accepted."
    )

    use: str
    challenge: str
    version: str
    points: int
    accepted: int
    minutes: int
    on_time: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ChallengeOverturned(Entry):
    """The decision does not stand."""

    kind: ClassVar[str] = "remedy.challenge.overturned"
    sentence: ClassVar[str] = (
        "The decision challenged in {challenge} of {use} was overturned: {outcome} in its place."
    )

    use: str
    challenge: str
    version: str
    outcome: str
    points: int
    accepted: int
    minutes: int
    on_time: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RemedyPromised(Entry):
    """One element of the harm is to be undone by a day."""

    kind: ClassVar[str] = "remedy.element.promised"
    sentence: ClassVar[str] = "In {challenge} of {use}: {element} is to be done by {due_by}."

    use: str
    challenge: str
    element: str
    due_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RemedyCompleted(Entry):
    """One element of the harm was undone. ``proof`` names what shows it."""

    kind: ClassVar[str] = "remedy.element.completed"
    sentence: ClassVar[str] = "In {challenge} of {use}: {element} is done; it rests on {proof}."

    use: str
    challenge: str
    element: str
    proof: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RemedyAnswered(Entry):
    """The person says whether an element of the harm was undone."""

    kind: ClassVar[str] = "remedy.element.answered"
    sentence: ClassVar[str] = "In {challenge} of {use} the person says of {element}: {answer}."

    use: str
    challenge: str
    element: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChallengeClosed(Entry):
    """Nothing is left to be done about a challenge."""

    kind: ClassVar[str] = "remedy.challenge.closed"
    sentence: ClassVar[str] = "The challenge {challenge} in {use} is closed; on time: {on_time}."

    use: str
    challenge: str
    on_time: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class LookBackOpened(Entry):
    """Others may be hit by the same fault, and are to be looked for. ``cause`` is an entry."""

    kind: ClassVar[str] = "remedy.look_back.opened"
    sentence: ClassVar[str] = (
        "A look-back ({look_back}) in {use} was opened because of entry {cause}, due {due_by}."
    )

    use: str
    look_back: str
    cause: int
    due_by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LookBackSearched(Entry):
    """The log was searched by a rule. ``decisions`` is the SHA-256 of the list that was found."""

    kind: ClassVar[str] = "remedy.look_back.searched"
    sentence: ClassVar[str] = (
        "The look-back {look_back} in {use} found {found} of {looked_at} decisions by the rule "
        "{rule} ({decisions})."
    )

    use: str
    look_back: str
    rule: tuple[str, ...]
    looked_at: int
    found: int
    decisions: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LookBackClosed(Entry):
    """Everyone who was found was written to."""

    kind: ClassVar[str] = "remedy.look_back.closed"
    sentence: ClassVar[str] = (
        "The look-back {look_back} in {use} is closed: {delivered} of {found} people have their "
        "letter for certain, {unreached} were not reached."
    )

    use: str
    look_back: str
    found: int
    delivered: int
    unreached: int
