"""Of whom the data hold too few records for any verdict."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.measure.quality.uncovered_patterns import Uncovered, uncovered_patterns
from answerable.measure.sample_size import records_needed
from answerable.measure.tables.whole import Filled
from answerable.measure.two_groups import Scale
from answerable.record.measurement import CannotSay
from answerable.verdict.quality_limits import MET, NOT_MET, Answer, cannot_say

SUPPOSED_SHARE = 0.3
"""The rate that is supposed where no label says what it is."""

SUPPOSED_OTHERS = 10
"""Reference records for each record of the group."""

SUPPOSED_LIMIT = 0.8
_LEVEL = 0.025
MOST_PATTERNS = 100_000

_NOBODY_SEEN = CannotSay(
    reason="combinations_without_records",
    needs="to know whether such people exist: the data hold none, and the population file is "
    "by single attributes",
)


class TooManyPatterns(AnswerableError):
    """More combinations of attributes than can be looked at one by one."""

    code = "verdict.too_many_patterns"
    message = "The attributes {by} have {found:,} combinations; at most {most:,} are looked at."
    hint = "Name fewer attributes, or coarser ones."


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageFound:
    """The most general combinations with fewer than ``fewest`` records.

    ``supposed_share`` is the rate for which ``fewest`` was worked out.
    """

    fewest: int
    supposed_share: float
    from_label: bool
    patterns: tuple[Uncovered, ...]

    @property
    def answer(self) -> Answer:
        """Whether there are enough records of everybody who is there at all."""
        if any(found.records for found in self.patterns):
            return NOT_MET
        if any(len(found.pattern) == 1 for found in self.patterns):
            # A single value of which there is nobody: the population file named it.
            return NOT_MET
        return cannot_say(_NOBODY_SEEN) if self.patterns else MET


def fewest_for_a_verdict(share: float) -> int:
    """Find how many records of a group let an audit rule a ratio beyond 0.8 out.

    >>> fewest_for_a_verdict(0.3)
    405
    """
    needed = records_needed(
        group_share=share,
        reference_share=share,
        reference_per_group=SUPPOSED_OTHERS,
        scale=Scale.RATIO,
        bound=SUPPOSED_LIMIT,
        level=_LEVEL,
    )
    return max(1, math.ceil(needed))


def find_uncovered(
    filled: Filled,
    by: Sequence[str],
    *,
    share: float | None,
    also: Mapping[str, Sequence[str]],
) -> CoverageFound:
    """Look for combinations of attributes with too few records for the verdict of an audit.

    ``share`` is the rate in the data, None where nobody knows it; ``also`` gives values that
    the population has, whether the data have them or not.
    """
    values = [
        sorted(
            {key[at] for key in filled.cells if key[at] is not None} | set(also.get(column, ())),
            key=str,
        )
        for at, column in enumerate(by)
    ]
    combinations = math.prod(1 + len(each) for each in values)
    if combinations > MOST_PATTERNS:
        raise TooManyPatterns(by=", ".join(by), found=combinations, most=MOST_PATTERNS)
    usable = share is not None and 0 < share < 1
    supposed = share if share is not None and usable else SUPPOSED_SHARE
    fewest = fewest_for_a_verdict(supposed)
    return CoverageFound(
        fewest=fewest,
        supposed_share=supposed,
        from_label=usable,
        patterns=uncovered_patterns(
            {key: rows for key, (rows, _) in filled.cells.items()},
            columns=by,
            values=[[str(value) for value in each] for each in values],
            fewest=fewest,
        ),
    )
