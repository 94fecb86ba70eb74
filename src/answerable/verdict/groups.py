"""Every group an audit looks at: each value of each attribute, and of each combination."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from answerable.errors import AnswerableError
from answerable.measure.counts import Counts
from answerable.measure.tables import Tally

MOST_GROUPS = 5_000

GroupKey = tuple[tuple[str, str | None], ...]
"""Attribute and value pairs in the order of ``by``; a value of None is a missing one."""


class TooManyCombinations(AnswerableError):
    """More groups than a reader or a family of verdicts can bear."""

    code = "verdict.too_many_combinations"
    message = "{by} make more than {most} groups."
    hint = "Name fewer attributes, or coarser ones."


class ReferenceUnknown(AnswerableError):
    """A reference value that no record has, or of a column that makes no groups."""

    code = "verdict.reference_unknown"
    message = "The reference {column}={value} names no group of these data."
    hint = "{found}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """A group, its counts, and whom it is compared with.

    ``possible`` counts the records that may belong to the group but lack an attribute, and
    ``reference_possible`` those that may belong to the reference; ``reference_certain`` is
    the reference without any that may belong to the group.
    ``reference`` is None where the group is compared with everyone else. ``compared`` is
    False for a group that is itself the reference.
    """

    key: GroupKey
    counts: Counts
    reference: GroupKey | None
    reference_counts: Counts
    possible: Counts
    reference_certain: Counts
    reference_possible: Counts
    compared: bool


def form_groups(tally: Tally, reference: Mapping[str, str]) -> tuple[Group, ...]:
    """Roll the finest cells up into every group, and give each its reference.

    The reference of a group is the same combination with the named reference values in
    place of the group's own; without a named value it is the rest: everyone else.
    """
    _check_reference(tally, reference)
    totals = _totals(tally)
    everyone = tally.counts.sum(axis=0)
    nobody = np.zeros_like(everyone)
    groups = []
    for key, counts in totals.items():
        like: GroupKey | None = None
        if any(column in reference for column, _ in key):
            like = tuple((column, reference.get(column, value)) for column, value in key)
        others = everyone - counts if like is None else totals.get(like, nobody)
        possible = _possible(key, totals, nobody)
        groups.append(
            Group(
                key=key,
                counts=counts,
                reference=like,
                reference_counts=others,
                possible=possible,
                reference_certain=others - possible if like is None else others,
                reference_possible=possible if like is None else _possible(like, totals, nobody),
                compared=like != key,
            )
        )
    return tuple(groups)


def _possible(key: GroupKey, totals: Mapping[GroupKey, Counts], nobody: Counts) -> Counts:
    """Count the records that lack one of a group's attributes and fit it in the others."""
    if any(value is None for _, value in key):
        # The group of those without a value is what it is; nobody else may belong to it.
        return nobody
    choices = [((column, value), (column, None)) for column, value in key]
    alike = (like for like in product(*choices) if like != key)
    return sum((totals[like] for like in alike if like in totals), nobody)


def _totals(tally: Tally) -> dict[GroupKey, Counts]:
    totals: dict[GroupKey, Counts] = {}
    for size in range(1, len(tally.by) + 1):
        for chosen in combinations(range(len(tally.by)), size):
            found: dict[GroupKey, Counts] = {}
            for values, counts in zip(tally.keys, tally.counts, strict=True):
                key = tuple((tally.by[at], values[at]) for at in chosen)
                found[key] = found[key] + counts if key in found else counts
            if len(totals) + len(found) > MOST_GROUPS:
                raise TooManyCombinations(by=", ".join(tally.by), most=MOST_GROUPS)
            totals.update(sorted(found.items(), key=_missing_last))
    return totals


def _missing_last(item: tuple[GroupKey, Counts]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for _, value in item[0])


def _check_reference(tally: Tally, reference: Mapping[str, str]) -> None:
    for column, value in reference.items():
        if column not in tally.by:
            found = f"Groups are made by {', '.join(tally.by)}."
            raise ReferenceUnknown(column=column, value=value, found=found)
        held = sorted({key[tally.by.index(column)] or "" for key in tally.keys} - {""})
        if value not in held:
            shown = ", ".join(held[:20])
            raise ReferenceUnknown(column=column, value=value, found=f"{column} holds: {shown}.")
