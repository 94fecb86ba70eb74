"""The audit: rates of every group, gaps to its reference, and a verdict on each gap."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from answerable.measure.catalogue import rates
from answerable.measure.counts import CELLS, Cell, Counts
from answerable.measure.gaps import Known, RateGap, furthest_gaps, rate_gaps
from answerable.measure.rate import Rate
from answerable.measure.tables import Columns, Tally
from answerable.measure.two_groups import Scale, Table
from answerable.record.measurement import CannotSay, Finding
from answerable.verdict.conflict import EQUAL, UNEQUAL, Conflict, conflict_between
from answerable.verdict.groups import Group, GroupKey, form_groups
from answerable.verdict.judge import Comparison, judge
from answerable.verdict.norms import Norm, Norms
from answerable.verdict.verdicts import NotMet, Verdict, verdict_name, worst

LEVEL = 0.95
"""Coverage of every interval shown."""

NO_NORM = CannotSay(
    reason="no_norm",
    needs="a limit fixed beforehand: --norm MEASURE.ratio=LOW,HIGH, or a profile that sets one",
)
NO_LABEL = CannotSay(
    reason="no_label",
    needs="what each decision turned out to be: a column of outcomes, named with --label",
)
SOME_GAPS = CannotSay(
    reason="some_gaps_cannot_say", needs="what each gap without a verdict names as its needs"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Everything that is settled before the numbers are known. ``on`` dates the norms."""

    columns: Columns
    positive: str | None
    favourable: str | None
    reference: Mapping[str, str] = field(default_factory=dict)
    norms: Norms
    on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupResult:
    """One group's rates. Counts are records; ``n`` includes those with missing values."""

    key: GroupKey
    n: int
    without_decision: int
    without_label: int
    measures: Mapping[str, Finding]


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """One rate of a group against its reference (None: everyone else), under one norm.

    ``table`` holds the counts that it rests on. ``norm`` is None where nobody fixed a
    limit; the verdict is then *cannot say*.
    """

    measure: str
    group: GroupKey
    reference: GroupKey | None
    table: Table
    difference: Finding
    ratio: Finding
    norm: Norm | None
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureVerdict:
    """What the gaps of one measure under one norm come to together.

    ``why`` says why nothing can be said, and is None where something can.
    """

    measure: str
    norm: Norm | None
    verdict: str
    met: int
    not_met: int
    cannot_say: int
    why: CannotSay | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Audit:
    """The whole result. ``verdict`` is the one word that the exit status follows.

    ``family`` is the number of distinct questions among which errors are held down.
    """

    plan: Plan
    positive_is_favourable: bool
    everyone: GroupResult
    groups: tuple[GroupResult, ...]
    gaps: tuple[Gap, ...]
    verdicts: tuple[MeasureVerdict, ...]
    conflicts: tuple[Conflict, ...]
    family: int

    @property
    def verdict(self) -> str:
        """One word for all the declared limits; without any, *cannot say*."""
        return worst(verdict.verdict for verdict in self.verdicts)


def audit(tally: Tally, plan: Plan) -> Audit:
    """Measure every group, compare it with its reference, and judge by the plan's norms."""
    measured = rates(labelled=tally.labelled, positive_is_favourable=tally.positive_is_favourable)
    groups = form_groups(tally, plan.reference)
    gaps, family = _judged([group for group in groups if group.compared], measured, plan.norms)
    overall, *results = _results([tally.counts.sum(axis=0), *(g.counts for g in groups)], measured)
    return Audit(
        plan=plan,
        positive_is_favourable=tally.positive_is_favourable,
        everyone=_result((), overall),
        groups=tuple(
            _result(group.key, found) for group, found in zip(groups, results, strict=True)
        ),
        gaps=gaps,
        verdicts=_verdicts(gaps, [rate.name for rate in measured], plan.norms),
        conflicts=tuple(_conflicts(gaps)),
        family=family,
    )


def _stacked(counts: Sequence[Counts]) -> Counts:
    return np.array(counts, dtype=np.int64).reshape(len(counts), len(Cell))


# -- rates of groups -----------------------------------------------------------------

_Found = tuple[Counts, Mapping[str, Finding]]


def _results(groups: Sequence[Counts], measured: Sequence[Rate]) -> list[_Found]:
    counts = _stacked(groups)
    columns = {rate.name: rate.of_each(counts, level=LEVEL) for rate in measured}
    return [
        (own, {name: column[at] for name, column in columns.items()})
        for at, own in enumerate(counts)
    ]


def _result(key: GroupKey, found: _Found) -> GroupResult:
    counts, measures = found
    return GroupResult(
        key=key,
        n=int(counts.sum()),
        without_decision=_missing(counts, of=0),
        without_label=_missing(counts, of=1),
        measures=measures,
    )


def _missing(counts: Counts, *, of: int) -> int:
    return int(sum(counts[at] for at, cell in enumerate(CELLS) if cell.value[of] is None))


# -- gaps and their verdicts ---------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judgeable:
    """A gap under a norm, and the question it puts or why it can put none."""

    rate: Rate
    group: Group
    gap: RateGap
    norm: Norm | None
    question: Comparison | CannotSay


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sides:
    """Every group's counts beside its reference's, certain and possible, row by row."""

    groups: Sequence[Group]
    own: Counts
    other: Counts
    group: Known
    reference: Known


def _sides(groups: Sequence[Group]) -> _Sides:
    own = _stacked([group.counts for group in groups])
    return _Sides(
        groups=groups,
        own=own,
        other=_stacked([group.reference_counts for group in groups]),
        group=Known(certain=own, possible=_stacked([group.possible for group in groups])),
        reference=Known(
            certain=_stacked([group.reference_certain for group in groups]),
            possible=_stacked([group.reference_possible for group in groups]),
        ),
    )


def _judged(
    groups: Sequence[Group], measured: Sequence[Rate], norms: Norms
) -> tuple[tuple[Gap, ...], int]:
    """Every gap with its verdict, and the number of distinct questions put."""
    sides = _sides(groups)
    found = [
        judgeable
        for rate in measured
        for judgeable in _judgeable(rate, sides, norms.of(rate.name) or (None,))
    ]
    questions = [item.question for item in found if isinstance(item.question, Comparison)]
    verdicts = iter(judge(questions, level=norms.familywise))
    gaps = tuple(
        Gap(
            measure=item.rate.name,
            group=item.group.key,
            reference=item.group.reference,
            table=item.gap.table,
            difference=item.gap.difference,
            ratio=item.gap.ratio,
            norm=item.norm,
            verdict=next(verdicts) if isinstance(item.question, Comparison) else item.question,
        )
        for item in found
    )
    return gaps, len({question.hypothesis for question in questions})


def _judgeable(rate: Rate, sides: _Sides, norms: Sequence[Norm | None]) -> Iterator[_Judgeable]:
    gaps = rate_gaps(rate, sides.own, sides.other, level=LEVEL)
    for norm in norms:
        questions = _questions(rate, sides, gaps, norm)
        for group, gap, question in zip(sides.groups, gaps, questions, strict=True):
            yield _Judgeable(rate=rate, group=group, gap=gap, norm=norm, question=question)


def _questions(
    rate: Rate, sides: _Sides, gaps: Sequence[RateGap], norm: Norm | None
) -> Iterator[Comparison | CannotSay]:
    if norm is None:
        yield from (NO_NORM for _ in gaps)
        return
    lowest, highest = furthest_gaps(
        rate, group=sides.group, reference=sides.reference, scale=norm.scale
    )
    for at, (group, gap) in enumerate(zip(sides.groups, gaps, strict=True)):
        found = gap.on(norm.scale)
        if isinstance(found, CannotSay):
            yield found
            continue
        yield Comparison(
            hypothesis=_hypothesis(rate, group, norm),
            table=gap.table,
            norm=norm,
            lowest=float(lowest[at]),
            highest=float(highest[at]),
        )


def _hypothesis(rate: Rate, group: Group, norm: Norm) -> Hashable:
    return group.key, rate.counted, rate.among, norm.scale, norm.low, norm.high


# -- one verdict for each limit ------------------------------------------------------


def _verdicts(
    gaps: Sequence[Gap], names: Sequence[str], norms: Norms
) -> tuple[MeasureVerdict, ...]:
    """One line for each limit, those that these data cannot be held to among them.

    Where no limit is declared at all, one *cannot say* for each measure.
    """
    if not norms.limits:
        return tuple(_summary(name, None, gaps, names) for name in names)
    return tuple(_summary(norm.measure, norm, gaps, names) for norm in norms.limits)


def _summary(
    measure: str, norm: Norm | None, gaps: Sequence[Gap], names: Sequence[str]
) -> MeasureVerdict:
    found = [
        verdict_name(gap.verdict) for gap in gaps if gap.measure == measure and gap.norm == norm
    ]
    verdict = worst(found)
    why: CannotSay | None = None
    if verdict == "cannot_say":
        why = NO_LABEL if measure not in names else NO_NORM if norm is None else SOME_GAPS
    return MeasureVerdict(
        measure=measure,
        norm=norm,
        verdict=verdict,
        met=found.count("met"),
        not_met=found.count("not_met"),
        cannot_say=found.count("cannot_say"),
        why=why,
    )


def _conflicts(gaps: Sequence[Gap]) -> Iterator[Conflict]:
    precision = {gap.group: gap for gap in gaps if gap.measure == EQUAL}
    for gap in gaps:
        norm = gap.norm
        if gap.measure != UNEQUAL or norm is None or norm.scale is not Scale.RATIO:
            continue
        found = conflict_between(
            group=gap.group,
            reference=gap.reference,
            precision_ratio=precision[gap.group].ratio,
            burden_ratio=gap.ratio,
            low=norm.low,
            high=norm.high,
            burden_not_met=isinstance(gap.verdict, NotMet),
        )
        if found is not None:
            yield found
