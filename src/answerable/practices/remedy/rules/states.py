"""The states of notices, letters, challenges, remedies and look-backs, and their words."""

from enum import StrEnum


class Part(StrEnum):
    """A part of the letters of a use that people have worded. Some have a code each."""

    OUTCOME = "outcome"
    REASON = "reason"
    AI_PART = "ai_part"
    DATA_USED = "data_used"
    WHAT_TO_DO = "what_to_do"
    HELP = "help"
    CONTACT = "contact"
    LOOK_BACK = "look_back"

    @property
    def is_coded(self) -> bool:
        """Whether there is one for each code of the use's catalogue."""
        return self in {Part.OUTCOME, Part.REASON}


class Step(StrEnum):
    """A step of remedy for which an office answers."""

    ACKNOWLEDGE = "acknowledge"
    CONSIDER = "consider"
    REDRESS = "redress"
    APPEAL = "appeal"


class NoticeState(StrEnum):
    """How far a notice has come. Only ``delivered`` says that the person has it."""

    OPENED = "opened"
    PREPARED = "prepared"
    SENT = "sent"
    UNKNOWN = "unknown"
    RETURNED = "returned"
    DELIVERED = "delivered"


WRITTEN = frozenset(NoticeState) - {NoticeState.OPENED}
"""The states in which there is a letter."""


class MailingState(StrEnum):
    """How far one sending of a letter has come."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class How(StrEnum):
    """What shows that a person has a letter."""

    OPENED = "opened with the secret"
    POST = "proof of the post"
    RECEIPT = "receipt of the person"
    IN_PERSON = "handed over in person"


class ChallengeState(StrEnum):
    """How far a challenge has come. Nothing closes one by itself."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    FOUND = "found"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    CLOSED = "closed"


DECIDED = frozenset({ChallengeState.UPHELD, ChallengeState.OVERTURNED, ChallengeState.CLOSED})


class Harm(StrEnum):
    """What has to be undone where a decision did not stand."""

    DECISION = "decision changed"
    MONEY = "money returned"
    RECORDS = "records corrected"
    DISCLOSURES = "others told who had received it"
    SERVICE = "service or benefit restored"
    APOLOGY = "apology in writing"


class ElementState(StrEnum):
    """How far the undoing of one harm has come. A promise undoes nothing."""

    PROMISED = "promised"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


MET = frozenset({ElementState.COMPLETED, ElementState.CONFIRMED})
"""The states in which a harm counts as undone."""


class LookBackState(StrEnum):
    """How far a look-back has come."""

    OPENED = "opened"
    SEARCHED = "searched"
    CLOSED = "closed"
