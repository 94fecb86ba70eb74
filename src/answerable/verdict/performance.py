"""Performance: how well decisions and scores agree with what turned out, and claims about it."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from answerable.measure.auc import auc
from answerable.measure.auc_difference import auc_difference
from answerable.measure.calibration_intercept import calibration_intercept
from answerable.measure.calibration_ratio import calibration_ratio, expected_ones
from answerable.measure.calibration_slope import calibration_slope
from answerable.measure.catalogue import rates
from answerable.measure.counts import POSITION, Cell, Counts
from answerable.measure.mean_residual import mean_residual, mean_residual_difference, residuals
from answerable.measure.rate import Rate
from answerable.measure.reliability import Bin, reliability
from answerable.measure.score_counts import ScoreCounts, combined
from answerable.measure.separate import difference_of, ratio_of
from answerable.measure.tables import (
    Columns,
    Digest,
    Limits,
    Progress,
    Source,
    Tally,
    check_unchanged,
    count_decisions,
    digest,
    find_source,
)
from answerable.measure.tables.scores import ScoreColumns, ScoreTally, count_scores
from answerable.measure.top_k_rate import top_k_rate
from answerable.record.measurement import CannotSay, Finding, Measurement
from answerable.verdict.claims import OF_CLAIM, Claim, Judged, judge_claim
from answerable.verdict.groups import MOST_GROUPS, GroupKey, TooManyCombinations
from answerable.verdict.verdicts import worst

LEVEL = 0.95
"""Coverage of every interval."""

NO_DECISION_COLUMN = CannotSay(
    reason="no_decision_column", needs="the decisions: a column named with --decision"
)
NO_SCORE_COLUMN = CannotSay(
    reason="no_score_column", needs="the scores: a column named with --score"
)
NO_SUCH_RECORDS = CannotSay(
    reason="no_such_records", needs="records of the group that the claim speaks of"
)
_IDENTIFIED = frozenset({"selection_rate", "precision"})
"""What labels of one decision alone still tell: the decision itself, and what followed it."""

SCORE_MEASURES = (
    "auc",
    "calibration_ratio",
    "calibration_slope",
    "calibration_intercept",
    "mean_residual",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PerformanceQuestion:
    """What is asked of the data. At least one of ``decision`` and ``score`` is named.

    ``by`` makes the groups that are shown; a claim picks its own. ``top`` is the number of
    places that are given by rank, None where none are.
    """

    label: str
    decision: str | None = None
    score: str | None = None
    by: tuple[str, ...] = ()
    positive: str | None = None
    favourable: str | None = None
    claims: tuple[Claim, ...] = ()
    top: int | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that makes groups: those shown, and those that claims name."""
        claimed = (column for claim in self.claims for column, _ in claim.group)
        return tuple(dict.fromkeys((*self.by, *claimed)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A number, and what it could be were every missing value filled in as badly as possible.

    ``lowest`` and ``highest`` are None where nothing is missing.
    """

    found: Finding
    lowest: float | None = None
    highest: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupPerformance:
    """One group's numbers. ``n`` counts all its records, those with missing values too."""

    key: GroupKey
    n: int
    measures: Mapping[str, Measured]
    reliability: tuple[Bin, ...] | CannotSay | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreGap:
    """A number of a group beside the same of everyone else; scores are no counts of events."""

    measure: str
    group: GroupKey
    difference: Finding
    ratio: Finding | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedClaim:
    """A claim, what was measured of it, and what that says."""

    claim: Claim
    measured: Measured
    judged: Judged


@dataclass(frozen=True, kw_only=True, slots=True)
class Performance:
    """The whole result. ``digits`` is what scores were rounded to, None where they were not."""

    source: Source
    digest: Digest
    rows: int
    question: PerformanceQuestion
    everyone: GroupPerformance
    groups: tuple[GroupPerformance, ...]
    gaps: tuple[ScoreGap, ...]
    claims: tuple[JudgedClaim, ...]
    digits: int | None

    @property
    def verdict(self) -> str | None:
        """One word for all claims, the one the exit status follows; None without claims."""
        if not self.claims:
            return None
        return worst(OF_CLAIM[one.judged.verdict] for one in self.claims)


def performance_of_files(
    location: str,
    question: PerformanceQuestion,
    *,
    limits: Limits,
    progress: Progress | None = None,
) -> Performance:
    """Read, identify and count the data at ``location``, measure, and test the claims.

    Raises
    ------
    AnswerableError
        The data or the question cannot be used. Nothing partial comes back.
    """
    source = find_source(location)
    # The digest reads every byte once more; beside the count it costs little time.
    with ThreadPoolExecutor(max_workers=1) as pool:
        identified = pool.submit(digest, source)
        decisions = scores = None
        if question.decision is not None:
            decisions = count_decisions(
                source,
                Columns(decision=question.decision, label=question.label, by=question.columns),
                positive=question.positive,
                favourable=question.favourable,
                limits=limits,
                progress=progress,
            )
        if question.score is not None:
            columns = ScoreColumns(score=question.score, label=question.label, by=question.columns)
            scores = count_scores(source, columns, limits=limits, progress=progress)
        identity = identified.result()
    check_unchanged(source)
    counted = _Counted(question=question, decisions=decisions, scores=scores)
    everyone = counted.measured(())
    groups = tuple(counted.measured(key) for key in counted.group_keys())
    return Performance(
        source=source,
        digest=identity,
        rows=everyone.n,
        question=question,
        everyone=everyone,
        groups=groups,
        gaps=tuple(gap for group in groups for gap in counted.gaps(group.key)),
        claims=tuple(_tested(claim, counted) for claim in question.claims),
        digits=None if scores is None else scores.digits,
    )


def _tested(claim: Claim, counted: "_Counted") -> JudgedClaim:
    key = tuple(sorted(claim.group))
    measured = Measured(found=NO_SUCH_RECORDS)
    if counted.holds(key):
        found = counted.measured(key).measures.get(claim.metric)
        missing = NO_SCORE_COLUMN if claim.metric in SCORE_MEASURES else NO_DECISION_COLUMN
        measured = Measured(found=missing) if found is None else found
    judged = judge_claim(
        measured.found, within=claim.within, lowest=measured.lowest, highest=measured.highest
    )
    return JudgedClaim(claim=claim, measured=measured, judged=judged)


# -- groups --------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """The two tables of counts, rolled up to whatever group is asked for."""

    question: PerformanceQuestion
    decisions: Tally | None
    scores: ScoreTally | None

    @property
    def _finest(self) -> Sequence[tuple[str | None, ...]]:
        tally = self.decisions or self.scores
        return () if tally is None else tally.keys

    def group_keys(self) -> tuple[GroupKey, ...]:
        """Name every group: each value of each column shown, and of each combination."""
        columns, by = self.question.columns, self.question.by
        found: dict[GroupKey, None] = {}
        for size in range(1, len(by) + 1):
            for chosen in combinations(by, size):
                at = [columns.index(column) for column in chosen]
                values = {tuple(key[place] for place in at) for key in self._finest}
                # Missing values come last, as in every table.
                ordered = sorted(values, key=lambda key: [(one is None, one or "") for one in key])
                found.update({tuple(zip(chosen, key, strict=True)): None for key in ordered})
                if len(found) > MOST_GROUPS:
                    raise TooManyCombinations(by=", ".join(by), most=MOST_GROUPS)
        return tuple(found)

    def holds(self, key: GroupKey) -> bool:
        """Whether any record is of the group."""
        return any(self._is_of(key, finest) for finest in self._finest)

    def _is_of(self, key: GroupKey, finest: tuple[str | None, ...]) -> bool:
        columns = self.question.columns
        return all(finest[columns.index(column)] == value for column, value in key)

    def _decided(self, key: GroupKey) -> Counts | None:
        if self.decisions is None:
            return None
        held = [self._is_of(key, finest) for finest in self.decisions.keys]
        return np.asarray(self.decisions.counts[held].sum(axis=0))

    def _scored(self, key: GroupKey) -> ScoreCounts | None:
        if self.scores is None:
            return None
        pairs = zip(self.scores.keys, self.scores.counts, strict=True)
        return combined(part for finest, part in pairs if self._is_of(key, finest))

    def measured(self, key: GroupKey) -> GroupPerformance:
        """Measure everything of one group."""
        decided, scored = self._decided(key), self._scored(key)
        measures: dict[str, Measured] = {}
        n = 0
        only_one = False
        if decided is not None and self.decisions is not None:
            n = int(decided.sum())
            only_one = _labels_follow_one_decision(decided)
            favourable = self.decisions.positive_is_favourable
            for rate in rates(labelled=True, positive_is_favourable=favourable):
                measures[rate.name] = _rate(rate, decided, only_one=only_one)
        bins: tuple[Bin, ...] | CannotSay | None = None
        if scored is not None:
            n = scored.n + scored.incomplete
            for name, found in _of_scores(scored):
                measures[name] = _withheld(name, found) if only_one else found
            everybody = self._everybody
            if self.question.top is not None and everybody is not None:
                first = top_k_rate(scored, everyone=everybody, k=self.question.top, level=LEVEL)
                measures["top_k_rate"] = Measured(found=first)
            bins = _one_decision("reliability") if only_one else reliability(scored, level=LEVEL)
        return GroupPerformance(key=key, n=n, measures=measures, reliability=bins)

    @cached_property
    def _everybody(self) -> ScoreCounts | None:
        return self._scored(())

    def gaps(self, key: GroupKey) -> Iterator[ScoreGap]:
        """Set a group's scores beside everyone else's."""
        group, everybody = self._scored(key), self._everybody
        if group is None or everybody is None:
            return
        others = everybody.without(group)
        own_decided, decided = self._decided(key), self._decided(())
        if own_decided is not None and decided is not None:
            halves = (own_decided, decided - own_decided)
            if any(_labels_follow_one_decision(half) for half in halves):
                return
        yield ScoreGap(
            measure="auc",
            group=key,
            difference=auc_difference(group=auc(group), reference=auc(others)),
        )
        own, other = calibration_ratio(group), calibration_ratio(others)
        yield ScoreGap(
            measure="calibration_ratio",
            group=key,
            difference=difference_of(group=own, reference=other),
            ratio=ratio_of(group=own, reference=other),
        )
        yield ScoreGap(
            measure="mean_residual",
            group=key,
            difference=mean_residual_difference(
                group=residuals(group), reference=residuals(others)
            ),
        )


# -- numbers, and what missing values could make of them -----------------------------


def _rate(rate: Rate, counts: Counts, *, only_one: bool) -> Measured:
    (found,) = rate.of_each(counts[None, :], level=LEVEL)
    lowest, highest = _share(*rate.lowest_tally(counts)), _share(*rate.highest_tally(counts))
    measured = Measured(found=found)
    if isinstance(found, Measurement) and (lowest, highest) != (found.value, found.value):
        measured = Measured(found=found, lowest=lowest, highest=highest)
    if only_one and rate.name not in _IDENTIFIED:
        # What one decision alone gives for it is 0 or 1 by construction, or has no records.
        withheld = Measured(found=found, lowest=lowest, highest=highest)
        return _withheld(rate.name, withheld)
    return measured


def _share(x: Counts, n: Counts) -> float | None:
    return float(x / n) if n else None


def _labels_follow_one_decision(counts: Counts) -> bool:
    """Whether labels exist for one decision alone: nobody saw how the other would have ended."""

    def total(*cells: Cell) -> int:
        return int(sum(counts[POSITION[cell]] for cell in cells))

    positives = total(Cell.TRUE_POSITIVE, Cell.FALSE_POSITIVE)
    negatives = total(Cell.TRUE_NEGATIVE, Cell.FALSE_NEGATIVE)
    return (positives == 0 < negatives and total(Cell.POSITIVE_UNLABELLED) > 0) or (
        negatives == 0 < positives and total(Cell.NEGATIVE_UNLABELLED) > 0
    )


def _withheld(name: str, measured: Measured) -> Measured:
    """Withhold a number that labels of one decision alone do not tell."""
    low, high = measured.lowest, measured.highest
    allowed = "any value"
    if low is not None and high is not None and math.isfinite(low) and math.isfinite(high):
        allowed = f"any value from {low:.2f} to {high:.2f}"
    return Measured(found=_one_decision(name, allowed), lowest=low, highest=high)


def _one_decision(name: str, allowed: str = "any value") -> CannotSay:
    needs = (
        "labels of a random sample of those who got the other decision: labels exist for one "
        f"decision alone, and for {name} the data allow {allowed}"
    )
    return CannotSay(reason="labels_of_one_decision_only", needs=needs)


def _of_scores(counts: ScoreCounts) -> Iterator[tuple[str, Measured]]:
    yield "auc", _bounded(auc(counts, level=LEVEL), counts, _auc_bounds)
    ratio = calibration_ratio(counts, level=LEVEL)
    yield "calibration_ratio", _bounded(ratio, counts, _ratio_bounds)
    yield "calibration_slope", _bounded(calibration_slope(counts, level=LEVEL), counts, _anything)
    intercept = calibration_intercept(counts, level=LEVEL)
    yield "calibration_intercept", _bounded(intercept, counts, _anything)
    residual = mean_residual(residuals(counts), level=LEVEL)
    yield "mean_residual", _bounded(residual, counts, _residual_bounds)


_Bounds = Callable[[float, ScoreCounts], tuple[float, float]]


def _bounded(found: Finding, counts: ScoreCounts, bounds: _Bounds) -> Measured:
    if isinstance(found, CannotSay) or not counts.incomplete:
        return Measured(found=found)
    lowest, highest = bounds(found.value, counts)
    return Measured(found=found, lowest=lowest, highest=highest)


def _auc_bounds(value: float, counts: ScoreCounts) -> tuple[float, float]:
    """Bound an AUC were every pair with an incomplete record in the worst order, or the best.

    The pairs that are known weigh least where an incomplete record makes the most new ones.
    """
    free = int(counts.unlabelled.sum()) + counts.neither
    ones, zeros = counts.n1 + counts.ones_unscored, counts.n0 + counts.zeros_unscored
    even = min(max((zeros + free - ones) // 2, 0), free)
    most = max((ones + j) * (zeros + free - j) for j in {even, min(even + 1, free)})
    known = counts.n1 * counts.n0
    return value * known / most, 1 - (1 - value) * known / most


def _ratio_bounds(_value: float, counts: ScoreCounts) -> tuple[float, float]:
    """Bound observed over expected; a missing score lies in [0, 1], as does a missing label."""
    expected = expected_ones(counts)
    stated = math.fsum((counts.scores * counts.unlabelled).tolist())
    free = int(counts.unlabelled.sum()) + counts.neither
    unscored = counts.ones_unscored + counts.zeros_unscored + counts.neither
    observed = counts.n1 + counts.ones_unscored
    return observed / (expected + stated + unscored), (observed + free) / (expected + stated)


def _residual_bounds(value: float, counts: ScoreCounts) -> tuple[float, float]:
    """Bound a mean residual; each one lies in [-1, 1]."""
    known, every = value * counts.n, counts.n + counts.incomplete
    return (known - counts.incomplete) / every, (known + counts.incomplete) / every


def _anything(_value: float, _counts: ScoreCounts) -> tuple[float, float]:
    """A single record far out may turn a curve as it likes."""
    return -math.inf, math.inf
