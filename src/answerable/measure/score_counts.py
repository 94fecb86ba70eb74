"""What the records of a group are counted into by a score, before anything is measured."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from answerable.measure.arrays import Floats, Integers
from answerable.record.measurement import CannotSay

LEAST_OF_A_CLASS = 20
"""Below so many records of either label, no variance of a ranking or a curve is trusted."""

NO_PAIRS = CannotSay(
    reason="no_scored_labels", needs="records with a score and a label, of both labels"
)
NO_PROBABILITY = CannotSay(
    reason="score_is_no_probability",
    needs="a score that is a probability, from 0 to 1; this one only ranks",
)


@dataclass(frozen=True, kw_only=True)
class ScoreCounts:
    """Records of one group by score and label. Unit: records (one row per decision).

    ``scores`` holds the distinct scores from the lowest to the highest; ``ones``, ``zeros``
    and ``unlabelled`` count the records at each by label. ``ones_unscored``,
    ``zeros_unscored`` and ``neither`` count the records without a score.
    """

    scores: Floats
    ones: Integers
    zeros: Integers
    unlabelled: Integers
    ones_unscored: int = 0
    zeros_unscored: int = 0
    neither: int = 0

    @cached_property
    def labelled(self) -> Integers:
        """Records with this score and a label."""
        return self.ones + self.zeros

    @cached_property
    def n1(self) -> int:
        """Records with a score and a label of 1."""
        return int(self.ones.sum())

    @cached_property
    def n0(self) -> int:
        """Records with a score and a label of 0."""
        return int(self.zeros.sum())

    @property
    def n(self) -> int:
        """Records with a score and a label."""
        return self.n1 + self.n0

    @property
    def incomplete(self) -> int:
        """Records that lack the score, the label or both."""
        unscored = self.ones_unscored + self.zeros_unscored + self.neither
        return int(self.unlabelled.sum()) + unscored

    def without(self, part: "ScoreCounts") -> "ScoreCounts":
        """Count everyone but the records of a group, all of whom are counted here."""
        at = np.searchsorted(self.scores, part.scores)

        def rest(whole: Integers, some: Integers) -> Integers:
            left = whole.copy()
            left[at] -= some
            return left

        ones, zeros = rest(self.ones, part.ones), rest(self.zeros, part.zeros)
        unlabelled = rest(self.unlabelled, part.unlabelled)
        held = ones + zeros + unlabelled > 0
        return ScoreCounts(
            scores=self.scores[held],
            ones=ones[held],
            zeros=zeros[held],
            unlabelled=unlabelled[held],
            ones_unscored=self.ones_unscored - part.ones_unscored,
            zeros_unscored=self.zeros_unscored - part.zeros_unscored,
            neither=self.neither - part.neither,
        )

    @property
    def is_probability(self) -> bool:
        """Whether every score lies in [0, 1]."""
        return self.scores.size == 0 or bool(self.scores[0] >= 0 and self.scores[-1] <= 1)

    @property
    def too_few(self) -> CannotSay | None:
        """Why a ranking or a curve cannot be measured, or None where it can."""
        if not self.n:
            return NO_PAIRS
        if min(self.n1, self.n0) < LEAST_OF_A_CLASS:
            needs = (
                f"at least {LEAST_OF_A_CLASS} records of each label; there are {self.n1:,} with "
                f"a label of 1 and {self.n0:,} with a label of 0"
            )
            return CannotSay(reason="too_few_of_a_label", needs=needs)
        return None


def counted(pairs: Iterable[tuple[float | None, int | None]]) -> ScoreCounts:
    """Count records that are given one by one, as (score, label).

    >>> found = counted([(0.2, 0), (0.2, 1), (0.9, 1), (0.5, None), (None, 1)])
    >>> found.scores.tolist(), found.ones.tolist(), found.zeros.tolist()
    ([0.2, 0.5, 0.9], [1, 0, 1], [1, 0, 0])
    >>> found.n, found.incomplete
    (3, 2)
    """
    return combined(
        ScoreCounts(
            scores=np.array([] if score is None else [score], dtype=np.float64),
            ones=_one(label == 1, score),
            zeros=_one(label == 0, score),
            unlabelled=_one(label is None, score),
            ones_unscored=int(score is None and label == 1),
            zeros_unscored=int(score is None and label == 0),
            neither=int(score is None and label is None),
        )
        for score, label in pairs
    )


def _one(yes: bool, score: float | None) -> Integers:  # noqa: FBT001 - one cell of a table
    return np.array([] if score is None else [int(yes)], dtype=np.int64)


def combined(parts: Iterable[ScoreCounts]) -> ScoreCounts:
    """Count the records of several groups that share none as one group."""
    every = list(parts)
    empty = np.array([], dtype=np.float64)
    scores, place = np.unique(
        np.concatenate([empty, *(part.scores for part in every)]), return_inverse=True
    )

    def total(columns: Iterable[Integers]) -> Integers:
        # Whole numbers, added as such: weights of bincount would be floats.
        sums = np.zeros(len(scores), dtype=np.int64)
        np.add.at(sums, place, np.concatenate([np.array([], dtype=np.int64), *columns]))
        return sums

    return ScoreCounts(
        scores=scores,
        ones=total(part.ones for part in every),
        zeros=total(part.zeros for part in every),
        unlabelled=total(part.unlabelled for part in every),
        ones_unscored=sum(part.ones_unscored for part in every),
        zeros_unscored=sum(part.zeros_unscored for part in every),
        neither=sum(part.neither for part in every),
    )
