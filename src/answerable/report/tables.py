"""The tables of a report: verdicts by limit, conflicts of measures, and every group's figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.measure.two_groups import Scale
from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import Measurement
from answerable.report.charts import (
    MOST_LABEL,
    Plot,
    PlotRow,
    chosen_rows,
    description,
    left_out,
)
from answerable.report.findings import (
    EVERYONE_ELSE,
    WORDS,
    Findings,
    FindingView,
    VerdictView,
    attribute_name,
    columns_of,
    counts_of,
    difference_view,
    group_name,
    limit_name,
    limit_rule,
    ratio_view,
    reference_name,
    row_name,
    share_view,
    source_name,
    verdict_view,
)
from answerable.report.measures import ORDER, twin_of_burden, wordings
from answerable.report.words import CROSS, count, isolated, listed, percentage, shown
from answerable.verdict.audit import LEVEL, Audit, Gap, GroupResult
from answerable.verdict.conflict import Conflict
from answerable.verdict.groups import GroupKey
from answerable.verdict.norms import Norm
from answerable.verdict.verdicts import verdict_name, worst

_ALWAYS_DRAWN = frozenset({"wrongful_burden", "selection_rate", "precision"})


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictLine:
    """What the comparisons of one measure under one limit come to."""

    measure: str
    limit: str
    source: str
    verdict: VerdictView
    met: str
    not_met: str
    cannot_say: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConflictLine:
    """A group whose precision is near its reference's while its burden is not."""

    group: str
    reference: str
    equal: FindingView
    unequal: FindingView
    outcome: FindingView
    reference_outcome: FindingView


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupRow:
    """One group's records, and how many of them lack something. ``size`` is for sorting."""

    group: str
    size: int
    n: str
    without_decision: str
    without_label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One group under one measure. ``verdicts`` is empty for a group that is the reference.

    ``reference`` is the name of the group it is compared with; empty for everyone else.
    """

    group: str
    share: FindingView
    reference: str
    reference_share: FindingView
    difference: FindingView
    ratio: FindingView
    verdicts: tuple[VerdictView, ...]
    worst: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureTable:
    """Every group of one attribute under one measure, with its chart where it has one."""

    id: str
    title: str
    says: tuple[str, ...]
    rows: tuple[Row, ...]
    chart: Plot | None


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeSection:
    """Everything about the groups that one attribute, or one combination, makes."""

    id: str
    title: str
    compared_with: str
    groups_title: str
    groups: tuple[GroupRow, ...]
    tables: tuple[MeasureTable, ...]


# -- verdicts by limit ---------------------------------------------------------------


def verdict_lines(audit: Audit) -> tuple[VerdictLine, ...]:
    """One line for each measure and limit, in the order measures are shown."""
    words = wordings(positive_is_favourable=audit.positive_is_favourable)
    lines = sorted(audit.verdicts, key=lambda line: ORDER.index(line.measure))
    return tuple(
        VerdictLine(
            measure=words[line.measure].name,
            limit=limit_name(line.norm),
            source="" if line.norm is None else source_name(line.norm),
            verdict=VerdictView(
                name=line.verdict,
                word=WORDS[line.verdict],
                limit=limit_name(line.norm),
                detail="",
            ),
            met=count(line.met),
            not_met=count(line.not_met),
            cannot_say=count(line.cannot_say),
        )
        for line in lines
    )


# -- conflicts -----------------------------------------------------------------------


def conflict_lines(findings: Findings) -> tuple[ConflictLine, ...]:
    """One line for each group whose precision and burden point different ways."""
    return tuple(_conflict_line(findings, conflict) for conflict in findings.audit.conflicts)


def _conflict_line(findings: Findings, conflict: Conflict) -> ConflictLine:
    own = _outcomes(findings.results[conflict.group])
    if conflict.reference is None:
        everyone = _outcomes(findings.audit.everyone)
        other = everyone[0] - own[0], everyone[1] - own[1]
    else:
        other = _outcomes(findings.results[conflict.reference])
    return ConflictLine(
        group=group_name(conflict.group),
        reference=reference_name(conflict.reference),
        equal=ratio_view(conflict.equal),
        unequal=ratio_view(conflict.unequal),
        outcome=_plain_share(*own),
        reference_outcome=_plain_share(*other),
    )


def _outcomes(result: GroupResult) -> tuple[int, int]:
    """How many had the outcome 1, of those with a decision and an outcome."""
    ones = _denominator(result, "false_negative_rate")
    return ones, ones + _denominator(result, "false_positive_rate")


def _denominator(result: GroupResult, measure: str) -> int:
    finding = result.measures[measure]
    return finding.denominator if isinstance(finding, Measurement) else 0


def _plain_share(x: int, n: int) -> FindingView:
    if not n:
        return FindingView(cannot_say="nobody to count")
    return FindingView(value=percentage(x / n), counts=counts_of(x, n))


def interval_of(x: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a reference's share, which the audit does not carry."""
    low, high = wilson_interval(np.array(x), np.array(n), level=LEVEL)
    return float(low), float(high)


# -- groups --------------------------------------------------------------------------


def attribute_sections(findings: Findings) -> tuple[AttributeSection, ...]:
    """One section for each attribute and each combination, in the audit's order."""
    return tuple(
        AttributeSection(
            id=f"by-{number}",
            title=f"By {attribute_name(columns)}",
            compared_with=_compared_with(findings.audit, columns),
            groups_title=f"Records by {attribute_name(columns)}",
            groups=tuple(_group_row(group, findings.audit) for group in groups),
            tables=tuple(_tables(findings, groups, f"by-{number}")),
        )
        for number, (columns, groups) in enumerate(findings.attributes.items(), start=1)
    )


def _compared_with(audit: Audit, columns: Sequence[str]) -> str:
    named = [
        f"{shown(column)} is {shown(audit.plan.reference[column])}"
        for column in columns
        if column in audit.plan.reference
    ]
    if not named:
        return "Each group is compared with everyone else in the data."
    rest = ", and which is otherwise like it" if len(named) < len(columns) else ""
    return f"Each group is compared with the group in which {listed(named)}{rest}."


def _group_row(group: GroupResult, audit: Audit) -> GroupRow:
    return GroupRow(
        group=row_name(group.key),
        size=group.n,
        n=count(group.n),
        without_decision=count(group.without_decision),
        without_label="" if audit.plan.columns.label is None else count(group.without_label),
    )


def measures_shown(audit: Audit) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each table's measure, with those of the same records under the same limits."""
    bands = {
        measure: {(norm.scale, norm.low, norm.high) for norm in audit.plan.norms.of(measure)}
        for measure in audit.everyone.measures
    }
    twin = twin_of_burden(positive_is_favourable=audit.positive_is_favourable)
    shared = twin in bands and bands[twin] == bands["wrongful_burden"]
    for measure in ORDER:
        if measure not in bands or (shared and measure == twin):
            continue
        yield measure, (twin,) if shared and measure == "wrongful_burden" else ()


def _tables(
    findings: Findings, groups: Sequence[GroupResult], prefix: str
) -> Iterator[MeasureTable]:
    audit = findings.audit
    words = wordings(positive_is_favourable=audit.positive_is_favourable)
    for measure, also in measures_shown(audit):
        wording = words[measure]
        names = ", ".join([wording.name, *(words[name].name.lower() for name in also)])
        limits = audit.plan.norms.of(measure)
        drawn = measure in _ALWAYS_DRAWN or bool(limits)
        yield MeasureTable(
            id=f"{prefix}-{measure.replace('_', '-')}",
            title=f"{names} by {attribute_name(columns_of(groups[0].key))}",
            says=(wording.says, *_also(also, audit), *_limits(limits)),
            rows=tuple(_row(findings, measure, group) for group in groups),
            chart=_chart(findings, measure, groups, prefix) if drawn else None,
        )


def _also(also: Sequence[str], audit: Audit) -> Iterator[str]:
    words = wordings(positive_is_favourable=audit.positive_is_favourable)
    for name in also:
        yield (
            f"The {words[name].name.lower()} counts the same people under the same limit, so this "
            "is its table too."
        )


def _limits(limits: Sequence[Norm]) -> Iterator[str]:
    for norm in limits:
        yield f"The limit: {limit_rule(norm, 'its reference')}."
    if not limits:
        yield "No limit was set for this measure, so it is shown and not judged."


def _row(findings: Findings, measure: str, group: GroupResult) -> Row:
    share = share_view(group.measures[measure])
    gaps = findings.gaps(measure, group.key)
    if not gaps:
        nothing = FindingView()
        return Row(
            group=row_name(group.key),
            share=share,
            reference="",
            reference_share=nothing,
            difference=nothing,
            ratio=nothing,
            verdicts=(),
            worst="reference",
        )
    first = gaps[0]
    return Row(
        group=row_name(group.key),
        share=share,
        reference="" if first.reference is None else row_name(first.reference),
        reference_share=_plain_share(*findings.reference_counts(first)),
        difference=difference_view(first.difference),
        ratio=ratio_view(first.ratio),
        verdicts=tuple(verdict_view(gap.verdict, gap.norm) for gap in gaps),
        worst=worst(verdict_name(gap.verdict) for gap in gaps),
    )


# -- charts --------------------------------------------------------------------------


def plot_of(findings: Findings, measure: str, columns: tuple[str, ...], *, name: str) -> Plot:
    """The chart of one measure over the groups that some columns make."""
    return _plot(findings, measure, findings.attributes[columns], name)


def _chart(findings: Findings, measure: str, groups: Sequence[GroupResult], prefix: str) -> Plot:
    return _plot(findings, measure, groups, f"{prefix}-{measure.replace('_', '-')}-chart")


def _plot(findings: Findings, measure: str, groups: Sequence[GroupResult], name: str) -> Plot:
    audit = findings.audit
    wording = wordings(positive_is_favourable=audit.positive_is_favourable)[measure]
    every = [_plot_row(findings, measure, group) for group in groups]
    rows = chosen_rows(every, [group.n for group in groups])
    return Plot(
        id=name,
        title=f"{wording.name} by {attribute_name(columns_of(groups[0].key))}",
        description=description(rows, wording.of),
        axis="% (95 % interval)",
        note=left_out(len(rows), len(every)),
        rows=rows,
    )


def _plot_row(findings: Findings, measure: str, group: GroupResult) -> PlotRow:
    share = group.measures[measure]
    gaps = findings.gaps(measure, group.key)
    low, high = _band(findings, gaps)
    return PlotRow(
        label=_label(group.key),
        name=row_name(group.key),
        share=share if isinstance(share, Measurement) else None,
        low=low,
        high=high,
        mark=worst(verdict_name(gap.verdict) for gap in gaps) if gaps else "reference",
    )


def _band(findings: Findings, gaps: Sequence[Gap]) -> tuple[float | None, float | None]:
    """The shares between which every limit would have a group lie, given its reference."""
    bands = []
    for gap in gaps:
        x, n = findings.reference_counts(gap)
        if gap.norm is None or not n:
            continue
        share, norm = x / n, gap.norm
        band = (
            (share * norm.low, share * norm.high)
            if norm.scale is Scale.RATIO
            else (share + norm.low, share + norm.high)
        )
        bands.append((max(0.0, band[0]), min(1.0, band[1])))
    if not bands:
        return None, None
    return max(low for low, _ in bands), min(high for _, high in bands)


def _label(key: GroupKey) -> str:
    """A group's name cut to fit beside a plot; its whole name is in the table."""
    each = (MOST_LABEL - 3 * (len(key) - 1)) // len(key)
    return CROSS.join(_short(value, each) for _, value in key)


def _short(value: str | None, most: int) -> str:
    text = shown(value)
    if len(text) <= most:
        return text
    return isolated(shown(value, most=10**9)[: most - 1]) + "…"


def reference_word(audit: Audit) -> str:
    """Whom groups are compared with, for a sentence about all of them."""
    return "its reference" if audit.plan.reference else EVERYONE_ELSE
