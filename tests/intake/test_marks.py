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
from tests.gateway.situations import LONG_AGO, AState, AUse

OTHER = "cd" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
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
    later = NOON + timedelta(hours=1)
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
    out = {opt_out_mark("person-1", salt=salt): NOON}
    use = replace(AUse(), salt=salt, opt_outs=out)
    assert (Mark.OPTED_OUT,) == judged(use, at=NOON)
    assert () == judged(use, at=NOON - SECOND)
    assert () == judged(use, at=NOON, person="person-2")


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
