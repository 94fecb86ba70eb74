"""What the gateway knows of every use: the states as they were, and what arrival checks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from answerable.gate.holds import stop
from answerable.gate.leases import lease_for
from answerable.gate.optouts import opt_out_list, place_opt_out, withdraw_opt_out
from answerable.gate.snapshot import OptedOut, Snapshot, StateFrom, UseFacts, facts_of_uses
from answerable.inventory import actions
from answerable.record.leases import State
from tests.gate.situations import a_pilot, an_open_use, small_law
from tests.inventory.situations import (
    CASEWORKER,
    CONTEXT,
    DAY,
    HOUR,
    MINUTE,
    NINE,
    OPERATOR,
    OWNER,
    USE,
    VERSION_A,
    a_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + 3 * HOUR


def taken(*, before: Snapshot | None = None, days: int = 0, fits: bool = True) -> Snapshot:
    return facts_of_uses(at=NOW + days * DAY, ledger_fits=fits, before=before, law=small_law)


def the_use(snapshot: Snapshot) -> UseFacts:
    return snapshot.uses[USE]


def told(use: UseFacts) -> list[tuple[State, float]]:
    """The states, with the hours after nine at which each began."""
    return [(one.state, (one.at - NINE) / HOUR) for one in use.states]


def test_the_states_are_told_with_the_moment_at_which_each_began() -> None:
    an_open_use()
    stop(use=USE, ground="breaker", by=OPERATOR, at=NINE + 2.5 * HOUR, law=small_law)
    assert told(the_use(taken())) == [
        (State.PEOPLE_ONLY, 0.0),
        (State.OPEN, 2.0),
        (State.STOPPED, 2.5),
    ]


def test_an_approval_that_runs_out_ends_the_state_at_its_moment() -> None:
    an_open_use()
    late = the_use(taken(days=200))
    assert late.states[0] == StateFrom(at=NOW + 170 * DAY, state=State.OPEN, version=VERSION_A)
    assert told(late)[-1] == (State.PEOPLE_ONLY, 182 * 24 + 2.0)


def test_the_catalogue_and_the_stages_are_those_of_the_use() -> None:
    an_open_use()
    found = the_use(taken())
    assert (found.agency, found.kind, found.cap) == ("north", "decides", None)
    assert found.outcomes == {"paid", "checked", "refused"}
    assert found.adverse == {"refused"}
    assert (set(found.reasons), set(found.attributes)) == ({"income_missing"}, {"sex"})
    assert [stage for _, stage in found.stages] == ["design", "develop", "deploy"]
    assert found.lease_seconds == 900


def test_what_people_opted_out_of_and_what_is_left_of_a_cap_is_always_new() -> None:
    use = a_pilot(cap=40)
    first = taken()
    place_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW)
    lease_for(
        agency="north",
        use=USE,
        version=VERSION_A,
        nonce="0123456789abcdef",
        checkpoint="0:" + "00" * 32,
        at=NOW,
        ledger_fits=True,
        wanted=10,
        law=small_law,
    )
    second = the_use(taken(before=first))
    assert (the_use(first).cap, second.cap) == (40, 30)
    assert the_use(first).opt_outs == {}
    (mark,) = opt_out_list(use).marks
    assert second.opt_outs == {mark: (OptedOut(NOW, None),)}
    assert second.salt == opt_out_list(use).salt


def test_who_came_back_is_told_for_as_long_as_states_are() -> None:
    an_open_use()
    for hours in (0, 2):
        place_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW + hours * HOUR)
        until = NOW + (hours + 1) * HOUR
        withdraw_opt_out(use=USE, person="person-1", by=CASEWORKER, at=until)
    first, second = (OptedOut(NOW + n * HOUR, NOW + (n + 1) * HOUR) for n in (0, 2))
    ((told,),) = (the_use(taken(days=1)).opt_outs.values(),)
    assert told == (first, second)
    assert the_use(taken(days=31)).opt_outs == {}


def test_a_use_says_since_when_its_states_are_told() -> None:
    an_open_use()
    fresh, later = the_use(taken()), the_use(taken(days=40))
    # Before it was enrolled it was closed to everyone: nothing is left untold.
    assert fresh.told_since == datetime.min.replace(tzinfo=UTC)
    assert later.told_since == NOW + 10 * DAY == later.states[0].at
    again = the_use(taken(before=taken(days=40), days=41))
    assert again.told_since == NOW + 11 * DAY


def test_a_snapshot_after_another_says_the_same_as_one_from_nothing() -> None:
    an_open_use()
    before = taken()
    for days in (1, 30, 181, 183, 400):
        assert the_last(taken(before=before, days=days)) == the_last(taken(days=days))
    stop(use=USE, ground="breaker", by=OPERATOR, at=NOW, law=small_law)
    actions.change_context(use=USE, context=replace(CONTEXT, adverse=()), by=OWNER, at=NOW + MINUTE)
    later = taken(before=before, days=1)
    assert the_use(later) == the_use(taken(days=1))
    assert the_last(taken(before=later, days=1, fits=False)) is State.STOPPED


def the_last(snapshot: Snapshot) -> State:
    # How far back the older states reach depends on when they were first computed.
    return the_use(snapshot).states[-1].state


def test_while_nothing_is_told_only_what_is_left_of_a_cap_is_read_again(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    an_open_use()
    first = taken()
    with django_assert_num_queries(1):
        second = taken(before=first)
    assert second == first
    stop(use=USE, ground="breaker", by=OPERATOR, at=NOW, law=small_law)
    assert the_last(taken(before=second)) is State.STOPPED


def test_a_ledger_that_does_not_fit_leaves_every_use_to_people() -> None:
    an_open_use()
    assert the_use(taken()).states[-1].state is State.OPEN
    assert the_use(taken(fits=False)).states[-1].state is State.PEOPLE_ONLY


def test_a_use_that_was_only_enrolled_has_no_state_to_tell() -> None:
    a_use()
    assert the_use(taken()).states == ()
