"""Whether groups differ at all: beside the limits, which ask how much they may differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from answerable.measure.arrays import Floats
from answerable.measure.benjamini_hochberg import benjamini_hochberg
from answerable.measure.catalogue import rates
from answerable.measure.fisher import fisher_floors, fisher_p_values
from answerable.measure.max_t import max_t_p_values
from answerable.measure.rate import Rate
from answerable.measure.standard_deviations import standard_deviations
from answerable.measure.tables import Tally
from answerable.measure.tarone_holm import tarone_holm_adjusted
from answerable.verdict.audit import Audit, Gap
from answerable.verdict.groups import GroupKey
from answerable.verdict.verdicts import Met, NotMet

FALSE_SHARE = 0.1
"""Of the list to look into, the share that is expected to be false at most."""

Place = tuple[str, GroupKey]
"""A measure and a group."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How sure it is that a group's rate and its reference's differ, however little.

    ``adjusted`` is Fisher's p-value by Tarone and Holm over all comparisons of the audit, and
    decides ``established``. ``by_max_t`` is a second opinion, None where more records were
    counted than it can deal out; ``by_false_share`` is Benjamini and Hochberg's, and makes the
    list to look into. ``deviations`` are standard deviations, below 0 where the group's rate
    is the lower one.
    """

    deviations: float
    p_value: float
    adjusted: float
    by_max_t: float | None
    by_false_share: float
    established: bool

    @property
    def to_look_into(self) -> bool:
        """Whether it stands on the list of which one in ten may be false."""
        return self.by_false_share <= FALSE_SHARE


def find_differences(tally: Tally, audit: Audit) -> dict[Place, Difference]:
    """Test every comparison of the audit that has records on both sides for any difference."""
    measured = rates(labelled=tally.labelled, positive_is_favourable=tally.positive_is_favourable)
    compared = {(gap.measure, gap.group): gap for gap in audit.gaps if _both_sides(gap)}
    questions = _distinct(measured, compared)
    if not questions:
        return {}
    x1, n1, x2, n2 = (
        np.array([getattr(gap.table, name) for _, gap in questions.values()])
        for name in ("x1", "n1", "x2", "n2")
    )
    p_values = fisher_p_values(x1, n1, x2, n2)
    adjusted = tarone_holm_adjusted(p_values, np.minimum(fisher_floors(x1, n1, x2, n2), p_values))
    shares = benjamini_hochberg(p_values)
    deviations = standard_deviations(x1, n1, x2, n2)
    second = dict(_second_opinions(tally, questions))
    found = {
        question: Difference(
            deviations=float(deviations[at]),
            p_value=float(p_values[at]),
            adjusted=float(adjusted[at]),
            by_max_t=second.get(question),
            by_false_share=float(shares[at]),
            established=bool(adjusted[at] <= audit.plan.norms.familywise),
        )
        for at, question in enumerate(questions)
    }
    by_name = {rate.name: rate for rate in measured}
    return {
        (measure, group): found[_question(by_name[measure], group)] for measure, group in compared
    }


def unsettled(audit: Audit, differences: Mapping[Place, Difference]) -> tuple[Gap, ...]:
    """Give the gaps that are there for sure while no verdict is: the surest first, each once."""
    settled = {
        (gap.measure, gap.group) for gap in audit.gaps if isinstance(gap.verdict, Met | NotMet)
    }
    once = {(gap.measure, gap.group): gap for gap in audit.gaps}
    found = [
        place
        for place in once
        if place in differences and differences[place].established and place not in settled
    ]
    return tuple(once[place] for place in sorted(found, key=lambda at: differences[at].p_value))


def _both_sides(gap: Gap) -> bool:
    return gap.table.n1 > 0 and gap.table.n2 > 0


_Question = tuple[GroupKey, frozenset[object], frozenset[object]]


def _question(rate: Rate, group: GroupKey) -> _Question:
    return group, rate.counted, rate.among


def _distinct(
    measured: Sequence[Rate], compared: Mapping[Place, Gap]
) -> dict[_Question, tuple[Rate, Gap]]:
    """Two measures that count the same records of a group put one question."""
    return {
        _question(rate, group): (rate, gap)
        for rate in measured
        for (measure, group), gap in compared.items()
        if measure == rate.name
    }


def _second_opinions(
    tally: Tally, questions: Mapping[_Question, tuple[Rate, Gap]]
) -> Iterator[tuple[_Question, float | None]]:
    kinds: dict[tuple[frozenset[object], frozenset[object]], list[_Question]] = {}
    for question in questions:
        kinds.setdefault(question[1:], []).append(question)
    cells = _cells_of_groups(tally)
    for asked in kinds.values():
        gaps = [questions[question][1] for question in asked]
        x, n = questions[asked[0]][0].tally(tally.counts)
        p_values = max_t_p_values(
            x,
            n,
            members=_matrix([cells[gap.group] for gap in gaps], len(tally.keys)),
            others=_matrix([cells.get(gap.reference or (), []) for gap in gaps], len(tally.keys)),
        )
        for at, question in enumerate(asked):
            # The measures are no part of what is dealt out: they are paid for one by one.
            yield question, None if p_values is None else _times(p_values, at, len(kinds))


def _times(p_values: Floats, at: int, kinds: int) -> float:
    return min(1.0, kinds * float(p_values[at]))


def _cells_of_groups(tally: Tally) -> dict[GroupKey, list[int]]:
    """Give the finest cells that each group consists of."""
    found: dict[GroupKey, list[int]] = {}
    subsets = range(1, 1 << len(tally.by))
    for cell, values in enumerate(tally.keys):
        named = tuple(zip(tally.by, values, strict=True))
        for subset in subsets:
            key = tuple(pair for at, pair in enumerate(named) if subset >> at & 1)
            found.setdefault(key, []).append(cell)
    return found


def _matrix(rows: Sequence[Sequence[int]], width: int) -> csr_array:
    ends = np.cumsum([0, *(len(row) for row in rows)])
    columns = np.fromiter((cell for row in rows for cell in row), dtype=np.int64)
    shape = (len(rows), width)
    return csr_array((np.ones(len(columns), dtype=np.int64), columns, ends), shape=shape)
