"""The states of notices, letters, challenges, remedies and look-backs, and their words."""

from enum import StrEnum
from typing import Self


class _Worded(StrEnum):
    """A value that is stored, and the words that people read in its place."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        made = str.__new__(cls, value)
        made._value_ = value
        made.words = words
        return made


class Part(_Worded):
    """A part of the letters of a use that people have worded. Some have a code each."""

    OUTCOME = "outcome", "what an outcome means"
    REASON = "reason", "what a reason means"
    AI_PART = "ai_part", "what part AI played"
    DATA_USED = "data_used", "which data was used"
    WHAT_TO_DO = "what_to_do", "what the person can do"
    HELP = "help", "where to get help"
    CONTACT = "contact", "how to reach the office"
    LOOK_BACK = "look_back", "that a fault was found"

    @property
    def is_coded(self) -> bool:
        """Whether there is one for each code of the use's catalogue."""
        return self in {Part.OUTCOME, Part.REASON}


class Step(_Worded):
    """A step of remedy for which an office answers."""

    ACKNOWLEDGE = "acknowledge", "telling people that their challenge has arrived"
    CONSIDER = "consider", "considering challenges"
    REDRESS = "redress", "undoing harm"
    APPEAL = "appeal", "hearing an appeal against the answer"


class NoticeState(_Worded):
    """How far a notice has come. Only ``delivered`` says that the person has it."""

    OPENED = "opened", "owed, not written"
    PREPARED = "prepared", "written, not sent"
    SENT = "sent", "sent, not known to have arrived"
    UNKNOWN = "unknown", "perhaps sent: the sending broke off"
    RETURNED = "returned", "did not reach the person"
    DELIVERED = "delivered", "delivered"


WRITTEN = frozenset(NoticeState) - {NoticeState.OPENED}
"""The states in which there is a letter, or it is known that there can be none."""

AWAITED = WRITTEN - {NoticeState.DELIVERED}
"""The states in which a letter may yet be shown to have arrived."""

LOST = frozenset({NoticeState.UNKNOWN, NoticeState.RETURNED})
"""The states in which a person decides whether a letter is sent again."""


class MailingState(_Worded):
    """How far one sending of a letter has come."""

    WAITING = "waiting", "to be sent"
    CLAIMED = "claimed", "being sent"
    SENT = "sent", "a mail server took it"
    REFUSED = "refused", "no mail server takes it"
    UNKNOWN = "unknown", "broke off: nobody knows whether it left"
    WITHDRAWN = "withdrawn", "not needed any more"


class How(StrEnum):
    """What shows that a person has a letter."""

    OPENED = "opened with the secret"
    POST = "proof of the post"
    RECEIPT = "receipt of the person"
    IN_PERSON = "handed over in person"


class ChallengeState(_Worded):
    """How far a challenge has come. Nothing closes one by itself."""

    RECEIVED = "received", "waits for somebody to take it on"
    ASSIGNED = "assigned", "being considered"
    FOUND = "found", "considered afresh, to be decided"
    UPHELD = "upheld", "decided: the decision stands"
    OVERTURNED = "overturned", "decided: the decision does not stand"
    CLOSED = "closed", "closed"


UNDECIDED = frozenset({ChallengeState.RECEIVED, ChallengeState.ASSIGNED, ChallengeState.FOUND})
DECIDED = frozenset(ChallengeState) - UNDECIDED


class Harm(StrEnum):
    """What has to be undone where a decision did not stand."""

    DECISION = "decision changed"
    MONEY = "money returned"
    RECORDS = "records corrected"
    DISCLOSURES = "others told who had received it"
    SERVICE = "service or benefit restored"
    APOLOGY = "apology in writing"


class ElementState(_Worded):
    """How far the undoing of one harm has come. A promise undoes nothing."""

    PROMISED = "promised", "promised, not done yet"
    COMPLETED = "completed", "done, not confirmed by the person"
    CONFIRMED = "confirmed", "done, confirmed by the person"
    DISPUTED = "disputed", "not done, says the person"


TO_DO = frozenset({ElementState.PROMISED, ElementState.DISPUTED})
"""The states in which a harm is still to be undone."""


class LookBackState(_Worded):
    """How far a look-back has come."""

    OPENED = "opened", "nobody has searched yet"
    SEARCHED = "searched", "searched, people are being written to"
    CLOSED = "closed", "closed"
