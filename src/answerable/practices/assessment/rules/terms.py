"""The nouns of an assessment: its states, its dimensions, and how bad a risk is."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from answerable.measure.catalogue import MEASURE_NAMES
from answerable.record.canonical import canonical_bytes
from answerable.record.digests import HexDigest, sha256_of_bytes


class State(StrEnum):
    """Where an assessment stands. The last two are final."""

    OPEN = "open"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    REFUSED = "refused"


PENDING = frozenset({State.OPEN, State.SUBMITTED})


class Dimension(StrEnum):
    """What may be harmed (P2.0c)."""

    HUMAN_RIGHTS = "human_rights"
    EQUITY = "equity"
    FAIRNESS = "fairness"
    SAFETY = "safety"


class Part(StrEnum):
    """What a set of data is for in the system (P2.3a)."""

    TRAINING = "training"
    TESTING = "testing"
    OPERATION = "operation"


class Ground(StrEnum):
    """The grounds that each get an answer (P2.5c)."""

    RACE = "race"
    ETHNICITY = "ethnicity"
    DISABILITY = "disability"
    GENDER = "gender"
    SEXUALITY = "sexuality"
    GENDER_IDENTITY = "gender_identity"
    RELIGION = "religion"


class How(StrEnum):
    """How a ground is looked at; the last two say why it is not in the data."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    JOINED = "joined"
    QUALITATIVE = "qualitative"


def in_words(code: str) -> str:
    """Write the code of a ground, a dimension or a measure as it is said.

    >>> in_words(Ground.GENDER_IDENTITY), in_words("false_positive_rate")
    ('gender identity', 'false positive rate')
    """
    return code.replace("_", " ")


LIMITED = tuple(name for name in MEASURE_NAMES if name != "selection_rate")
"""What a limit can be set on: how often a decision is wrong, not how often it is made."""

LEAST, MOST = 1, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """How bad a risk is, from 1 to 5: how likely, how severe, how many, how hard to undo."""

    likelihood: int
    severity: int
    scale: int
    reversibility: int

    @property
    def levels(self) -> tuple[int, int, int, int]:
        """The four, in the order in which they are told."""
        return self.likelihood, self.severity, self.scale, self.reversibility

    @property
    def fit(self) -> bool:
        """Whether every one lies on the scale."""
        return all(LEAST <= level <= MOST for level in self.levels)

    def told(self) -> tuple[str, ...]:
        """Write the four as entries do."""
        names = ("likelihood", "severity", "scale", "reversibility")
        return tuple(f"{name}={level}" for name, level in zip(names, self.levels, strict=True))

    def sealed(self, salt: str) -> HexDigest:
        """Commit to the four without showing them."""
        return sha256_of_bytes(canonical_bytes({"salt": salt, "scores": list(self.told())}))


def equal_scores(pairs: Collection[tuple[Scores, Scores]]) -> tuple[int, int]:
    """Count the scores on which owner and reviewer agree, among all they both gave.

    >>> one = Scores(likelihood=2, severity=3, scale=1, reversibility=5)
    >>> other = Scores(likelihood=2, severity=4, scale=1, reversibility=5)
    >>> equal_scores([(one, other)])
    (3, 4)
    """
    both = [(a, b) for owner, own in pairs for a, b in zip(owner.levels, own.levels, strict=True)]
    return sum(a == b for a, b in both), len(both)
