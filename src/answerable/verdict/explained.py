"""Gaps beside the same gaps within strata: what a declared reason explains, and what it does not.

No verdict rests on it. A stratum can itself be the work of what the audit looks for: a
department that women are kept out of explains their refusals and excuses none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from answerable.measure.arrays import Integers
from answerable.measure.catalogue import rates
from answerable.measure.mantel_haenszel import (
    Strata,
    stratified_difference,
    stratified_ratio,
    unlike_strata,
)
from answerable.measure.quality.cohen_w import Distance
from answerable.measure.quality.g_test import g_test_of_two
from answerable.measure.tables import Tally
from answerable.record.measurement import Finding, Measurement
from answerable.verdict.audit import Audit, Gap
from answerable.verdict.groups import GroupKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """One gap as it is and within strata.

    ``strata`` counts those with records on both sides, ``left_out`` the group's records in
    the others. ``unlike`` is the p-value of the strata having one odds ratio in common, None
    where nobody can tell. ``apart`` says how differently the group and its reference are
    spread over the strata: the stratifier's own gap.
    """

    gap: Gap
    ratio: Finding
    difference: Finding
    strata: int
    left_out: int
    unlike: float | None
    apart: Distance | None

    @property
    def turns_round(self) -> bool:
        """Whether the gap points one way in all and the other way within strata (Simpson)."""
        crude, within = self.gap.difference, self.difference
        return (
            isinstance(crude, Measurement)
            and isinstance(within, Measurement)
            and crude.value * within.value < 0
        )


def explain(finest: Tally, audit: Audit) -> Iterator[Explained]:
    """Look at every gap of the audit once more within the strata of the finest counts."""
    width = len(audit.plan.columns.by)
    by = finest.by[:width]
    strata = {values: at for at, values in enumerate(dict.fromkeys(k[width:] for k in finest.keys))}
    stratum = np.array([strata[key[width:]] for key in finest.keys])
    members = _members([key[:width] for key in finest.keys], by)
    measured = rates(labelled=finest.labelled, positive_is_favourable=finest.positive_is_favourable)
    once = {(gap.measure, gap.group): gap for gap in audit.gaps}
    for rate in measured:
        x, n = rate.tally(finest.counts)
        for (measure, group), gap in once.items():
            if measure == rate.name:
                own, other = members[group], _reference(gap, members)
                sides = _sides((x, n), (own, other), stratum, len(strata))
                yield _explained(gap, sides)


def _explained(gap: Gap, sides: Strata) -> Explained:
    return Explained(
        gap=gap,
        ratio=stratified_ratio(sides),
        difference=stratified_difference(sides),
        strata=int(sides.both.sum()),
        left_out=int(sides.n1[~sides.both].sum()),
        unlike=unlike_strata(sides),
        apart=_apart(sides),
    )


def _apart(sides: Strata) -> Distance | None:
    seen = sides.n1 + sides.n2 > 0
    ours, theirs = sides.n1[seen], sides.n2[seen]
    if len(ours) < 2 or not ours.any() or not theirs.any():  # noqa: PLR2004 - one cell is alike
        return None
    return g_test_of_two(ours, theirs).w


def _members(
    keys: Sequence[tuple[str | None, ...]], by: Sequence[str]
) -> Mapping[GroupKey, Integers]:
    found: dict[GroupKey, list[int]] = {}
    for cell, values in enumerate(keys):
        named = tuple(zip(by, values, strict=True))
        for subset in range(1, 1 << len(by)):
            key = tuple(pair for at, pair in enumerate(named) if subset >> at & 1)
            found.setdefault(key, []).append(cell)
    return {key: np.array(cells) for key, cells in found.items()}


def _reference(gap: Gap, members: Mapping[GroupKey, Integers]) -> Integers | None:
    nobody = np.zeros(0, dtype=np.int64)
    return None if gap.reference is None else members.get(gap.reference, nobody)


def _sides(
    counts: tuple[Integers, Integers],
    cells: tuple[Integers, Integers | None],
    stratum: Integers,
    strata: int,
) -> Strata:
    def summed(values: Integers, at: Integers) -> Integers:
        found = np.zeros(strata, dtype=np.int64)
        np.add.at(found, stratum[at], values[at])
        return found

    (x, n), (own, other) = counts, cells
    x1, n1 = summed(x, own), summed(n, own)
    if other is None:
        everyone = np.arange(len(stratum))
        return Strata(x1=x1, n1=n1, x2=summed(x, everyone) - x1, n2=summed(n, everyone) - n1)
    return Strata(x1=x1, n1=n1, x2=summed(x, other), n2=summed(n, other))
