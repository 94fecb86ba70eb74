"""Single findings in words: a group's name, a share, a gap, a verdict, a limit."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from answerable.errors import visible
from answerable.measure.two_groups import Scale
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.report.words import (
    CROSS,
    at_most,
    count,
    isolated,
    percentage,
    percentage_range,
    points,
    points_range,
    shown,
    times,
    times_range,
)
from answerable.verdict.audit import Audit, Gap, GroupResult
from answerable.verdict.groups import GroupKey
from answerable.verdict.norms import Norm
from answerable.verdict.verdicts import Met, NotMet, Test, Verdict, verdict_name

EVERYONE_ELSE = "everyone else"

WORDS: Mapping[str, str] = {"met": "Met", "not_met": "Not met", "cannot_say": "Cannot say"}
"""The three verdicts as people read them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingView:
    """A number written out, or (where ``cannot_say`` is not empty) why there is none."""

    value: str = ""
    interval: str = ""
    counts: str = ""
    cannot_say: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VerdictView:
    """A verdict written out: its stable name, its words, the limit, what it rests on."""

    name: str
    word: str
    limit: str
    detail: str


# -- groups --------------------------------------------------------------------------


def group_name(key: GroupKey) -> str:
    """Name a group in a sentence.

    >>> group_name((("race", "Asian"), ("sex", None)))
    'race: Asian, sex: (missing)'
    """
    return ", ".join(f"{shown(column)}: {shown(value)}" for column, value in key)


def row_name(key: GroupKey) -> str:
    """Name a group in a table whose heading names the columns.

    >>> row_name((("race", "Asian"), ("sex", None))).split(CROSS)
    ['Asian', '(missing)']
    """
    return CROSS.join(shown(value) for _, value in key)


def attribute_name(columns: Sequence[str]) -> str:
    """Name what groups are made by.

    >>> attribute_name(("race", "sex")).split(CROSS)
    ['race', 'sex']
    """
    return CROSS.join(shown(column) for column in columns)


def columns_of(key: GroupKey) -> tuple[str, ...]:
    """Give the columns a group is made by."""
    return tuple(column for column, _ in key)


def reference_name(reference: GroupKey | None) -> str:
    """Name whom a group is compared with, in a sentence."""
    return EVERYONE_ELSE if reference is None else f"the group {group_name(reference)}"


# -- numbers -------------------------------------------------------------------------


def needed(finding: CannotSay) -> str:
    """Say what would be needed."""
    return f"needs {finding.needs}"


def counts_of(x: int, n: int) -> str:
    """Write the records a share rests on.

    >>> counts_of(805, 1795)
    '805 of 1,795'
    """
    return f"{count(x)} of {count(n)}"


def share_view(finding: Finding) -> FindingView:
    """Write a share, its interval and its counts."""
    match finding:
        case Measurement():
            return FindingView(
                value=percentage(finding.value),
                interval=percentage_range(finding.low, finding.high),
                counts=counts_of(finding.numerator, finding.denominator),
            )
        case CannotSay():
            return FindingView(cannot_say=needed(finding))
        case _:
            assert_never(finding)


def difference_view(finding: Finding) -> FindingView:
    """Write a difference in percentage points, with its interval."""
    match finding:
        case Measurement():
            return FindingView(
                value=points(finding.value), interval=points_range(finding.low, finding.high)
            )
        case CannotSay():
            return FindingView(cannot_say=needed(finding))
        case _:
            assert_never(finding)


def ratio_view(finding: Finding) -> FindingView:
    """Write a ratio with its interval."""
    match finding:
        case Measurement():
            return FindingView(
                value=times(finding.value), interval=times_range(finding.low, finding.high)
            )
        case CannotSay():
            return FindingView(cannot_say=needed(finding))
        case _:
            assert_never(finding)


# -- limits and verdicts -------------------------------------------------------------


def limit_name(norm: Norm | None) -> str:
    """Write a limit.

    >>> limit_name(Norm(measure="precision", scale=Scale.RATIO, low=0.8, high=1.25, source=""))
    'ratio 0.8 to 1.25'
    """
    if norm is None:
        return "no limit was set"
    if norm.scale is Scale.RATIO:
        return f"ratio {norm.low:g} to {norm.high:g}"
    return f"difference {points_range(norm.low, norm.high)} points"


def limit_rule(norm: Norm, reference: str) -> str:
    """Say what a limit asks, after the name of a measure."""
    if norm.scale is Scale.RATIO:
        return (
            f"a group's share divided by that of {reference} "
            f"must lie between {norm.low:g} and {norm.high:g}"
        )
    return (
        f"a group's share less that of {reference} "
        f"must lie between {points(norm.low)} and {points(norm.high)} percentage points"
    )


def source_name(norm: Norm) -> str:
    """Write who set a limit."""
    return isolated(visible(norm.source))


def verdict_view(verdict: Verdict, norm: Norm | None) -> VerdictView:
    """Write a verdict with what it rests on, or what it would need."""
    name = verdict_name(verdict)
    match verdict:
        case Met(test=test) | NotMet(test=test):
            detail = _rests_on(test)
        case CannotSay() if norm is None:
            detail = "no limit was set"
        case CannotSay():
            detail = needed(verdict)
        case _:
            assert_never(verdict)
    return VerdictView(name=name, word=WORDS[name], limit=limit_name(norm), detail=detail)


def _rests_on(test: Test) -> str:
    kind = "exact" if test.exact else "a bound"
    return f"p at most {at_most(test.adjusted)}, adjusted ({kind})"


# -- looking things up ---------------------------------------------------------------


class Findings:
    """An audit's groups and gaps by name, and the counts of each group's reference."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        self.results: dict[GroupKey, GroupResult] = {group.key: group for group in audit.groups}
        self._gaps: dict[tuple[str, GroupKey], list[Gap]] = defaultdict(list)
        for gap in audit.gaps:
            self._gaps[gap.measure, gap.group].append(gap)
        self.attributes: dict[tuple[str, ...], list[GroupResult]] = {}
        for group in audit.groups:
            self.attributes.setdefault(columns_of(group.key), []).append(group)

    def gaps(self, measure: str, group: GroupKey) -> Sequence[Gap]:
        """One gap for each limit, or one without; none for a group that is the reference."""
        return self._gaps.get((measure, group), ())

    def reference_counts(self, gap: Gap) -> tuple[int, int]:
        """Count the reference's records: numerator and denominator."""
        if gap.reference is not None:
            held = self.results.get(gap.reference)
            return _counts(held.measures[gap.measure]) if held is not None else (0, 0)
        x, n = _counts(self.audit.everyone.measures[gap.measure])
        own_x, own_n = _counts(self.results[gap.group].measures[gap.measure])
        return x - own_x, n - own_n


def _counts(finding: Finding) -> tuple[int, int]:
    match finding:
        case Measurement():
            return finding.numerator, finding.denominator
        case CannotSay():
            return 0, 0
        case _:
            assert_never(finding)
