"""A record is judged by what a lease may have said when it occurred, not by when it arrives."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from answerable.intake.bodies import microseconds
from answerable.intake.marks import CLOCK_US, Judge, Mark
from answerable.intake.wire import Decision, Effect
from answerable.record.leases import State, opt_out_mark
from tests.gateway.sent import USE, VERSION, a_decision
from tests.gateway.situations import LONG_AGO, AnOptOut, AState, AUse

OTHER = "cd" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
CLOCK = timedelta(microseconds=CLOCK_US)


def judged(
    use: AUse | None, *, at: datetime = NOON, agency: str = "north", **changes: Any
) -> tuple[Mark, ...]:
    sent = a_decision(1, occurred_at=at.isoformat(), **changes)
    record = msgspec.convert(sent, Decision, strict=False)
    judge = Judge({} if use is None else {USE: use})
    return judge.marks(record, agency=agency, at_us=microseconds(record.occurred_at))


def a_use(*states: tuple[datetime, State, str], **changes: object) -> AUse:
    listed = tuple(AState(at=at, state=state, version=version) for at, state, version in states)
    return replace(AUse(), states=listed, **changes)  # type: ignore[arg-type]


STOPPED_AT_NOON = a_use((LONG_AGO, State.OPEN, VERSION), (NOON, State.STOPPED, VERSION))


def test_a_decision_of_an_open_use_has_no_mark() -> None:
    assert () == judged(AUse())


def test_an_unknown_use_and_another_agencys_are_alike() -> None:
    assert (Mark.UNKNOWN_USE,) == judged(None) == judged(AUse(), agency="south")


@pytest.mark.parametrize(
    ("after", "marks"),
    [
        (-SECOND, ()),
        (60 * SECOND, ()),
        (60 * SECOND + CLOCK - SECOND, ()),
        (60 * SECOND + CLOCK, (Mark.CLOSED_USE,)),
    ],
)
def test_a_lease_given_before_a_stop_holds_for_its_seconds_and_the_clocks_difference(
    after: timedelta, marks: tuple[Mark, ...]
) -> None:
    assert marks == judged(STOPPED_AT_NOON, at=NOON + after)


@pytest.mark.parametrize("state", [State.PEOPLE_ONLY, State.STOPPED])
def test_a_use_that_was_closed_and_is_open_now_marks_what_occurred_before(state: State) -> None:
    use = a_use((LONG_AGO, state, VERSION), (NOON, State.OPEN, VERSION))
    assert (Mark.CLOSED_USE,) == judged(use, at=NOON - CLOCK - SECOND)
    assert () == judged(use, at=NOON)


def test_another_version_than_the_open_one_is_wrong() -> None:
    assert (Mark.WRONG_VERSION,) == judged(AUse(), version=OTHER)


def test_each_version_has_its_own_states() -> None:
    use = a_use(
        (LONG_AGO, State.OPEN, VERSION),
        (NOON, State.OPEN, OTHER),
        (NOON, State.PEOPLE_ONLY, VERSION),
    )
    later = NOON + HOUR
    assert () == judged(use, at=later, version=OTHER)
    assert (Mark.WRONG_VERSION,) == judged(use, at=later)
    assert () == judged(use, at=NOON + SECOND)


def test_a_shadow_run_that_says_it_had_an_effect_is_marked() -> None:
    use = a_use((LONG_AGO, State.SHADOW, VERSION))
    assert (Mark.SHADOW_EFFECT,) == judged(use)
    assert () == judged(use, shadow=True)


def test_an_effect_in_a_shadow_run_is_marked() -> None:
    sent = {
        "source": "desk-1",
        "id": "e-1",
        "use": USE,
        "occurred_at": NOON,
        "decision": {"source": "desk-1", "id": "d-1"},
        "effect": "paid",
        "carried_out_at": NOON,
    }
    effect = msgspec.convert(sent, Effect)
    for state, marks in ((State.SHADOW, (Mark.SHADOW_EFFECT,)), (State.OPEN, ())):
        judge = Judge({USE: a_use((LONG_AGO, state, VERSION))})
        assert marks == judge.marks(effect, agency="north", at_us=microseconds(NOON))


@pytest.mark.parametrize(
    ("stage", "marks"),
    [("deploy", ()), ("use", ()), ("develop", (Mark.WRONG_STAGE,))],
)
def test_a_system_decides_only_in_a_live_stage(stage: str, marks: tuple[Mark, ...]) -> None:
    assert marks == judged(replace(AUse(), stages=((LONG_AGO, stage),)))
    assert (Mark.WRONG_STAGE,) == judged(replace(AUse(), stages=()))


def test_a_decommissioned_system_is_marked_after_the_change_and_not_before() -> None:
    use = replace(AUse(), stages=((LONG_AGO, "use"), (NOON, "decommission")))
    assert () == judged(use, at=NOON - SECOND)
    assert (Mark.WRONG_STAGE,) == judged(use, at=NOON + 3 * CLOCK)


def test_somebody_who_opted_out_is_marked_from_then_on() -> None:
    salt = b"s" * 32
    out = {opt_out_mark("person-1", salt=salt): (AnOptOut(since=NOON),)}
    use = replace(AUse(), salt=salt, opt_outs=out)
    assert (Mark.OPTED_OUT,) == judged(use, at=NOON)
    assert () == judged(use, at=NOON - SECOND)
    assert () == judged(use, at=NOON, person="person-2")


def test_somebody_who_came_back_is_marked_for_the_time_in_between() -> None:
    salt = b"s" * 32
    told = (
        AnOptOut(since=NOON, until=NOON + HOUR),
        AnOptOut(since=NOON + 2 * HOUR, until=NOON + 3 * HOUR),
    )
    use = replace(AUse(), salt=salt, opt_outs={opt_out_mark("person-1", salt=salt): told})
    found = [judged(use, at=NOON + hours * HOUR / 2) for hours in range(-1, 7)]
    out, back = (Mark.OPTED_OUT,), ()
    assert [back, out, out, back, back, out, out, back] == found


@pytest.mark.parametrize(
    ("after", "marks"),
    [
        (-SECOND - CLOCK, (Mark.STATE_UNKNOWN,)),
        # A lease of the time that is not told may still say so.
        (60 * SECOND, (Mark.STATE_UNKNOWN,)),
        (60 * SECOND + CLOCK, (Mark.CLOSED_USE,)),
    ],
)
def test_a_state_that_is_not_told_is_unknown_and_not_closed(
    after: timedelta, marks: tuple[Mark, ...]
) -> None:
    use = a_use((NOON, State.PEOPLE_ONLY, VERSION), told_since=NOON)
    assert marks == judged(use, at=NOON + after)
    assert (Mark.CLOSED_USE,) == judged(replace(use, told_since=LONG_AGO), at=NOON + after)


def test_what_is_told_to_have_been_open_has_no_mark_however_little_is_told() -> None:
    use = a_use((NOON, State.OPEN, VERSION), told_since=NOON)
    assert () == judged(use, at=NOON)
    assert (Mark.STATE_UNKNOWN,) == judged(use, at=NOON, version=OTHER)
    assert (Mark.WRONG_VERSION,) == judged(use, at=NOON + HOUR, version=OTHER)
    assert (Mark.STATE_UNKNOWN,) == judged(use, at=NOON - HOUR)
    assert (Mark.STATE_UNKNOWN, Mark.NO_REASONS) == judged(use, at=NOON - HOUR, outcome="refused")


@pytest.mark.parametrize(
    ("changes", "marks"),
    [
        ({"outcome": "refused"}, (Mark.NO_REASONS,)),
        ({"outcome": "refused", "reasons": ["income-missing"]}, ()),
        ({"outcome": "refused", "reasons": ["looks"]}, (Mark.UNKNOWN_REASON,)),
        ({"outcome": "maybe"}, (Mark.UNKNOWN_OUTCOME,)),
    ],
)
def test_outcomes_and_reasons_come_from_the_catalogue(
    changes: dict[str, Any], marks: tuple[Mark, ...]
) -> None:
    assert marks == judged(AUse(), **changes)


def test_what_was_said_of_one_decision_is_said_of_its_likes() -> None:
    judge = Judge({USE: AUse()})
    record = msgspec.convert(a_decision(1, outcome="refused"), Decision, strict=False)
    for _ in range(2):
        found = judge.marks(record, agency="north", at_us=microseconds(NOON))
        assert (Mark.NO_REASONS,) == found
