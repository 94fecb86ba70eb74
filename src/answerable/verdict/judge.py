"""From two groups' counts and a norm to a verdict, with the error of the whole family held."""

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Flags, Floats, Integers
from answerable.measure.exact_p_value import LARGEST_SMALLER_SIDE, exact_p_value
from answerable.measure.holm import holm_adjusted
from answerable.measure.quick_p_values import p_value_floors, quick_p_values
from answerable.measure.sample_size import records_needed
from answerable.measure.two_groups import Scale, Side, Table
from answerable.record.measurement import CannotSay
from answerable.verdict.norms import Norm
from answerable.verdict.verdicts import Met, NotMet, Test, Verdict

_QUICK = 0.01
"""The part of the level that pays for the quick test tried before the exact one.

A claim may pass by either test. Each errs with a chance of at most what it is given of the
level, so both together with at most the level; without this price they could exceed it.
"""

_MOST_RECORDS = 1e7
"""Beyond this a plan is no help to anyone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """One member of the family: a group's rate against its reference's, and the limit.

    ``hypothesis`` says what is compared: two measures that count the same records of the
    same group against the same limit put one question, and it is counted once.
    ``lowest`` and ``highest`` are the values the comparison would take were every
    missing value filled in as badly as possible, one way and the other.
    """

    hypothesis: Hashable
    table: Table
    norm: Norm
    lowest: float
    highest: float

    @property
    def value(self) -> float:
        """The ratio, or the difference, that was observed."""
        group, reference = self.table.x1 / self.table.n1, self.table.x2 / self.table.n2
        return group / reference if self.norm.scale is Scale.RATIO else group - reference

    @property
    def inside(self) -> bool:
        """Whether the observed value lies within the norm."""
        return self.norm.low <= self.value <= self.norm.high

    @property
    def survives_missing(self) -> bool:
        """Whether it would lie within the norm whatever the missing values are."""
        return self.norm.low <= self.lowest and self.highest <= self.norm.high


@dataclass(frozen=True, kw_only=True, slots=True)
class _Question:
    """A one-sided claim that a comparison lies beyond, or on the near side of, a bound."""

    bound: float
    side: Side


def judge(family: Sequence[Comparison], *, level: float) -> tuple[Verdict, ...]:
    """Judge a family of comparisons so that even one false verdict is rare.

    Each comparison can only be claimed to lie where it was observed to lie: outside its
    norm (*not met*) or inside (*met*). Each kind of claim is one Holm family over all
    the comparisons, so the chance of even one false *not met* is at most ``level``, and
    so is the chance of even one false *met*. What cannot be claimed is *cannot say*.

    A claim is tested at half the level on each side of the norm, which is inclusion of
    the two-sided interval in (or its exclusion from) the norm (Berger and Hsu 1996,
    Statistical Science 11:283-319).
    """
    distinct = {comparison.hypothesis: comparison for comparison in family}
    found = dict(zip(distinct, _judge(tuple(distinct.values()), level), strict=True))
    return tuple(found[comparison.hypothesis] for comparison in family)


def _judge(family: Sequence[Comparison], level: float) -> Iterator[Verdict]:
    if not family:
        return
    evidence = _Evidence(family)
    inside = np.array([comparison.inside for comparison in family])
    adjusted = np.empty(len(family))
    for kind in (inside, ~inside):
        evidence.settle(np.flatnonzero(kind), level=level)
        adjusted[kind] = holm_adjusted(np.where(kind, evidence.p_values, 1.0))[kind]
    for at, comparison in enumerate(family):
        test = Test(
            claim="inside" if comparison.inside else "outside",
            p_value=float(evidence.p_values[at]),
            adjusted=float(adjusted[at]),
            exact=evidence.exact(at),
        )
        yield _verdict(comparison, test, level=level, strictest=level / len(family))


def _verdict(comparison: Comparison, test: Test, *, level: float, strictest: float) -> Verdict:
    if test.adjusted > level:
        needs = _needs(comparison, strictest / 2)
        if test.p_value <= level:
            # Its interval may well lie beyond the limit, which would puzzle a reader.
            needs += "; asked alone it would be settled, but not among all the questions asked"
        return CannotSay(reason="too_few_records", needs=needs)
    if not comparison.inside:
        return NotMet(test=test)
    if not comparison.survives_missing:
        needs = (
            "the missing decisions, labels and attributes: filled in one way they would break "
            "the limit"
        )
        return CannotSay(reason="missing_values", needs=needs)
    return Met(test=test)


def _questions(comparison: Comparison) -> tuple[_Question, ...]:
    """What must be shown for the one claim that the observed value allows."""
    norm = comparison.norm
    if comparison.value < norm.low:
        return (_Question(bound=norm.low, side=Side.BELOW),)
    if comparison.value > norm.high:
        return (_Question(bound=norm.high, side=Side.ABOVE),)
    above = _Question(bound=norm.low, side=Side.ABOVE)
    below = _Question(bound=norm.high, side=Side.BELOW)
    # No share lies below 0 times another, nor a whole 1 from it: nothing to show there.
    floor, ceiling = (0.0, math.inf) if norm.scale is Scale.RATIO else (-1.0, 1.0)
    return tuple(
        question
        for question, can_be_broken in ((above, norm.low > floor), (below, norm.high < ceiling))
        if can_be_broken
    )


@dataclass(slots=True)
class _Answer:
    """What the two tests say of one claim, each at its price; infinite: not asked."""

    question: _Question
    quick: float
    exact: float = math.inf

    @property
    def p_value(self) -> float:
        return min(self.quick, self.exact)


class _Evidence:
    """The p-values of a family, exact where that can change a verdict.

    A comparison's is twice the largest among its questions, since each side of a norm is
    tested at half the level.
    """

    def __init__(self, family: Sequence[Comparison]) -> None:
        self._family = family
        self._answers: list[list[_Answer]] = [[] for _ in family]
        # Below its floor no p-value can come, however exactly it is worked out.
        self._floors = np.zeros(len(family))
        asked: dict[tuple[Scale, _Question], list[int]] = {}
        for at, comparison in enumerate(family):
            for question in _questions(comparison):
                asked.setdefault((comparison.norm.scale, question), []).append(at)
        for (scale, question), members in asked.items():
            highest, lowest = _bounds([family[at].table for at in members], scale, question)
            self._floors[members] = np.maximum(self._floors[members], np.minimum(1.0, 2 * lowest))
            for at, p_value in zip(members, highest.tolist(), strict=True):
                self._answers[at].append(_Answer(question, p_value))
        self.p_values = np.array([self._largest(at) for at in range(len(family))])

    def _largest(self, at: int) -> float:
        return min(1.0, 2 * max((answer.p_value for answer in self._answers[at]), default=0.0))

    def exact(self, at: int) -> bool:
        """Whether the p-value is that of the exact test."""
        largest = max((answer.p_value for answer in self._answers[at]), default=0.0)
        decisive = (answer for answer in self._answers[at] if answer.p_value == largest)
        return all(answer.exact < answer.quick for answer in decisive)

    def settle(self, members: Integers, *, level: float) -> None:
        """Make exact whatever Holm's procedure over these claims could turn on.

        It passes every p-value up to the level divided by the number of claims not yet
        passed, so that each one that passes makes the others' way easier.
        """
        passed, before = 0, -1
        while passed > before:
            before = passed
            threshold = level / max(1, len(self._family) - passed)
            unsettled = (self.p_values[members] > threshold) & (self._floors[members] <= threshold)
            for at in members[unsettled].tolist():
                self._make_exact(at, threshold)
            passed = int(np.count_nonzero(self.p_values[members] <= threshold))

    def _make_exact(self, at: int, threshold: float) -> None:
        table, scale = self._family[at].table, self._family[at].norm.scale
        if not _summable(table.n1, table.n2):
            return
        for answer in self._answers[at]:
            if math.isfinite(answer.exact) or 2 * answer.p_value <= threshold:
                continue
            question = answer.question
            p = exact_p_value(table, scale=scale, bound=question.bound, side=question.side)
            answer.exact = p / (1 - _QUICK)
        self.p_values[at] = self._largest(at)


def _summable(n1: Integers | int, n2: Integers | int) -> Flags:
    return np.asarray(np.minimum(n1, n2) <= LARGEST_SMALLER_SIDE)


def _bounds(tables: Sequence[Table], scale: Scale, question: _Question) -> tuple[Floats, Floats]:
    """Between what values each one-sided p-value lies."""
    x1, n1, x2, n2 = (
        np.array([getattr(table, name) for table in tables]) for name in ("x1", "n1", "x2", "n2")
    )
    bound, side = question.bound, question.side
    quick = quick_p_values(x1, n1, x2, n2, scale=scale, bound=bound, side=side)
    # Where the counts are too many for the exact test, the quick one stands alone and is free.
    highest = np.where(_summable(n1, n2), quick / _QUICK, quick)
    floors = p_value_floors(x1, n1, x2, n2, scale=scale, bound=bound, side=side)
    return highest, np.minimum(highest, floors)


def _needs(comparison: Comparison, level: float) -> str:
    table, norm = comparison.table, comparison.norm
    # Half an event more keeps the plan finite where a group has none, or only events.
    p1, p2 = (table.x1 + 0.5) / (table.n1 + 1), (table.x2 + 0.5) / (table.n2 + 1)
    value = p1 / p2 if norm.scale is Scale.RATIO else p1 - p2
    bounds = (norm.low, norm.high) if norm.low <= value <= norm.high else (_broken(value, norm),)
    needed = max(
        records_needed(
            group_share=p1,
            reference_share=p2,
            reference_per_group=table.n2 / table.n1,
            scale=norm.scale,
            bound=bound,
            level=level,
        )
        for bound in bounds
    )
    if not math.isfinite(needed) or needed > _MOST_RECORDS:
        return "no number of records would settle it: the value lies at the limit itself"
    more = max(math.ceil(needed), table.n1 + 1)
    return (
        f"about {_rounded(more):,} records of this group that count for this rate "
        f"(it has {table.n1:,}), if the truth is near what was seen"
    )


def _broken(value: float, norm: Norm) -> float:
    return norm.low if value < norm.low else norm.high


def _rounded(number: int) -> int:
    """Two significant digits, rounded up: the plan knows no more.

    >>> _rounded(1234), _rounded(87)
    (1300, 87)
    """
    step = int(10 ** max(0, len(str(number)) - 2))
    return -(-number // step) * step
