"""What an assessment comes to: pure decisions over what was recorded.

- `terms`: the nouns. `duties`: who may decide. `dossier`: the facts. `rows`: the findings.
"""

from answerable.practices.assessment.rules.dossier import (
    Dossier,
    LimitFacts,
    MeasuredFacts,
    MitigationFacts,
    RiskFacts,
)
from answerable.practices.assessment.rules.duties import (
    bar_to_reversal,
    best_of,
    distances,
    improved,
    may_accept,
    may_review,
)
from answerable.practices.assessment.rules.rows import ROWS, findings, nothing
from answerable.practices.assessment.rules.terms import (
    LEAST,
    LIMITED,
    MOST,
    PENDING,
    Dimension,
    Ground,
    How,
    Part,
    Scores,
    State,
    equal_scores,
    in_words,
)

__all__ = [
    "LEAST",
    "LIMITED",
    "MOST",
    "PENDING",
    "ROWS",
    "Dimension",
    "Dossier",
    "Ground",
    "How",
    "LimitFacts",
    "MeasuredFacts",
    "MitigationFacts",
    "Part",
    "RiskFacts",
    "Scores",
    "State",
    "bar_to_reversal",
    "best_of",
    "distances",
    "equal_scores",
    "findings",
    "improved",
    "in_words",
    "may_accept",
    "may_review",
    "nothing",
]
