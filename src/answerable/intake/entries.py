"""What is written to the ledger about records as they arrive."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingOpened(Entry):
    """Something is wrong with records that arrived. They are kept."""

    kind: ClassVar[str] = "intake.finding.opened"
    sentence: ClassVar[str] = "Records of {use} were found wrong ({finding}): {about}."

    use: str
    finding: str
    about: str
    first_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingClosed(Entry):
    """What was found wrong is so no more."""

    kind: ClassVar[str] = "intake.finding.closed"
    sentence: ClassVar[str] = "The finding {finding} of {use} was closed: {reason}."

    use: str
    finding: str
    about: str
    reason: str
