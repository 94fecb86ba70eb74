"""From two groups' counts and a norm to a verdict, with the error of the whole family held."""

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Flags, Floats
from answerable.measure.exact_test import (
    Scale,
    Side,
    Table,
    bounds_on_p_values,
    exact_p_value,
)
from answerable.measure.holm import holm_adjusted
from answerable.measure.sample_size import records_needed
from answerable.measure.score import Statistic
from answerable.record.measurement import CannotSay
from answerable.verdict.norms import Norm
from answerable.verdict.verdicts import Met, NotMet, Test, Verdict

_HOPELESS_Z = 0.5
"""A claim whose score lies within this of its bound cannot pass at any level in use."""

_MOST_RECORDS = 1e9
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
    strictest = level / len(family)
    p_values, exact = _p_values(family, strictest)
    inside = np.array([comparison.inside for comparison in family])
    adjusted = np.where(
        inside,
        holm_adjusted(np.where(inside, p_values, 1.0)),
        holm_adjusted(np.where(inside, 1.0, p_values)),
    )
    for at, comparison in enumerate(family):
        test = Test(
            claim="inside" if comparison.inside else "outside",
            p_value=float(p_values[at]),
            adjusted=float(adjusted[at]),
            exact=bool(exact[at]),
        )
        yield _verdict(comparison, test, level=level, strictest=strictest)


def _verdict(comparison: Comparison, test: Test, *, level: float, strictest: float) -> Verdict:
    if test.adjusted > level:
        return CannotSay(reason="too_few_records", needs=_needs(comparison, strictest / 2))
    if not comparison.inside:
        return NotMet(test=test)
    if not comparison.survives_missing:
        needs = "the missing decisions and labels: filled in one way they would break the limit"
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
    # No share lies below 0 times another, nor a whole 1 below it: nothing to show there.
    floor = 0.0 if norm.scale is Scale.RATIO else -1.0
    return (below,) if norm.low <= floor else (above, below)


def _p_values(family: Sequence[Comparison], strictest: float) -> tuple[Floats, Flags]:
    """For each comparison twice its largest one-sided p-value, and whether that is exact."""
    asked: dict[tuple[Scale, _Question], list[int]] = {}
    for at, comparison in enumerate(family):
        for question in _questions(comparison):
            asked.setdefault((comparison.norm.scale, question), []).append(at)
    p_values, exact = np.zeros(len(family)), np.ones(len(family), dtype=bool)
    for (scale, question), members in asked.items():
        tables = [family[at].table for at in members]
        found, is_exact = _one_sided(tables, scale, question, strictest)
        p_values[members] = np.maximum(p_values[members], np.minimum(1.0, 2 * found))
        exact[members] &= is_exact
    return p_values, exact


def _one_sided(
    tables: Sequence[Table], scale: Scale, question: _Question, strictest: float
) -> tuple[Floats, Flags]:
    x1, n1, x2, n2 = (
        np.array([getattr(table, name) for table in tables]) for name in ("x1", "n1", "x2", "n2")
    )
    bound, side = question.bound, question.side
    p_values = bounds_on_p_values(x1, n1, x2, n2, scale=scale, bound=bound, side=side)
    statistic: Statistic = scale.statistic
    score = np.abs(statistic(x1, n1, x2, n2, np.full(x1.shape, bound)))
    # The exact sum is worth its cost only where it can change the verdict.
    open_questions = (2 * p_values > strictest) & (score > _HOPELESS_Z)
    for at in np.flatnonzero(open_questions).tolist():
        p_values[at] = min(
            p_values[at], exact_p_value(tables[at], scale=scale, bound=bound, side=side)
        )
    return p_values, open_questions


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
