"""Which combinations of attributes have too few records: the most general ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Pattern = tuple[tuple[str, str], ...]
"""Attributes and values in the order of the columns; an attribute left out may be anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Uncovered:
    """A pattern with too few records, of which every more general one has enough."""

    pattern: Pattern
    records: int


def uncovered_patterns(
    counts: Mapping[tuple[str | None, ...], int],
    *,
    columns: Sequence[str],
    values: Sequence[Sequence[str]],
    fewest: int,
) -> tuple[Uncovered, ...]:
    """Find the maximal uncovered patterns.

    Parameters
    ----------
    counts
        Records by their values of every column, in the order of ``columns``. A missing
        value (None) belongs to no pattern that names its column.
    columns, values
        The attributes, and the values that each can take.
    fewest
        A pattern with fewer records than this is uncovered; 1 or more.

    Returns
    -------
    tuple of Uncovered
        The most general first. Every uncovered combination is one of these or a special
        case of one of these.

    Notes
    -----
    From "anything" downwards one attribute is fixed at a time; below an uncovered pattern
    nothing is looked at, since its special cases have no more records. A pattern is
    maximal if none of the patterns with one attribute fewer is uncovered [1]_.

    References
    ----------
    .. [1] Asudeh, Jin and Jagadish (2019), IEEE 35th International Conference on Data
       Engineering, 554-565.

    Examples
    --------
    Two women under 30, nobody else: with at least one record wanted, there is no man, and
    nobody of 30 or over.

    >>> for found in uncovered_patterns({("woman", "under 30"): 2}, columns=["sex", "age"],
    ...         values=[["man", "woman"], ["30 and over", "under 30"]], fewest=1):
    ...     print(dict(found.pattern), found.records)
    {'sex': 'man'} 0
    {'age': '30 and over'} 0
    """
    found: list[Uncovered] = []
    covered: dict[tuple[str | None, ...], int] = {(None,) * len(columns): sum(counts.values())}
    if covered[(None,) * len(columns)] < fewest:
        return (Uncovered(pattern=(), records=sum(counts.values())),)
    for _ in columns:
        below: dict[tuple[str | None, ...], int] = {}
        tallies = _tallies(counts, covered)
        for pattern in _children(covered, values):
            records = tallies.get(pattern, 0)
            if records >= fewest:
                below[pattern] = records
            elif all(parent in covered for parent in _parents(pattern)):
                named = tuple(
                    (column, value)
                    for column, value in zip(columns, pattern, strict=True)
                    if value is not None
                )
                found.append(Uncovered(pattern=named, records=records))
        covered = below
    return tuple(found)


def _children(
    covered: Mapping[tuple[str | None, ...], int], values: Sequence[Sequence[str]]
) -> Iterator[tuple[str | None, ...]]:
    """Fix one attribute more, each pattern made once: to the right of the last one fixed."""
    for pattern in covered:
        fixed = [at for at, value in enumerate(pattern) if value is not None]
        for at in range(fixed[-1] + 1 if fixed else 0, len(pattern)):
            for value in values[at]:
                yield (*pattern[:at], value, *pattern[at + 1 :])


def _parents(pattern: tuple[str | None, ...]) -> Iterator[tuple[str | None, ...]]:
    for at, value in enumerate(pattern):
        if value is not None:
            yield (*pattern[:at], None, *pattern[at + 1 :])


def _tallies(
    counts: Mapping[tuple[str | None, ...], int],
    covered: Mapping[tuple[str | None, ...], int],
) -> dict[tuple[str | None, ...], int]:
    """Count the records of every pattern with one attribute more than the covered ones."""
    masks = {
        tuple(at for at, value in enumerate(pattern) if value is not None) for pattern in covered
    }
    width = len(next(iter(covered), ()))
    wider = {tuple(sorted({*mask, at})) for mask in masks for at in range(width) if at not in mask}
    tallies: dict[tuple[str | None, ...], int] = {}
    for values, number in counts.items():
        for mask in wider:
            if any(values[at] is None for at in mask):
                continue
            pattern = tuple(values[at] if at in mask else None for at in range(width))
            tallies[pattern] = tallies.get(pattern, 0) + number
    return tallies
