"""For random sequences of events the permit is open only if a direct reading says so."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.gate.in_force import RowsInForce
from answerable.gate.moments import moments, next_moment, walk
from answerable.gate.rules import permit
from answerable.gate.terms import (
    Approved,
    ContextSince,
    Facts,
    Finding,
    Level,
    Observed,
    PermitState,
    Recorded,
    Shadowed,
    Since,
    UseHold,
    Waived,
)
from tests.gate.reading import may_be_open
from tests.gate.situations import TERMS, small_law
from tests.inventory.situations import NINE

LAW = small_law(on=NINE.date())
OFFICIALS = ("owner", "ann", "bo", "cy")
STAGES = ("design", "develop", "deploy", "use", "use", "use", "decommission")

# Days on a coarse grid, so that events often fall on one moment.
day = st.integers(0, 40).map(lambda number: NINE + timedelta(days=number * 10))
length = st.sampled_from((1, 20, 90, 180, 181, 365, 366)).map(lambda days: timedelta(days=days))
# Most of what is told is about the version that runs and the context it has, so that the
# clauses meet: a waiver with its renewal, an approval with the stop before it.
version = st.sampled_from(("a", "a", "a", "b"))
context = st.sampled_from(("c", "c", "c", "d"))
official = st.sampled_from(OFFICIALS)
row = st.sampled_from([row.id for row in LAW.rows])
doubtful_row = st.sampled_from(("P2.5b", "P2.5b", "P2.5b", "P1c", "P2.4c"))


@st.composite
def verdicts(draw: st.DrawFn) -> Recorded:
    wanted = draw(row)
    at = draw(day)
    found = LAW.row(wanted)
    assert found is not None
    return Recorded(
        row=wanted,
        version=draw(version),
        context=draw(context),
        finding=draw(st.sampled_from((Finding.MET, Finding.MET, *Finding))),
        rests_on=draw(st.sampled_from((("evidence/1",), ("evidence/1",), ()))),
        needs=(),
        law=draw(st.sampled_from((found.law, found.law, found.law, "another wording"))),
        at=at,
        until=draw(st.none() | length.map(lambda long: at + long)),
        entry=1,
    )


@st.composite
def waivers(draw: st.DrawFn) -> Waived:
    at = draw(day)
    return Waived(
        row=draw(doubtful_row),
        version=draw(version),
        context=draw(context),
        reason=draw(st.sampled_from(("The data arrive in May.", "The data arrive.", " "))),
        by=draw(official),
        at=at,
        until=at + draw(length),
    )


@st.composite
def approvals(draw: st.DrawFn) -> Approved:
    at = draw(day)
    return Approved(
        ref=1,
        version=draw(version),
        context=draw(context),
        by=draw(official),
        at=at,
        until=at + draw(length),
        conditions=(),
        pilot=draw(st.sampled_from((None, None, TERMS, replace(TERMS, cap=0)))),
    )


@st.composite
def holds(draw: st.DrawFn) -> UseHold:
    at = draw(day)
    lifted = draw(st.none() | st.integers(1, 5).map(lambda tens: at + timedelta(days=10 * tens)))
    return UseHold(level=draw(st.sampled_from(Level)), at=at, lifted_at=lifted)


@st.composite
def observed(draw: st.DrawFn) -> Observed:
    at = draw(day)
    return Observed(
        version=draw(version),
        context=draw(context),
        by=draw(official),
        running_since=at - draw(length),
        enrolled_at=at - draw(st.sampled_from((timedelta(), timedelta(days=30)))),
        at=at,
        until=at + draw(length),
    )


@st.composite
def shadowed(draw: st.DrawFn) -> Shadowed:
    at = draw(day)
    return Shadowed(version=draw(version), by=draw(official), at=at, until=at + draw(length))


def since(value: st.SearchStrategy[str]) -> st.SearchStrategy[Since]:
    return st.builds(Since, value=value, at=day)


def distinct(one: st.SearchStrategy[Since]) -> st.SearchStrategy[tuple[Since, ...]]:
    # History is told in its order: no two of one kind stand at one moment.
    return st.lists(one, max_size=4, unique_by=lambda found: found.at).map(tuple)


def some(one: st.SearchStrategy[object], most: int) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=most).map(tuple)


@st.composite
def histories(draw: st.DrawFn) -> Facts:
    """A use with everything in order, and random events on top of it."""
    in_order = draw(st.sampled_from((True, True, False)))
    start = NINE - timedelta(days=5)
    in_doubt = draw(st.sampled_from(("", "P2.5b")))
    carried_by = draw(st.sampled_from(("approval", "pilot", "observation")))
    base: dict[str, tuple[object, ...]] = {
        "contexts": (ContextSince(digest="c", bought=False, at=start),),
        "running": (Since(value="a", at=start),),
        "stages": (Since(value="use", at=start),),
        "verdicts": tuple(
            Recorded(
                row=one.id,
                version="a",
                context="c",
                finding=Finding.CANNOT_SAY if one.id == in_doubt else Finding.MET,
                rests_on=("evidence/1",),
                needs=(),
                law=one.law,
                at=start,
                until=None,
                entry=1,
            )
            for one in LAW.rows
        ),
    }
    if carried_by == "observation":
        base["observed"] = (
            Observed(
                version="a",
                context="c",
                by="ann",
                running_since=start - timedelta(days=1),
                enrolled_at=start,
                at=start,
                until=start + timedelta(days=90),
            ),
        )
    else:
        base["approvals"] = (
            Approved(
                ref=1,
                version="a",
                context="c",
                by="ann",
                at=start,
                until=start + timedelta(days=300),
                conditions=(),
                pilot=TERMS if carried_by == "pilot" else None,
            ),
        )
    changes = {
        "contexts": st.lists(
            st.builds(ContextSince, digest=context, bought=st.booleans(), at=day),
            max_size=2,
            unique_by=lambda found: found.at,
        ).map(tuple),
        "running": distinct(since(st.sampled_from(("a", "a", "b", "")))),
        "stages": distinct(since(st.sampled_from(STAGES))),
        "verdicts": some(verdicts(), 12),
        "approvals": some(approvals(), 4),
        "waivers": some(waivers(), 5),
        "ended": some(day, 2),
        "holds": some(holds(), 2),
        "observed": some(observed(), 2),
        "shadowed": some(shadowed(), 2),
    }
    noisy = draw(st.sets(st.sampled_from(sorted(changes)), max_size=3))
    if in_doubt:
        noisy.add("waivers")
    if "holds" in noisy:
        noisy.add("approvals")
    drawn = {
        name: (*(base.get(name, ()) if in_order else ()), *(draw(found) if name in noisy else ()))
        for name, found in changes.items()
    }
    served = draw(st.sampled_from((True, True, True, False)))
    return Facts(
        agency="north",
        use="north.benefit-check",
        law=_served(LAW, all_of_them=served),
        owners=frozenset({"owner"}),
        ledger_fits=draw(st.sampled_from((True, True, True, False))),
        **drawn,  # type: ignore[arg-type]  # the values are drawn by the names of the fields
    )


def _served(law: RowsInForce, *, all_of_them: bool) -> RowsInForce:
    rows = law.rows if all_of_them else (replace(law.rows[1], served_by=None), *law.rows[2:])
    return replace(law, rows=rows)


@given(facts=histories(), at=day, which=version)
@settings(max_examples=1500)
def test_the_permit_is_open_exactly_where_a_direct_reading_lets_it_be(
    facts: Facts, at: datetime, which: str
) -> None:
    found = permit(facts, version=which, at=at)
    shadowed = found.state is PermitState.SHADOW
    assert found.is_open is (may_be_open(facts, which, at) and not shadowed)


def test_the_sequences_reach_every_state() -> None:
    """A property that never saw an open permit would hold for nothing."""
    seen: set[PermitState] = set()

    @given(facts=histories(), at=day, which=version)
    @settings(max_examples=1000, database=None, derandomize=True)
    def look(facts: Facts, at: datetime, which: str) -> None:
        seen.add(permit(facts, version=which, at=at).state)

    look()
    assert seen == set(PermitState)


@given(facts=histories(), at=day)
@settings(max_examples=300)
def test_nothing_but_a_moment_that_was_foretold_changes_the_permit(
    facts: Facts, at: datetime
) -> None:
    ends = next_moment(facts, at=at)
    later = at + timedelta(days=4) if ends is None else ends - timedelta(microseconds=1)
    before, after = (permit(facts, version="a", at=when) for when in (at, max(at, later)))
    assert before.state is after.state
    assert before.reasons == after.reasons


@given(facts=histories(), at=day)
@settings(max_examples=300)
def test_a_walk_meets_every_state_between_two_moments(facts: Facts, at: datetime) -> None:
    walked = {
        when: found.state
        for when, found in walk(facts, version="a", since=NINE, until=max(NINE, at))
    }
    for when in moments(facts):
        if NINE < when <= at:
            assert walked[when] is permit(facts, version="a", at=when).state


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...


OneDated = TypeVar("OneDated", bound=_Dated)


def _until(found: tuple[OneDated, ...], at: datetime) -> tuple[OneDated, ...]:
    return tuple(one for one in found if one.at <= at)


@given(facts=histories(), at=day, which=version)
@settings(max_examples=300)
def test_facts_that_come_after_a_moment_do_not_change_what_was_then(
    facts: Facts, at: datetime, which: str
) -> None:
    known = replace(
        facts,
        contexts=_until(facts.contexts, at),
        running=_until(facts.running, at),
        stages=_until(facts.stages, at),
        verdicts=_until(facts.verdicts, at),
        waivers=_until(facts.waivers, at),
        approvals=_until(facts.approvals, at),
        holds=_until(facts.holds, at),
        observed=_until(facts.observed, at),
        shadowed=_until(facts.shadowed, at),
        ended=tuple(when for when in facts.ended if when <= at),
    )
    assert permit(known, version=which, at=at) == permit(facts, version=which, at=at)
