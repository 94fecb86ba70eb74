"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentOpened(Entry):
    """The owner of a use began to assess a version in a context."""

    kind: ClassVar[str] = "assessment.assessment.opened"
    sentence: ClassVar[str] = (
        "Assessment {assessment} of {use} was opened, of version {version} in the context "
        "{context}."
    )

    use: str
    assessment: int
    version: str
    context: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskDescribed(Entry):
    """A risk entered an assessment. Its score stays sealed until the reviewer has scored it."""

    kind: ClassVar[str] = "assessment.risk.described"
    sentence: ClassVar[str] = (
        "Risk {risk} ({dimension}) was described in assessment {assessment} of {use}: {harm} "
        "Its owner's score is sealed as {sealed}."
    )

    use: str
    assessment: int
    risk: int
    dimension: str
    harm: str
    group: str
    sealed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskScored(Entry):
    """A reviewer scored a risk without seeing the owner's score, which this opens."""

    kind: ClassVar[str] = "assessment.risk.scored"
    sentence: ClassVar[str] = (
        "Risk {risk} in assessment {assessment} of {use} was scored {reviewer} by its reviewer; "
        "its owner had scored it {owner}."
    )

    use: str
    assessment: int
    risk: int
    reviewer: tuple[str, ...]
    owner: tuple[str, ...]
    salt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MitigationPlanned(Entry):
    """Somebody is to make a risk smaller by a day."""

    kind: ClassVar[str] = "assessment.mitigation.planned"
    sentence: ClassVar[str] = (
        "A mitigation of risk {risk} in assessment {assessment} of {use} was planned until "
        "{due_on}, by {responsible}: {action}"
    )

    use: str
    assessment: int
    risk: int
    mitigation: int
    action: str
    responsible: Person
    due_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MitigationTested(Entry):
    """A mitigation was measured before and after."""

    kind: ClassVar[str] = "assessment.mitigation.tested"
    sentence: ClassVar[str] = (
        "Mitigation {mitigation} of risk {risk} in assessment {assessment} of {use} is {finding} "
        "as to whether it works: {measure} was {before} and is {after}."
    )

    use: str
    assessment: int
    risk: int
    mitigation: int
    finding: str
    measure: str
    group: str
    before: str
    after: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class MitigationOverdue(Entry):
    """The day of a mitigation has passed, and nothing shows that it works."""

    kind: ClassVar[str] = "assessment.mitigation.fell_overdue"
    sentence: ClassVar[str] = (
        "Mitigation {mitigation} of risk {risk} in assessment {assessment} of {use} was due on "
        "{due_on}, and nothing shows that it works."
    )

    use: str
    assessment: int
    risk: int
    mitigation: int
    due_on: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResidueAccepted(Entry):
    """An official took on what remains of a risk."""

    kind: ClassVar[str] = "assessment.residue.accepted"
    sentence: ClassVar[str] = (
        "What remains of risk {risk} in assessment {assessment} of {use}, {remains}, was accepted "
        "by {official}: {reason}"
    )

    use: str
    assessment: int
    risk: int
    remains: tuple[str, ...]
    reason: str
    official: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class DataDescribed(Entry):
    """How the data of one part in the system came about was written down."""

    kind: ClassVar[str] = "assessment.data.described"
    sentence: ClassVar[str] = (
        "The {part} data were described in assessment {assessment} of {use}: {told}."
    )

    use: str
    assessment: int
    part: str
    told: str
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GroundCovered(Entry):
    """A reviewer said how a ground of discrimination is looked at."""

    kind: ClassVar[str] = "assessment.ground.covered"
    sentence: ClassVar[str] = (
        "The ground {ground} is {how} in assessment {assessment} of {use}, by {attribute}. {reason}"
    )

    use: str
    assessment: int
    ground: str
    how: str
    attribute: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitSet(Entry):
    """An official fixed how often the system may be wrong, before anything was measured."""

    kind: ClassVar[str] = "assessment.limit.set"
    sentence: ClassVar[str] = (
        "In assessment {assessment} of {use}, {measure} is to lie from {low} to {high}: {reason}"
    )

    use: str
    assessment: int
    measure: str
    low: str
    high: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionsMeasured(Entry):
    """The decisions of a period were audited by group."""

    kind: ClassVar[str] = "assessment.decisions.measured"
    sentence: ClassVar[str] = (
        "{decisions} decisions of {use} ({address}) were measured by {attributes} for assessment "
        "{assessment}; the verdict on the gaps is {verdict}."
    )

    use: str
    assessment: int
    address: str
    decisions: int
    attributes: tuple[str, ...]
    verdict: str
    data: str
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceRerun(Entry):
    """A reviewer computed the evidence of an assessment again."""

    kind: ClassVar[str] = "assessment.evidence.rerun"
    sentence: ClassVar[str] = (
        "The evidence {evidence} of assessment {assessment} of {use} was computed again; "
        "the figures are the same: {matches}."
    )

    use: str
    assessment: int
    evidence: str
    matches: bool
    differing: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentSubmitted(Entry):
    """The owner handed an assessment to review."""

    kind: ClassVar[str] = "assessment.assessment.submitted"
    sentence: ClassVar[str] = "Assessment {assessment} of {use} was handed to review."

    use: str
    assessment: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentReturned(Entry):
    """A reviewer handed an assessment back to its owner."""

    kind: ClassVar[str] = "assessment.assessment.returned"
    sentence: ClassVar[str] = "Assessment {assessment} of {use} was handed back: {reason}"

    use: str
    assessment: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentSigned(Entry):
    """A reviewer signed an assessment: an official may now decide on what it found."""

    kind: ClassVar[str] = "assessment.assessment.signed"
    sentence: ClassVar[str] = (
        "Assessment {assessment} of {use} was signed by its reviewer, with the content {content}. "
        "{decisions_before} decisions had taken effect before. {reason}"
    )

    use: str
    assessment: int
    version: str
    content: str
    decisions_before: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AssessmentRefused(Entry):
    """A reviewer found that a version must not be used. It stays on record."""

    kind: ClassVar[str] = "assessment.assessment.refused"
    sentence: ClassVar[str] = (
        "Version {version} of {use} must not be used, assessment {assessment} found: {reason}"
    )

    use: str
    assessment: int
    version: str
    content: str
    reason: str
