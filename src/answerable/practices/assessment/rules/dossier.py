"""What was recorded of an assessment, as its findings read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from answerable.gate.terms import Finding
from answerable.practices.assessment.rules.terms import Dimension, Ground, How, Part, State
from answerable.record.measurement import Measurement


@dataclass(frozen=True, kw_only=True, slots=True)
class MitigationFacts:
    """A mitigation: when it is due, and what the last test of it said (None: no test)."""

    due_on: date
    works: Finding | None
    rests_on: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskFacts:
    """A risk, by number."""

    number: int
    dimension: Dimension
    entry: int
    scored_entry: int | None
    mitigations: tuple[MitigationFacts, ...]
    accepted_entry: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasuredFacts:
    """What the latest evidence says: a verdict for each measure, and everyone's error rates."""

    evidence: str
    attributes: tuple[str, ...]
    verdicts: Mapping[str, str]
    rates: Mapping[str, Measurement]
    needs: tuple[str, ...]
    rerun_matches: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitFacts:
    """Where an error rate is to lie, as an official said beforehand."""

    measure: str
    low: float
    high: float
    entry: int
    beforehand: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Dossier:
    """Everything the findings of one assessment rest on.

    ``live_before`` is the number of decisions that had taken effect when it was signed,
    None before that. ``untouched`` is whether the rows are those that were signed.
    """

    state: State
    opened_entry: int
    decided_entry: int | None
    same_context: bool
    untouched: bool
    live_before: int | None
    risks: tuple[RiskFacts, ...]
    data: Mapping[Part, tuple[int, bool]]
    grounds: Mapping[Ground, tuple[int, How, str]]
    limits: tuple[LimitFacts, ...]
    measured: MeasuredFacts | None
