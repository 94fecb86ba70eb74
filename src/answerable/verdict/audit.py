"""The audit: rates of every group, gaps to its reference, and a verdict on each gap."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from answerable.measure.arrays import Floats, Integers
from answerable.measure.catalogue import rates
from answerable.measure.counts import CELLS, Cell, Counts
from answerable.measure.exact_test import Scale, Table
from answerable.measure.koopman import koopman_interval
from answerable.measure.miettinen_nurminen import miettinen_nurminen_interval
from answerable.measure.rate import Rate
from answerable.measure.tables import Columns, Tally
from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Measurement
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

Finding = Measurement | CannotSay


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

    ``norm`` is None where nobody fixed a limit; the verdict is then *cannot say*.
    """

    measure: str
    group: GroupKey
    reference: GroupKey | None
    difference: Finding
    ratio: Finding
    norm: Norm | None
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureVerdict:
    """What the gaps of one measure under one norm come to together."""

    measure: str
    norm: Norm | None
    verdict: str
    met: int
    not_met: int
    cannot_say: int


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
    compared = tuple(group for group in groups if group.compared)
    gaps, family = _judged(_gaps(compared, measured), compared, measured, plan.norms)
    everyone = Group(
        key=(),
        counts=tally.counts.sum(axis=0),
        reference=None,
        reference_counts=tally.counts.sum(axis=0),
        compared=False,
    )
    overall, *results = _results((everyone, *groups), measured)
    return Audit(
        plan=plan,
        positive_is_favourable=tally.positive_is_favourable,
        everyone=overall,
        groups=tuple(results),
        gaps=gaps,
        verdicts=_verdicts(gaps, [rate.name for rate in measured], plan.norms),
        conflicts=tuple(_conflicts(gaps)),
        family=family,
    )


# -- rates ---------------------------------------------------------------------------


def _results(groups: Sequence[Group], measured: Sequence[Rate]) -> list[GroupResult]:
    counts = _stacked([group.counts for group in groups])
    columns = {rate.name: _shares(rate, counts) for rate in measured}
    totals = counts.sum(axis=-1)
    undecided = _missing(counts, of=0)
    unlabelled = _missing(counts, of=1)
    return [
        GroupResult(
            key=group.key,
            n=int(totals[at]),
            without_decision=int(undecided[at]),
            without_label=int(unlabelled[at]),
            measures={name: column[at] for name, column in columns.items()},
        )
        for at, group in enumerate(groups)
    ]


def _missing(counts: Counts, *, of: int) -> Integers:
    chosen = [at for at, cell in enumerate(CELLS) if cell.value[of] is None]
    return np.asarray(counts[:, chosen].sum(axis=-1))


def _shares(rate: Rate, counts: Counts) -> list[Finding]:
    x, n = rate.tally(counts)
    some = np.maximum(n, 1)
    low, high = wilson_interval(x, some, level=LEVEL)
    return [
        Measurement(
            value=int(x[at]) / int(n[at]),
            low=float(low[at]),
            high=float(high[at]),
            numerator=int(x[at]),
            denominator=int(n[at]),
        )
        if n[at]
        else CannotSay(reason=rate.nobody, needs=rate.needs)
        for at in range(len(n))
    ]


def _stacked(counts: Sequence[Counts]) -> Counts:
    return np.array(counts).reshape(len(counts), len(Cell))


# -- gaps ----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class _Measured:
    """A gap before any norm is looked at, with the counts it rests on."""

    rate: Rate
    group: Group
    difference: Finding
    ratio: Finding
    table: Table


def _gaps(groups: Sequence[Group], measured: Sequence[Rate]) -> list[_Measured]:
    if not groups:
        return []
    own = _stacked([group.counts for group in groups])
    other = _stacked([group.reference_counts for group in groups])
    found: list[_Measured] = []
    for rate in measured:
        (x1, n1), (x2, n2) = rate.tally(own), rate.tally(other)
        some1, some2 = np.maximum(n1, 1), np.maximum(n2, 1)
        difference = miettinen_nurminen_interval(x1, some1, x2, some2, level=LEVEL)
        ratio = koopman_interval(x1, some1, x2, some2, level=LEVEL)
        for at, group in enumerate(groups):
            table = Table(x1=int(x1[at]), n1=int(n1[at]), x2=int(x2[at]), n2=int(n2[at]))
            found.append(
                _Measured(
                    rate=rate,
                    group=group,
                    difference=_difference(rate, table, difference, at),
                    ratio=_ratio(rate, table, ratio, at),
                    table=table,
                )
            )
    return found


def _empty(rate: Rate, table: Table) -> CannotSay | None:
    if not table.n1:
        return CannotSay(reason=rate.nobody, needs=rate.needs)
    if not table.n2:
        needs = f"in the reference, {rate.needs}"
        return CannotSay(reason=f"reference_{rate.nobody}", needs=needs)
    return None


def _difference(rate: Rate, table: Table, bounds: tuple[Floats, Floats], at: int) -> Finding:
    return _empty(rate, table) or Measurement(
        value=table.x1 / table.n1 - table.x2 / table.n2,
        low=float(bounds[0][at]),
        high=float(bounds[1][at]),
        numerator=table.x1,
        denominator=table.n1,
    )


def _ratio(rate: Rate, table: Table, bounds: tuple[Floats, Floats], at: int) -> Finding:
    empty = _empty(rate, table)
    if empty is not None:
        return empty
    if not table.x2:
        needs = "at least one counted record in the reference; the difference is measured"
        return CannotSay(reason="reference_has_no_events", needs=needs)
    return Measurement(
        value=(table.x1 / table.n1) / (table.x2 / table.n2),
        low=float(bounds[0][at]),
        high=float(bounds[1][at]),
        numerator=table.x1,
        denominator=table.n1,
    )


# -- verdicts ------------------------------------------------------------------------


def _judged(
    found: Sequence[_Measured],
    groups: Sequence[Group],
    measured: Sequence[Rate],
    norms: Norms,
) -> tuple[tuple[Gap, ...], int]:
    """Every gap with its verdict, and the number of distinct questions put."""
    extremes = _Extremes(groups, measured) if norms.limits else None
    pairs = [(gap, norm) for gap in found for norm in (norms.of(gap.rate.name) or (None,))]
    family: list[Comparison] = []
    for gap, norm in pairs:
        if norm is not None and extremes is not None and _comparable(gap, norm):
            lowest, highest = extremes.of(gap, norm.scale)
            family.append(
                Comparison(
                    hypothesis=_hypothesis(gap, norm),
                    table=gap.table,
                    norm=norm,
                    lowest=lowest,
                    highest=highest,
                )
            )
    verdicts = iter(judge(family, level=norms.familywise))
    judged = tuple(
        Gap(
            measure=gap.rate.name,
            group=gap.group.key,
            reference=gap.group.reference,
            difference=gap.difference,
            ratio=gap.ratio,
            norm=norm,
            verdict=_verdict_on(gap, norm, verdicts),
        )
        for gap, norm in pairs
    )
    return judged, len({comparison.hypothesis for comparison in family})


def _hypothesis(gap: _Measured, norm: Norm) -> Hashable:
    rate = gap.rate
    return gap.group.key, rate.counted, rate.among, norm.scale, norm.low, norm.high


def _compared(gap: _Measured, norm: Norm) -> Finding:
    return gap.ratio if norm.scale is Scale.RATIO else gap.difference


def _comparable(gap: _Measured, norm: Norm) -> bool:
    return isinstance(_compared(gap, norm), Measurement)


def _verdict_on(gap: _Measured, norm: Norm | None, verdicts: Iterator[Verdict]) -> Verdict:
    if norm is None:
        return NO_NORM
    found = _compared(gap, norm)
    return found if isinstance(found, CannotSay) else next(verdicts)


class _Extremes:
    """What each comparison would be were missing values filled in as badly as possible."""

    def __init__(self, groups: Sequence[Group], measured: Sequence[Rate]) -> None:
        own = _stacked([group.counts for group in groups])
        other = _stacked([group.reference_counts for group in groups])
        self._position = {group.key: at for at, group in enumerate(groups)}
        self._shares = {
            rate.name: (
                _share(rate.lowest_tally(own)),
                _share(rate.highest_tally(own)),
                _share(rate.lowest_tally(other)),
                _share(rate.highest_tally(other)),
            )
            for rate in measured
        }

    def of(self, gap: _Measured, scale: Scale) -> tuple[float, float]:
        """The lowest and the highest value of the comparison."""
        at = self._position[gap.group.key]
        low1, high1, low2, high2 = (float(share[at]) for share in self._shares[gap.rate.name])
        if scale is Scale.DIFFERENCE:
            return low1 - high2, high1 - low2
        return (low1 / high2 if high2 else 0.0), (high1 / low2 if low2 else float("inf"))


def _share(tally: tuple[Counts, Counts]) -> Floats:
    x, n = tally
    # A rate over nobody is bounded by nothing but 0; such gaps are never judged.
    return np.divide(x, n, out=np.zeros(x.shape), where=n > 0)


def _verdicts(
    gaps: Sequence[Gap], names: Sequence[str], norms: Norms
) -> tuple[MeasureVerdict, ...]:
    """One line for each declared limit that these data can be held to.

    Where no limit is declared at all, one *cannot say* for each measure.
    """
    declared = [norm for name in names for norm in norms.of(name)]
    lines: list[tuple[str, Norm | None]] = [(norm.measure, norm) for norm in declared]
    return tuple(
        _summary(measure, norm, [g for g in gaps if g.measure == measure and g.norm == norm])
        for measure, norm in lines or [(name, None) for name in names]
    )


def _summary(measure: str, norm: Norm | None, gaps: Sequence[Gap]) -> MeasureVerdict:
    names = [verdict_name(gap.verdict) for gap in gaps]
    return MeasureVerdict(
        measure=measure,
        norm=norm,
        verdict=worst(names),
        met=names.count("met"),
        not_met=names.count("not_met"),
        cannot_say=names.count("cannot_say"),
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
