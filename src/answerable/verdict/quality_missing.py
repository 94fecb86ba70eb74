"""Whether a field is missing about as often in every group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from answerable.measure.quality.missing_share import missing_share
from answerable.measure.tables.whole import Filled
from answerable.measure.two_groups import Scale, Table
from answerable.record.measurement import CannotSay, Finding
from answerable.verdict.groups import GroupKey
from answerable.verdict.judge import Comparison, judge
from answerable.verdict.norms import Norm
from answerable.verdict.quality_limits import FAMILYWISE, MET, Answer, Band, together
from answerable.verdict.verdicts import Verdict

LARGEST_FAMILY = 2_000
"""Attributes are crossed as deeply as this many comparisons allow."""

_NOBODY_ELSE = CannotSay(reason="nobody_to_compare", needs="rows of at least two groups")


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupMissing:
    """How often a field is missing in a group, against everyone else, and the verdict."""

    column: str
    group: GroupKey
    missing: Finding
    elsewhere: Finding
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingFound:
    """Every field that is missing in part, in every group. ``crossed``: attributes at once."""

    results: tuple[GroupMissing, ...]
    crossed: int
    of: int
    band: Band

    @property
    def answer(self) -> Answer:
        """Whether no field is missing more often, or less, in any group than the limit says."""
        if not self.results:
            # No field is missing anywhere, which is the same in every group.
            return MET
        return together((one.verdict for one in self.results), nothing=_NOBODY_ELSE)


def judge_missing(filled: Filled, by: Sequence[str], band: Band) -> MissingFound:
    """Compare each group with everyone else in every field that is missing in part."""
    rows = sum(number for number, _ in filled.cells.values())
    everyone = [sum(each[at] for _, each in filled.cells.values()) for at in _places(filled)]
    partly = [at for at in _places(filled) if 0 < everyone[at] < rows]
    groups, crossed = _groups(filled, by, len(partly))
    norm = Norm(
        measure="missing",
        scale=Scale.DIFFERENCE,
        low=band.low,
        high=band.high,
        source=band.source,
    )
    asked = [
        (at, key, counts, possible)
        for at in partly
        for key, (counts, possible) in groups.items()
        # Whether a group's own attribute is missing is what the group is made of.
        if filled.columns[at] not in dict(key) and 0 < counts[0] < rows
    ]
    comparisons = [
        _comparison(
            (filled.columns[at], key),
            norm,
            (counts[0], counts[0] - counts[1 + at]),
            (rows, rows - everyone[at]),
            (possible[0], possible[0] - possible[1 + at]),
        )
        for at, key, counts, possible in asked
    ]
    verdicts = judge(comparisons, level=FAMILYWISE)
    return MissingFound(
        results=tuple(
            GroupMissing(
                column=filled.columns[at],
                group=key,
                missing=missing_share(missing=one.table.x1, rows=one.table.n1),
                elsewhere=missing_share(missing=one.table.x2, rows=one.table.n2),
                verdict=verdict,
            )
            for (at, key, _, _), one, verdict in zip(asked, comparisons, verdicts, strict=True)
        ),
        crossed=crossed,
        of=len(by),
        band=band,
    )


_Counts = tuple[int, ...]
"""Rows, and then how many of them are filled in each column."""


def _places(filled: Filled) -> range:
    return range(len(filled.columns))


def _groups(
    filled: Filled, by: Sequence[str], fields: int
) -> tuple[Mapping[GroupKey, tuple[_Counts, _Counts]], int]:
    """Roll cells up into groups, with the counts of those that may belong to each."""
    groups: dict[GroupKey, tuple[_Counts, _Counts]] = {}
    crossed = 0
    for size in range(1, len(by) + 1):
        found: dict[GroupKey, _Counts] = {}
        for chosen in combinations(range(len(by)), size):
            for values, (rows, each) in filled.cells.items():
                key = tuple((by[at], values[at]) for at in chosen)
                before = found.get(key, (0,) * (1 + len(each)))
                found[key] = tuple(a + b for a, b in zip(before, (rows, *each), strict=True))
        if size > 1 and (len(groups) + len(found)) * max(1, fields) > LARGEST_FAMILY:
            break
        nothing = (0,) * (1 + len(filled.columns))
        for key in sorted(found, key=lambda key: tuple((v is None, v or "") for _, v in key)):
            groups[key] = (found[key], _possible(key, found, nothing))
        crossed = size
    return groups, crossed


def _possible(key: GroupKey, found: Mapping[GroupKey, _Counts], nothing: _Counts) -> _Counts:
    """Count the rows that lack an attribute of the group and fit it in the others."""
    total = nothing
    if any(value is None for _, value in key):
        return total
    columns = tuple(column for column, _ in key)
    for other, counts in found.items():
        fits = all(v in {mine, None} for (_, v), (_, mine) in zip(other, key, strict=False))
        if tuple(column for column, _ in other) == columns and other != key and fits:
            total = tuple(a + b for a, b in zip(total, counts, strict=True))
    return total


def _comparison(
    hypothesis: tuple[str, GroupKey],
    norm: Norm,
    group: tuple[int, int],
    everyone: tuple[int, int],
    possible: tuple[int, int],
) -> Comparison:
    """Put a group beside everyone else. Pairs are rows, and rows without the field."""
    (n1, x1), (n2, x2) = group, (everyone[0] - group[0], everyone[1] - group[1])
    there, gone = possible[0] - possible[1], possible[1]
    return Comparison(
        hypothesis=hypothesis,
        table=Table(x1=x1, n1=n1, x2=x2, n2=n2),
        norm=norm,
        # Those whose attribute is unknown, placed so as to part the two most.
        lowest=x1 / (n1 + there) - x2 / max(1, n2 - there),
        highest=(x1 + gone) / (n1 + gone) - (x2 - gone) / max(1, n2 - gone),
    )
