"""The figures of an audit: everybody's rates, and the gap that is surely the largest."""

import shlex
from collections.abc import Iterator
from datetime import date

from answerable.inventory.figures import Measured, Unit
from answerable.practices.assessment.models import Measuring
from answerable.practices.assessment.rules import distances
from answerable.record.measurement import Measurement
from answerable.verdict.audit import LEVEL, Audit, Gap
from answerable.verdict.groups import GroupKey
from answerable.verdict.run import AuditedData
from answerable.verdict.verdicts import NotMet

NAME = "assessment"


def figures_of_audit(audited: AuditedData, measuring: Measuring) -> Iterator[Measured]:
    """Give everybody's rates, and for each attribute the gap that is surely the largest.

    Each says which outcome was counted: a share of people selected is good or bad news by
    what they are selected for.
    """
    counted = f"outcome {audited.question.positive}"
    for name, found in audited.audit.everyone.measures.items():
        if isinstance(found, Measurement):
            yield _measured(name, counted, Unit.SHARE, found, measuring)
    for attribute in measuring.attributes:
        gap = largest_gap(audited.audit, attribute)
        if gap is not None and isinstance(gap.ratio, Measurement):
            about = f"{_named(gap.group)} against {_named(gap.reference)}, {counted}"
            yield _measured("largest_selection_gap", about, Unit.RATIO, gap.ratio, measuring)


def _named(group: GroupKey | None) -> str:
    if group is None:
        return "everyone else"
    # The register knows a figure about a group by the sign of equality.
    return ", ".join(f"{attribute}={value}" for attribute, value in group)


def largest_gap(audit: Audit, attribute: str) -> Gap | None:
    """Give the selection gap of an attribute that is surely the farthest from equality.

    Of the gaps proven outside the norm, or else of all, the one whose interval stays
    farthest away from 1: a group of three people with a wild ratio is not it.
    """
    gaps = [
        gap
        for gap in audit.gaps
        if gap.measure == "selection_rate"
        and [name for name, _ in gap.group] == [attribute]
        and isinstance(gap.ratio, Measurement)
    ]
    proven = [gap for gap in gaps if isinstance(gap.verdict, NotMet)]
    return max(proven or gaps, key=_surely_far, default=None)


def _surely_far(gap: Gap) -> float:
    return distances(gap.ratio, best=1)[0] if isinstance(gap.ratio, Measurement) else 0.0


def _measured(
    name: str, about: str, unit: Unit, found: Measurement, measuring: Measuring
) -> Measured:
    return Measured(
        practice=NAME,
        name=name,
        about=about,
        unit=unit,
        value=found.value,
        low=found.low,
        high=found.high,
        level=LEVEL,
        n=found.denominator,
        first_on=measuring.since_on,
        last_on=date.fromordinal(measuring.until_on.toordinal() - 1),
        data=measuring.data,
        command=command_to_recompute(measuring),
        evidence=measuring.evidence,
    )


def command_to_recompute(measuring: Measuring) -> str:
    """Say what to type to compute the evidence again, once it was downloaded under its name."""
    words = ["answerable", "reproduce", f"{measuring.evidence}.json", "--data", measuring.address]
    return shlex.join(words)
