"""Caps: no more people proceed than the lease allots, and what is left is handed back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from answerable.client import Course
from answerable.client.held import Held
from answerable.record.leases import OptOutList, State
from tests.client.situations import (
    SALT,
    FakeGateway,
    HandClock,
    a_client,
    a_lease,
    eventually,
)

NOBODY = OptOutList.of([], salt=SALT)


def held(**changed: object) -> Held:
    return Held(a_lease(**changed), since=0, opt_outs=NOBODY, instead=None)


def test_so_many_proceed_as_are_allotted_whoever_asks() -> None:
    lease = held(cap=500)
    with ThreadPoolExecutor(8) as pool:
        courses = list(pool.map(lambda n: lease.answer(f"p-{n}", now=1).course, range(800)))
    assert 500 == courses.count(Course.PROCEED)
    assert 300 == courses.count(Course.PEOPLE_ONLY)


def test_a_cap_of_nothing_lets_nobody_proceed() -> None:
    lease = held(cap=0)
    assert "cap_spent" == lease.answer("p-1", now=1).reason
    assert not lease.spent


def test_who_opted_out_costs_nothing_of_the_cap() -> None:
    listed = OptOutList.of(["p-1"], salt=SALT)
    lease = Held(a_lease(cap=1), since=0, opt_outs=listed, instead=None)
    assert "opted_out" == lease.answer("p-1", now=1).reason
    assert Course.PROCEED is lease.answer("p-2", now=1).course
    assert "cap_spent" == lease.answer("p-2", now=1).reason
    assert lease.spent


def test_shadow_has_no_effect_and_no_cap() -> None:
    lease = held(cap=0, state=State.SHADOW)
    assert Course.PROCEED_WITHOUT_EFFECT is lease.answer("p-1", now=1).course


def test_what_was_handed_back_is_not_used_again() -> None:
    lease = held(cap=3)
    lease.answer("p-1", now=1)
    assert 2 == lease.hand_back()
    assert "cap_returned" == lease.answer("p-1", now=1).reason
    assert held(cap=None).hand_back() is None


def test_the_rest_is_handed_back_with_the_next_request(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    gateway.behaviour.lease = {"cap": 5}
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        assert [Course.PROCEED] * 2 == [client.ask("p").course for _ in range(2)]
        clock.forward(40)
        assert eventually(lambda: 2 == len(gateway.asked))
        assert [{"lease": "lease-1", "unused": 3}] == gateway.asked[1]["returned"]


def test_the_rest_is_handed_back_on_closing(gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.behaviour.lease = {"cap": 5}
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        client.ask("p")
    (returned,) = gateway.given_back
    assert [{"lease": "lease-1", "unused": 4}] == returned["returned"]


def test_an_uncapped_lease_hands_nothing_back(gateway: FakeGateway, tmp_path: Path) -> None:
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
    assert [] == gateway.given_back


def test_a_spent_cap_asks_for_more_at_once(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    gateway.behaviour.lease = {"cap": 1}
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        client.ask("p")
        assert "cap_spent" == client.ask("p").reason
        clock.forward(1)
        assert eventually(lambda: Course.PROCEED is client.ask("p").course)
        assert {"lease": "lease-1", "unused": 0} == gateway.asked[1]["returned"][0]


def test_what_a_lost_answer_may_have_handed_back_is_not_spent_again(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    gateway.behaviour.lease = {"cap": 5}
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        gateway.behaviour.hang_up = True
        clock.forward(40)
        assert eventually(lambda: "cap_returned" == client.ask("p").reason)
        gateway.behaviour.hang_up = False
        clock.forward(2)
        assert eventually(lambda: Course.PROCEED is client.ask("p").course)
        returned = [one for asked in gateway.asked[1:] for one in asked["returned"]]
        assert {"lease": "lease-1"}.items() <= returned[0].items()
        assert 1 == len({one["unused"] for one in returned if "lease-1" == one["lease"]})


def test_what_the_gateway_never_heard_of_is_kept(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    gateway.behaviour.lease = {"cap": 5}
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        gateway.shutdown()
        gateway.server_close()
        clock.forward(40)
        assert eventually(lambda: bool(client.state().lease_problem))
        assert eventually(lambda: Course.PROCEED is client.ask("p").course)
