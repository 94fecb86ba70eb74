"""Which cases are drawn, when somebody is competent, and what follows for the rows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.law.lengths import later
from answerable.law.rules import DatedValue

ROWS = ("P4a", "P4b")
"""The rows that a sign-off of this room speaks about."""

UNTRAINED = "untrained_staff"
UNIDENTIFIED = "unidentified_staff"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A decided case of which is known what was found later."""

    key: int
    outcome: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """The last exercise of somebody for a version."""

    at: datetime
    passed: bool
    entry: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody whose work touches the use, and how they were scored last."""

    staff: str
    named: int
    scored: Scored | None


SAID = {
    UNTRAINED: "somebody decided or reviewed who was not competent for the version",
    UNIDENTIFIED: "somebody decided or reviewed of whom nobody says who it is",
}
"""What the findings of this room about the people behind records say, in words."""


def may_review(reviewer: str, *, owners: Collection[str], staff: Collection[str]) -> bool:
    """Neither who owns the use nor who is scored for it signs off who is competent.

    >>> may_review("account/2", owners={"account/1"}, staff={"account/3"})
    True
    >>> may_review("account/3", owners={"account/1"}, staff={"account/3"})
    False
    """
    return bool(reviewer) and reviewer not in owners and reviewer not in staff


def may_be_scored(
    handled_by: Collection[str], *, own: Collection[str] | None, others: Collection[str]
) -> bool:
    """Whether a case may be put to somebody: not one that they decided or reviewed themselves.

    All are tokens of the log: of who handled the case, of this person, and of everybody else
    who is named. Where nobody has said how the log knows this person (``own`` is None), any
    token that is nobody else's may be theirs.

    >>> may_be_scored({"c3"}, own={"c3"}, others=()), may_be_scored({"d4"}, own={"c3"}, others=())
    (False, True)
    >>> may_be_scored({"d4"}, own=None, others=()), may_be_scored({"d4"}, own=None, others={"d4"})
    (False, True)
    """
    strangers = set(handled_by) - set(others)
    return not strangers if own is None else strangers.isdisjoint(own)


def draw(cases: Sequence[Case], *, wanted: int, chance: Random) -> tuple[Case, ...]:
    """Draw cases evenly over what was decided and what was found.

    So where there are enough cases of each kind, whoever goes by the output alone is right
    about half the time, however good the system is. Fewer than wanted come back where there
    are not as many.
    """
    cells: Mapping[tuple[str, str], list[Case]] = defaultdict(list)
    for case in sorted(cases, key=lambda one: one.key):
        cells[case.outcome, case.label].append(case)
    for cell in cells.values():
        chance.shuffle(cell)
    drawn: list[Case] = []
    while len(drawn) < wanted and any(cells.values()):
        for name in sorted(cells):
            if cells[name] and len(drawn) < wanted:
                drawn.append(cells[name].pop())
    # In the order of the cells, the labels would tell themselves.
    chance.shuffle(drawn)
    return tuple(drawn)


def has_passed(*, right: int, asked: int, fewest: int, share: float) -> bool:
    """Whether somebody was right often enough, on enough cases.

    >>> [has_passed(right=right, asked=10, fewest=10, share=0.8) for right in (7, 8)]
    [False, True]
    >>> has_passed(right=9, asked=9, fewest=10, share=0.8)
    False
    """
    return asked >= fewest and asked > 0 and right / asked >= share


def right_by_output(cases: Sequence[Case]) -> int:
    """Count the cases in which somebody could be right who goes by the output alone.

    For each output, that is the finding that came most often behind it. If as many are
    enough to pass, the cases ask for no understanding.

    >>> kinds = [("high", "1")] * 6 + [("high", "0")] * 2 + [("low", "0")] * 2
    >>> right_by_output([Case(key=0, outcome=one, label=found) for one, found in kinds])
    8
    """
    counts = Counter((case.outcome, case.label) for case in cases)
    best: dict[str, int] = defaultdict(int)
    for (outcome, _), count in counts.items():
        best[outcome] = max(best[outcome], count)
    return sum(best.values())


def last_before(scores: Sequence[Scored], *, at: datetime) -> Scored | None:
    """Give how somebody had been scored last at a moment."""
    return max((one for one in scores if one.at <= at), key=lambda one: one.at, default=None)


def competent_at(scored: Scored | None, *, refresh: DatedValue, at: datetime) -> bool:
    """Whether somebody passed before a moment, and not so long before that it is over."""
    return scored is not None and scored.passed and scored.at <= at < later(scored.at, refresh)


def over_at(members: Sequence[Member], *, refresh: DatedValue) -> datetime | None:
    """Give the moment at which the first of them is competent no more."""
    passed = [one.scored.at for one in members if one.scored is not None and one.scored.passed]
    return later(min(passed), refresh) if passed else None


def row_findings(
    members: Sequence[Member],
    *,
    open_findings: Collection[str],
    refresh: DatedValue,
    at: datetime,
) -> tuple[RowFinding, ...]:
    """Say how the rows of this room stand for a version.

    ``open_findings`` are the kinds of findings about the people behind its records.
    """
    failed = [one for one in members if one.scored is not None and not one.scored.passed]
    unscored = [
        one
        for one in members
        if one not in failed and not competent_at(one.scored, refresh=refresh, at=at)
    ]
    missing = (
        ["Somebody named whose work touches the use."]
        if not members
        else [f"A passed exercise of {len(unscored)} of {len(members)} people."]
        if unscored
        else []
    )
    scored = [one.scored.entry for one in members if one.scored is not None]
    return (
        _kept_current(members, sorted(open_findings), missing),
        _understood(failed, missing, scored),
    )


def _kept_current(
    members: Sequence[Member], found: Sequence[str], missing: Sequence[str]
) -> RowFinding:
    if found:
        needs = tuple(f"An open finding dealt with and closed: {SAID[kind]}." for kind in found)
        return RowFinding(row="P4a", finding=Finding.NOT_MET, needs=needs)
    if missing:
        return RowFinding(row="P4a", finding=Finding.CANNOT_SAY, needs=tuple(missing))
    rests_on = tuple(f"entry {one.named}" for one in members)
    return RowFinding(row="P4a", finding=Finding.MET, rests_on=rests_on)


def _understood(
    failed: Sequence[Member], missing: Sequence[str], scored: Sequence[int]
) -> RowFinding:
    rests_on = tuple(f"entry {index}" for index in sorted(scored))
    if failed:
        needs = (f"A passed exercise of {len(failed)} who failed the last one.",)
        return RowFinding(row="P4b", finding=Finding.NOT_MET, rests_on=rests_on, needs=needs)
    if missing:
        return RowFinding(row="P4b", finding=Finding.CANNOT_SAY, needs=tuple(missing))
    return RowFinding(row="P4b", finding=Finding.MET, rests_on=rests_on)
