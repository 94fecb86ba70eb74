"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimRecorded(Entry):
    """A vendor promised a number; the document in which it did is named by its hash."""

    kind: ClassVar[str] = "procurement.claim.recorded"
    sentence: ClassVar[str] = (
        "Claim {claim} about version {version} of {use} was recorded: {metric} of {population} is "
        "{promise} {value}, as of {as_of}. It is to be tested every {every_days} days."
    )

    use: str
    claim: int
    version: str
    metric: str
    population: str
    group: str
    promise: str
    value: str
    as_of: str
    document: str
    sha256: str
    every_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimTested(Entry):
    """A vendor's number was measured again on the agency's own decisions."""

    kind: ClassVar[str] = "procurement.claim.tested"
    sentence: ClassVar[str] = (
        "Claim {claim} about {use} ({metric} {promise} {promised}) was tested on {decisions} "
        "decisions: {measured}. It is {verdict}."
    )

    use: str
    claim: int
    version: str
    metric: str
    group: str
    promise: str
    promised: str
    measured: str
    gap: str
    decisions: int
    verdict: str
    needs: str
    address: str
    data: str
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimWithdrawn(Entry):
    """A claim counts no more, because it was never made so or was taken back."""

    kind: ClassVar[str] = "procurement.claim.withdrawn"
    sentence: ClassVar[str] = "Claim {claim} about {use} was withdrawn: {reason}"

    use: str
    claim: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimOverdue(Entry):
    """The day on which a claim was to be tested again has passed."""

    kind: ClassVar[str] = "procurement.claim.fell_overdue"
    sentence: ClassVar[str] = "Claim {claim} about {use} was to be tested by {due_on}, and was not."

    use: str
    claim: int
    due_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimsReviewed(Entry):
    """A reviewer looked at what the claims about a version came to."""

    kind: ClassVar[str] = "procurement.claims.reviewed"
    sentence: ClassVar[str] = (
        "The {claims} claims about version {version} of {use} were reviewed; row P7.4a is "
        "{finding}. {reason}"
    )

    use: str
    version: str
    claims: int
    finding: str
    reason: str
