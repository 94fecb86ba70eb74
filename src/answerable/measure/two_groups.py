"""Two groups' counts, and how their shares are compared."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

from answerable.measure.arrays import Floats, Integers
from answerable.measure.score import (
    Statistic,
    difference_score,
    ratio_score,
    restricted_by_difference,
    restricted_by_ratio,
)
from answerable.record.measurement import CannotSay, Finding


class Scale(Enum):
    """How the two shares are compared."""

    RATIO = "ratio"
    DIFFERENCE = "difference"

    @property
    def statistic(self) -> Statistic:
        """The score statistic that orders the tables."""
        return ratio_score if self is Scale.RATIO else difference_score

    @property
    def restricted(self) -> Statistic:
        """The reference's most likely share were group 1's just on the bound."""
        return restricted_by_ratio if self is Scale.RATIO else restricted_by_difference

    def edge(self, reference_share: Floats, bound: float) -> Floats:
        """What group 1's share would be if it lay just on the bound; may leave [0, 1]."""
        if self is Scale.RATIO:
            return reference_share * bound
        return reference_share + bound

    def group_share(self, reference_share: Floats, bound: float) -> Floats:
        """Group 1's share on the edge of the null, given the reference's."""
        return np.clip(self.edge(reference_share, bound), 0.0, 1.0)

    def reference_range(self, bound: float) -> tuple[float, float]:
        """The reference shares that the edge of the null admits."""
        if self is Scale.RATIO:
            return 0.0, min(1.0, 1.0 / bound) if bound > 0 else 1.0
        return max(0.0, -bound), min(1.0, 1.0 - bound)


class Side(Enum):
    """Which claim is tested."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Two groups' counts: ``x1`` of ``n1`` in the group, ``x2`` of ``n2`` in the reference."""

    x1: int
    n1: int
    x2: int
    n2: int

    def as_arrays(self) -> tuple[Integers, Integers, Integers, Integers]:
        """The four counts as arrays without dimensions, for the interval functions."""
        return np.array(self.x1), np.array(self.n1), np.array(self.x2), np.array(self.n2)


def table_of(*, group: Finding, reference: Finding) -> Table | CannotSay:
    """Put the counts of one rate side by side, where both groups have it."""
    if isinstance(group, CannotSay):
        return group
    if isinstance(reference, CannotSay):
        return reference.in_reference()
    return Table(
        x1=group.numerator,
        n1=group.denominator,
        x2=reference.numerator,
        n2=reference.denominator,
    )
