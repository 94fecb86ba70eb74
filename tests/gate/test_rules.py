"""The permit, clause by clause: what opens it, and what alone keeps it closed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from answerable.gate.rules import permit
from answerable.gate.terms import (
    Approved,
    ContextSince,
    Facts,
    Finding,
    Level,
    Observed,
    Permit,
    PermitState,
    Recorded,
    Shadowed,
    Since,
    UseHold,
    Waived,
)
from tests.gate.situations import TERMS, small_law
from tests.inventory.situations import DAY, HOUR, NINE

LAW = small_law(on=NINE.date())
NOW = NINE + HOUR


def met(row: str, *, at: datetime = NINE - DAY) -> Recorded:
    found = LAW.row(row)
    assert found is not None
    return Recorded(
        row=row,
        version="a",
        context="c",
        finding=Finding.MET,
        rests_on=("evidence/1",),
        needs=(),
        law=found.law,
        at=at,
        until=None,
        entry=1,
    )


def cannot_say(row: str) -> Recorded:
    return replace(met(row), finding=Finding.CANNOT_SAY, rests_on=())


def not_met(row: str) -> Recorded:
    return replace(met(row), finding=Finding.NOT_MET)


def a_waiver(row: str = "P2.5b", *, by: str = "bo", at: datetime = NINE - DAY) -> Waived:
    return Waived(
        row=row,
        version="a",
        context="c",
        reason="The sample is too small until May.",
        by=by,
        at=at,
        until=at + 90 * DAY,
    )


APPROVAL = Approved(
    ref=1,
    version="a",
    context="c",
    by="ann",
    at=NINE,
    until=NINE + 180 * DAY,
    conditions=(),
    pilot=None,
)
OPEN = Facts(
    agency="north",
    use="north.benefit-check",
    law=LAW,
    owners=frozenset({"owner"}),
    contexts=(ContextSince(digest="c", bought=False, at=NINE - 9 * DAY),),
    running=(Since(value="a", at=NINE - 8 * DAY),),
    stages=(Since(value="deploy", at=NINE - 7 * DAY),),
    verdicts=(met("P1c"), met("P2.5b"), met("P2.4c")),
    waivers=(),
    approvals=(APPROVAL,),
    ended=(),
    holds=(),
    observed=(),
    shadowed=(),
    ledger_fits=True,
)
WITHOUT_P25B = (met("P1c"), met("P2.4c"))


def now(facts: Facts, *, version: str = "a", at: datetime = NOW) -> Permit:
    return permit(facts, version=version, at=at)


def test_a_use_with_every_row_met_and_a_live_approval_is_open() -> None:
    assert (now(OPEN).state, now(OPEN).reasons) == (PermitState.OPEN, ("permit_open",))


def test_of_verdicts_told_at_one_moment_the_worst_stands_and_a_stale_one_is_no_met() -> None:
    expired = replace(met("P2.5b"), until=NINE - HOUR)
    for told in ((met("P2.5b"), expired), (expired, met("P2.5b"))):
        both = replace(OPEN, verdicts=(*WITHOUT_P25B, *told))
        assert now(both).reasons == ("cannot_say:P2.5b",)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"verdicts": WITHOUT_P25B}, "cannot_say:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, cannot_say("P2.5b"))}, "cannot_say:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, not_met("P2.5b"))}, "not_met:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, replace(met("P2.5b"), version="b"))}, "cannot_say:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, replace(met("P2.5b"), context="d"))}, "cannot_say:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, replace(met("P2.5b"), law="old"))}, "cannot_say:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, replace(met("P2.5b"), rests_on=()))}, "cannot_say:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, replace(met("P2.5b"), until=NOW))}, "cannot_say:P2.5b"),
        ({"verdicts": (*WITHOUT_P25B, met("P2.5b", at=NOW - 366 * DAY))}, "cannot_say:P2.5b"),
        ({"approvals": ()}, "no_live_approval"),
        ({"approvals": (replace(APPROVAL, by="owner"),)}, "no_live_approval"),
        ({"approvals": (replace(APPROVAL, version="b"),)}, "no_live_approval"),
        ({"approvals": (replace(APPROVAL, context="d"),)}, "no_live_approval"),
        ({"approvals": (replace(APPROVAL, until=NOW),)}, "no_live_approval"),
        ({"approvals": (replace(APPROVAL, until=NINE + 366 * DAY),)}, "no_live_approval"),
        ({"ended": (NINE + HOUR / 2,)}, "no_live_approval"),
        ({"ended": (NINE,)}, "no_live_approval"),
        ({"stages": (Since(value="develop", at=NINE - DAY),)}, "stage_develop"),
        ({"stages": ()}, "no_stage"),
        ({"running": ()}, "version_not_running"),
        ({"running": (Since(value="b", at=NINE - DAY),)}, "version_not_running"),
        ({"ledger_fits": False}, "ledger_does_not_fit"),
        ({"contexts": ()}, "no_live_approval"),
    ],
)
def test_each_of_these_alone_leaves_it_to_people(change: dict[str, object], reason: str) -> None:
    found = now(replace(OPEN, **change))  # type: ignore[arg-type]  # by the names of the fields
    assert (found.state, found.reasons[0]) == (PermitState.PEOPLE_ONLY, reason)


def test_the_rows_for_something_else_or_for_what_is_bought_do_not_hold_the_gate() -> None:
    by_row = {row.id: row for row in now(OPEN).rows}
    assert {row for row, state in by_row.items() if state.blocks} == {"P1c", "P2.5b", "P2.4c"}
    bought = replace(OPEN, contexts=(ContextSince(digest="c", bought=True, at=NINE - DAY),))
    assert now(bought).reasons == ("cannot_say:P7.2a",)


def test_a_row_that_is_not_built_keeps_it_closed_whatever_was_recorded_or_waived() -> None:
    rows = tuple(
        replace(row, served_by=None if row.id == "P2.5b" else row.served_by) for row in LAW.rows
    )
    unbuilt = replace(OPEN, law=replace(LAW, rows=rows), waivers=(a_waiver(),))
    found = now(unbuilt)
    assert (found.state, found.reasons) == (PermitState.PEOPLE_ONLY, ("not_built:P2.5b",))
    state = next(row for row in found.rows if row.id == "P2.5b")
    assert (state.finding, state.not_built, state.waived) == (Finding.CANNOT_SAY, True, False)


def test_a_waiver_covers_what_cannot_be_said_and_leaves_the_verdict_as_it_is() -> None:
    waived = replace(OPEN, verdicts=WITHOUT_P25B, waivers=(a_waiver(),))
    found = now(waived)
    state = next(row for row in found.rows if row.id == "P2.5b")
    assert (found.state, state.finding, state.waived) == (
        PermitState.OPEN,
        Finding.CANNOT_SAY,
        True,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"verdicts": (*WITHOUT_P25B, not_met("P2.5b"))},
        {"waivers": (replace(a_waiver(), by="owner"),)},
        {"waivers": (replace(a_waiver(), version="b"),)},
        {"waivers": (replace(a_waiver(), context="d"),)},
        {"waivers": (replace(a_waiver(), until=NINE + 180 * DAY),)},
        {"waivers": (replace(a_waiver(), until=NOW),)},
        {"waivers": (replace(a_waiver(), reason=" "),)},
        {
            "waivers": (
                replace(a_waiver(at=NINE - 80 * DAY), until=NINE),
                a_waiver(by="bo", at=NINE),
            )
        },
    ],
    ids=[
        *("not met", "the owner's", "another version", "another context", "181 days"),
        *("ended", "no reason", "renewed by the same official"),
    ],
)
def test_no_waiver_covers_this(change: dict[str, object]) -> None:
    waived = replace(OPEN, verdicts=WITHOUT_P25B, waivers=(a_waiver(),))
    assert now(waived).is_open
    assert not now(replace(waived, **change)).is_open  # type: ignore[arg-type]  # by name


def test_a_waiver_is_renewed_once_and_by_another_official() -> None:
    first = replace(a_waiver(at=NINE - 160 * DAY), until=NINE - 70 * DAY)
    second = replace(a_waiver(by="cy", at=NINE - 70 * DAY), until=NINE + 20 * DAY)
    third = a_waiver(by="dee", at=NINE + 20 * DAY)
    waived = replace(OPEN, verdicts=WITHOUT_P25B, waivers=(first, second, third))
    assert now(waived).is_open
    assert not now(waived, at=NINE + 21 * DAY).is_open


def test_no_waiver_covers_a_row_that_takes_none() -> None:
    bare = replace(OPEN, verdicts=(met("P2.5b"), met("P2.4c")), waivers=(a_waiver("P1c"),))
    assert now(bare).reasons == ("cannot_say:P1c",)


def test_what_was_not_met_does_not_melt_into_something_that_can_be_waived() -> None:
    old = replace(not_met("P2.5b"), at=NOW - 500 * DAY, until=NOW - 400 * DAY, law="old")
    facts = replace(OPEN, verdicts=(*WITHOUT_P25B, old), waivers=(a_waiver(),))
    assert now(facts).reasons == ("not_met:P2.5b",)


def test_a_pilot_is_open_without_the_row_for_a_wider_release() -> None:
    rows = (met("P1c"), met("P2.5b"))
    pilot = replace(OPEN, verdicts=rows, approvals=(replace(APPROVAL, pilot=TERMS),))
    assert now(pilot).state is PermitState.PILOT
    assert now(replace(OPEN, verdicts=rows)).reasons == ("cannot_say:P2.4c",)


@pytest.mark.parametrize("level", [Level.PEOPLE_ONLY, Level.STOPPED])
def test_after_a_stop_it_opens_only_on_an_approval_given_later(level: Level) -> None:
    stopped = replace(OPEN, holds=(UseHold(level=level, at=NOW, lifted_at=None),))
    assert now(stopped, at=NOW + HOUR).state == level.value
    lifted = replace(OPEN, holds=(UseHold(level=level, at=NOW, lifted_at=NOW + HOUR),))
    assert now(lifted, at=NOW + HOUR).reasons == ("no_live_approval",)
    again = replace(APPROVAL, at=NOW + HOUR / 2)
    restarted = replace(lifted, approvals=(APPROVAL, again))
    assert now(restarted, at=NOW + HOUR).is_open
    assert not now(restarted, at=NOW + HOUR - timedelta(seconds=1)).is_open


def test_a_pause_holds_effects_and_leaves_the_permit_open() -> None:
    paused = replace(OPEN, holds=(UseHold(level=Level.PAUSE, at=NOW, lifted_at=None),))
    assert (now(paused).is_open, now(paused).paused, now(OPEN).paused) == (True, True, False)


def test_a_change_of_version_or_context_voids_the_approval_for_good() -> None:
    there = Since(value="b", at=NINE + HOUR / 4)
    back = Since(value="a", at=NINE + HOUR / 2)
    assert now(replace(OPEN, running=(*OPEN.running, there, back))).reasons == ("no_live_approval",)
    moved = ContextSince(digest="d", bought=False, at=NINE + HOUR / 4)
    returned = ContextSince(digest="c", bought=False, at=NINE + HOUR / 2)
    assert not now(replace(OPEN, contexts=(*OPEN.contexts, moved, returned))).is_open


def test_a_version_approved_before_it_runs_is_open_once_it_runs() -> None:
    waiting = replace(OPEN, running=(Since(value="b", at=NINE - DAY),))
    started = replace(waiting, running=(*waiting.running, Since(value="a", at=NINE + HOUR / 2)))
    assert (now(waiting).is_open, now(started).is_open) == (False, True)


OBSERVED = Observed(
    version="a",
    context="c",
    by="ann",
    running_since=NINE - 100 * DAY,
    enrolled_at=NINE - 10 * DAY,
    at=NINE - 5 * DAY,
    until=NINE + 80 * DAY,
)
UNAPPROVED = replace(OPEN, approvals=(), observed=(OBSERVED,))


def test_what_ran_before_it_was_enrolled_is_observed_for_90_days_from_then() -> None:
    assert now(UNAPPROVED).state is PermitState.OBSERVE
    assert not now(UNAPPROVED).is_open
    last = NINE + 80 * DAY - timedelta(seconds=1)
    assert now(UNAPPROVED, at=last).state is PermitState.OBSERVE
    assert now(UNAPPROVED, at=NINE + 80 * DAY).state is PermitState.PEOPLE_ONLY


@pytest.mark.parametrize(
    "change",
    [
        {"until": NINE + 81 * DAY},
        {"running_since": NINE - 10 * DAY},
        {"by": "owner"},
        {"version": "b"},
        {"context": "d"},
    ],
    ids=["91 days", "not running before", "by the owner", "another version", "another context"],
)
def test_this_is_not_observed(change: dict[str, object]) -> None:
    other = replace(OBSERVED, **change)  # type: ignore[arg-type]  # by the names of the fields
    assert now(replace(UNAPPROVED, observed=(other,))).state is PermitState.PEOPLE_ONLY


def test_a_stop_works_from_the_first_minute_of_observing_and_ends_it() -> None:
    stop = UseHold(level=Level.STOPPED, at=OBSERVED.at + timedelta(minutes=1), lifted_at=NINE - DAY)
    stopped = replace(UNAPPROVED, holds=(stop,))
    assert now(stopped, at=stop.at).state is PermitState.STOPPED
    assert now(stopped).state is PermitState.PEOPLE_ONLY


def test_a_shadow_run_has_no_effect_even_where_the_permit_would_be_open() -> None:
    run = Shadowed(version="a", by="ann", at=NINE, until=NINE + DAY)
    assert now(replace(OPEN, shadowed=(run,))).state is PermitState.SHADOW
    assert now(replace(OPEN, shadowed=(replace(run, by="owner"),))).is_open
    assert now(replace(OPEN, shadowed=(run,)), at=NINE + DAY).is_open


def test_a_shadow_run_goes_on_only_where_it_was_started_after_the_cases_went_to_people() -> None:
    run = Shadowed(version="a", by="ann", at=NINE, until=NINE + DAY)
    hour = timedelta(hours=1)
    for hold_at, state in (
        (NINE - hour, PermitState.SHADOW),
        (NINE, PermitState.PEOPLE_ONLY),
        (NINE + hour, PermitState.PEOPLE_ONLY),
    ):
        hold = UseHold(level=Level.PEOPLE_ONLY, at=hold_at, lifted_at=None)
        held = replace(OPEN, shadowed=(run,), holds=(hold,))
        assert now(held, at=NINE + 2 * hour).state is state
    stop = UseHold(level=Level.STOPPED, at=NINE - hour, lifted_at=None)
    stopped = replace(OPEN, shadowed=(run,), holds=(stop,))
    assert now(stopped, at=NINE + hour).state is PermitState.STOPPED


def test_a_retired_use_is_stopped() -> None:
    retired = replace(OPEN, stages=(*OPEN.stages, Since(value="decommission", at=NOW)))
    assert (now(retired).state, now(retired).reasons) == (
        PermitState.STOPPED,
        ("decommissioned",),
    )
