"""What a group's records are counted into, before anything is divided."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import Enum

import numpy as np

from answerable.measure.arrays import Integers

Counts = Integers
"""Shape (..., 9): records per cell of `Cell`, in its order."""


class Cell(Enum):
    """Decision by label. The value is (positive decision, label of 1); None is missing."""

    TRUE_POSITIVE = (True, True)
    FALSE_POSITIVE = (True, False)
    POSITIVE_UNLABELLED = (True, None)
    FALSE_NEGATIVE = (False, True)
    TRUE_NEGATIVE = (False, False)
    NEGATIVE_UNLABELLED = (False, None)
    UNDECIDED_ONE = (None, True)
    UNDECIDED_ZERO = (None, False)
    UNDECIDED_UNLABELLED = (None, None)

    def completions(self) -> "Iterable[Cell]":
        """Every complete cell this one could turn out to be, were nothing missing."""
        decision, label = self.value
        for d in (True, False) if decision is None else (decision,):
            for y in (True, False) if label is None else (label,):
                yield Cell((d, y))


CELLS: tuple[Cell, ...] = tuple(Cell)
POSITION = {cell: position for position, cell in enumerate(CELLS)}


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionCounts:
    """Records of one group by decision and label. Unit: records (one row per decision).

    ``positive`` and ``negative`` speak of the decision, ``true`` and ``false`` of
    whether the label agrees with it, ``unlabelled`` of a label that is missing and
    ``undecided`` of a decision that is.
    """

    true_positive: int = 0
    false_positive: int = 0
    positive_unlabelled: int = 0
    false_negative: int = 0
    true_negative: int = 0
    negative_unlabelled: int = 0
    undecided_one: int = 0
    undecided_zero: int = 0
    undecided_unlabelled: int = 0

    def as_row(self) -> Counts:
        """Lay the counts out in the order of `Cell`."""
        return np.array([getattr(self, field.name) for field in fields(self)], dtype=np.int64)
