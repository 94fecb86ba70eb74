"""Who may decide what, when a refusal is reversed, and whether a mitigation works."""

import math
from collections.abc import Collection

from answerable.gate.terms import Finding
from answerable.practices.assessment.rules.terms import LIMITED
from answerable.record.measurement import Measurement


def may_review(reviewer: str, *, authors: Collection[str], accepted: Collection[str]) -> bool:
    """Nobody reviews what they own, owned or wrote, or accepted a remaining risk of."""
    return bool(reviewer) and reviewer not in authors and reviewer not in accepted


def may_accept(official: str, *, authors: Collection[str], reviewers: Collection[str]) -> bool:
    """Nobody accepts what remains of a risk they own or wrote, or of one they scored."""
    return bool(official) and official not in authors and official not in reviewers


def bar_to_reversal(
    reviewer: str, *, refusers: Collection[str], refused_on: Collection[str], shown: Collection[str]
) -> str | None:
    """Say why a refusal stands: its reversal takes a new reviewer and new evidence (P2.0e)."""
    if not refusers:
        return None
    if reviewer in refusers:
        return "whoever refused this version in this context does not reverse it"
    if not set(shown) - set(refused_on):
        return "nothing was measured that was not known when it was refused"
    return None


def improved(before: Measurement, after: Measurement, *, best: float) -> Finding:
    """Say whether a number has moved towards its best value beyond doubt.

    ``best`` is 1 for a ratio between groups and for accuracy, 0 for an error rate.

    >>> gap = Measurement(value=2, low=1.8, high=2.2, numerator=1, denominator=2)
    >>> less = Measurement(value=1.2, low=1.1, high=1.3, numerator=1, denominator=2)
    >>> improved(gap, less, best=1), improved(less, gap, best=1), improved(gap, gap, best=1)
    (<Finding.MET: 'met'>, <Finding.NOT_MET: 'not_met'>, <Finding.CANNOT_SAY: 'cannot_say'>)
    """
    least_before, most_before = distances(before, best=best)
    least_after, most_after = distances(after, best=best)
    if most_after < least_before:
        return Finding.MET
    return Finding.NOT_MET if least_after > most_before else Finding.CANNOT_SAY


def best_of(measure: str, *, of_group: bool) -> float | None:
    """Give the best value of a measure, or of a group's ratio of it; None where it has none.

    How often people are selected is right or wrong for nobody as it stands: only beside
    how often others are.

    >>> best_of("accuracy", of_group=False), best_of("false_positive_rate", of_group=False)
    (1.0, 0.0)
    >>> best_of("selection_rate", of_group=True), best_of("selection_rate", of_group=False)
    (1.0, None)
    """
    if of_group or measure in {"accuracy", "precision"}:
        return 1.0
    return 0.0 if measure in LIMITED else None


def distances(found: Measurement, *, best: float) -> tuple[float, float]:
    """Give how far a number is from its best value, at least and at most, by its interval.

    Above and below 1 count alike: half as often is as far from equal as twice as often.
    """
    if best == 0:
        return found.low, found.high
    far = [abs(math.log(end)) if end > 0 else math.inf for end in (found.low, found.high)]
    return (0.0 if found.low <= best <= found.high else min(far)), max(far)
