"""What every rate of decisions shares: records counted, among records, and an interval."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from answerable.measure.counts import CELLS, Cell, Counts, DecisionCounts
from answerable.measure.wilson import wilson_interval
from answerable.record.measurement import CannotSay, Finding, Measurement


def cells(matches: Callable[[bool | None, bool | None], bool]) -> frozenset[Cell]:
    """Collect the cells whose (positive decision, label) the condition accepts."""
    return frozenset(cell for cell in Cell if matches(*cell.value))


def _total(counts: Counts, chosen: frozenset[Cell]) -> Counts:
    at = [position for position, cell in enumerate(CELLS) if cell in chosen]
    return np.asarray(counts[..., at].sum(axis=-1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A share of records: those in ``counted`` among those in ``among``.

    ``nobody`` is the reason code and ``needs`` the sentence given where a group has
    no record in ``among``. A rate knows nothing of limits; `answerable.verdict` does.
    """

    name: str
    counted: frozenset[Cell]
    among: frozenset[Cell]
    nobody: str
    needs: str

    def tally(self, counts: Counts) -> tuple[Counts, Counts]:
        """Numerators and denominators, each of shape ``counts.shape[:-1]``."""
        return _total(counts, self.counted), _total(counts, self.among)

    def lowest_tally(self, counts: Counts) -> tuple[Counts, Counts]:
        """The tally were every missing value filled in so as to make the rate lowest."""
        return self._filled(counts, counted=False)

    def highest_tally(self, counts: Counts) -> tuple[Counts, Counts]:
        """The tally were every missing value filled in so as to make the rate highest."""
        return self._filled(counts, counted=True)

    def _filled(self, counts: Counts, *, counted: bool) -> tuple[Counts, Counts]:
        numerator: set[Cell] = set()
        denominator: set[Cell] = set()
        for cell in Cell:
            could = list(cell.completions())
            wanted = [c for c in could if c in self.among and (c in self.counted) is counted]
            outside = [c for c in could if c not in self.among]
            # Helping the extreme comes first, staying out of the rate second.
            end = (wanted or outside or could)[0]
            if end in self.among:
                denominator.add(cell)
            if end in self.counted:
                numerator.add(cell)
        return _total(counts, frozenset(numerator)), _total(counts, frozenset(denominator))

    def of_each(self, counts: Counts, *, level: float) -> list[Finding]:
        """Measure many groups at once; ``counts`` has shape (groups, 9)."""
        x, n = self.tally(counts)
        low, high = wilson_interval(x, np.maximum(n, 1), level=level)
        columns = (column.tolist() for column in (x, n, low, high))
        return [
            Measurement(value=a / b, low=lowest, high=highest, numerator=a, denominator=b)
            if b
            else self.cannot_say
            for a, b, lowest, highest in zip(*columns, strict=True)
        ]

    @property
    def cannot_say(self) -> CannotSay:
        """The answer for a group with no record that the rate counts among."""
        return CannotSay(reason=self.nobody, needs=self.needs)

    def of(self, counts: DecisionCounts) -> Finding:
        """Measure one group, with a 95 % Wilson interval."""
        (found,) = self.of_each(counts.as_row()[None, :], level=0.95)
        return found
