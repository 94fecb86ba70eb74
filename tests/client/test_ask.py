"""Asking: who proceeds, and every way in which a person is left to people."""

import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.client import Client, Course, Decision, NotRecorded, Version
from answerable.client.client import ClientMisconfigured
from answerable.client.gateway import GatewayAddressMalformed, TokenMalformed
from answerable.client.held import marker
from answerable.record.digests import sha256_of_bytes
from answerable.record.leases import OptOutList, State, opt_out_mark
from tests.client.situations import (
    FORGER,
    LEASES,
    SALT,
    FakeGateway,
    HandClock,
    a_client,
    eventually,
)


def reason_after(client: Client, reason: str, *, person: str = "person-1") -> bool:
    """Wait until the client leaves a person to people, for this reason."""

    def answers() -> bool:
        answer = client.ask(person)
        return (Course.PEOPLE_ONLY, reason) == (answer.course, answer.reason)

    return eventually(answers)


# -- under a lease -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "course"),
    [
        (State.OPEN, Course.PROCEED),
        (State.OBSERVE, Course.PROCEED),
        (State.SHADOW, Course.PROCEED_WITHOUT_EFFECT),
        (State.PEOPLE_ONLY, Course.PEOPLE_ONLY),
        (State.STOPPED, Course.STOPPED),
    ],
)
def test_the_state_of_the_lease_is_the_course(
    gateway: FakeGateway, tmp_path: Path, state: State, course: Course
) -> None:
    gateway.behaviour.lease = {"state": state, "reason": "because"}
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        answer = client.ask("person-1")
    assert (course, "because", "lease-1") == (answer.course, answer.reason, answer.lease)
    assert answer.sentence


def test_who_opted_out_is_left_to_people_and_nobody_else(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.behaviour.listed = OptOutList.of(["person-1"], salt=SALT)
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        assert "opted_out" == client.ask("person-1").reason
        assert Course.PEOPLE_ONLY is client.ask("person-1").course
        assert Course.PROCEED is client.ask("person-2").course


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.binary(min_size=32, max_size=32))
def test_the_quick_mark_is_the_published_one(person: str, salt: bytes) -> None:
    assert opt_out_mark(person, salt=salt) == marker(salt)(person)


def test_an_opt_out_reaches_the_client_with_the_next_lease(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        assert Course.PROCEED is client.ask("person-1").course
        gateway.behaviour.listed = OptOutList.of(["person-1"], salt=SALT)
        clock.forward(40)
        assert reason_after(client, "opted_out")
        assert Course.PROCEED is client.ask("person-2").course


def test_a_stop_reaches_the_client_with_the_next_lease(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        gateway.behaviour.lease = {"state": State.STOPPED, "reason": "stopped_by_reviewer"}
        clock.forward(40)
        assert eventually(lambda: Course.STOPPED is client.ask("person-1").course)


def test_a_lease_in_force_is_renewed_before_it_runs_out(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        for _ in range(4):
            before = client.ask("person-1")
            assert Course.PROCEED is before.course
            clock.forward(34)
            assert Course.PROCEED is client.ask("person-1").course
            assert eventually(lambda before=before: before.lease != client.ask("p").lease)  # type: ignore[misc]
    nonces = {asked["nonce"] for asked in gateway.asked}
    assert len(nonces) == len(gateway.asked)


# -- left to people ------------------------------------------------------------------


def test_before_a_lease_has_come_people_decide(gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.behaviour.hang = threading.Event()
    with a_client(gateway, tmp_path) as client:
        assert "no_lease" == client.ask("person-1").reason
        assert Course.PEOPLE_ONLY is client.ask("person-1").course
        gateway.behaviour.hang.set()


def test_a_lease_runs_out_counted_from_the_moment_it_was_asked_for(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        gateway.behaviour.lease_status = 503
        clock.forward(59)
        assert Course.PROCEED is client.ask("person-1").course
        clock.forward(1)
        assert "lease_expired" == client.ask("person-1").reason


def test_a_slow_gateway_uses_up_the_lease_it_gives(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    given = gateway.lease

    def slow(asked: dict[str, Any]) -> bytes:
        clock.forward(61)
        return given(asked)

    gateway.lease = slow  # type: ignore[method-assign]  # the test's own gateway
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        assert "lease_expired" == client.ask("person-1").reason


@pytest.mark.parametrize("dead", ["hang_up", "500", "503", "404"])
def test_when_the_gateway_dies_people_decide_after_at_most_a_lease(
    gateway: FakeGateway, tmp_path: Path, dead: str
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        if dead == "hang_up":
            gateway.behaviour.hang_up = True
        else:
            gateway.behaviour.lease_status = int(dead)
        clock.forward(40)
        assert Course.PROCEED is client.ask("person-1").course
        assert eventually(lambda: bool(client.state().lease_problem))
        clock.forward(20)
        assert Course.PEOPLE_ONLY is client.ask("person-1").course


def test_a_gateway_that_was_never_there_leaves_everybody_to_people(tmp_path: Path) -> None:
    with a_client("http://127.0.0.1:9", tmp_path) as client:
        assert eventually(lambda: "did not answer" in client.state().lease_problem)
        assert "no_lease" == client.ask("person-1").reason


@pytest.mark.parametrize(
    ("lease", "key", "reason"),
    [
        ({}, FORGER, "lease_not_signed"),
        ({"version": "ab" * 32}, None, "lease_for_another_version"),
        ({"use": "north.other"}, None, "lease_for_another_use"),
        ({"nonce": "an-earlier-request"}, None, "lease_for_another_request"),
    ],
)
def test_a_lease_that_is_not_ours_ends_the_one_in_hand(
    gateway: FakeGateway, tmp_path: Path, lease: dict[str, Any], key: object, reason: str
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        assert Course.PROCEED is client.ask("person-1").course
        gateway.behaviour.lease = lease
        gateway.behaviour.key = key or gateway.behaviour.key
        clock.forward(40)
        assert reason_after(client, reason)
        gateway.behaviour.lease = {}
        gateway.behaviour.key = LEASES
        clock.forward(31)
        assert eventually(lambda: Course.PROCEED is client.ask("person-1").course)


def test_what_is_no_lease_at_all_leaves_everybody_to_people(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.behaviour.lease_body = b"<html>Sign in to the network</html>"
    with a_client(gateway, tmp_path) as client:
        assert reason_after(client, "lease_malformed")


def test_a_lease_played_again_is_refused(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        gateway.behaviour.lease_body = gateway.lease(gateway.asked[0])
        clock.forward(40)
        assert reason_after(client, "lease_for_another_request")


def test_a_clock_set_back_leaves_everybody_to_people(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        clock.forward(20)
        assert Course.PROCEED is client.ask("person-1").course
        clock.forward(-10)
        assert "clock_set_back" == client.ask("person-1").reason


def test_small_steps_back_do_not_make_a_lease_last(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        clock.forward(10)
        courses = []
        for _ in range(4):
            courses.append(client.ask("person-1").course)
            clock.forward(-0.4)
        assert [Course.PROCEED] * 3 == courses[:3]
        assert Course.PEOPLE_ONLY is courses[3]


@pytest.mark.parametrize("sent", [b"short", OptOutList.of(["x"], salt=SALT).to_bytes()])
def test_another_list_of_opt_outs_than_the_lease_names_is_not_relied_on(
    gateway: FakeGateway, tmp_path: Path, sent: bytes
) -> None:
    gateway.behaviour.sent_list = sent
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        answer = client.ask("person-1")
        assert Course.PEOPLE_ONLY is answer.course
        assert answer.reason in {"opt_outs_differ", "opt_outs_missing"}


def test_a_list_that_cannot_be_fetched_is_fetched_again(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    gateway.behaviour.status = 500
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        assert "opt_outs_missing" == client.ask("person-1").reason
        gateway.behaviour.status = 200
        clock.forward(2)
        assert eventually(lambda: Course.PROCEED is client.ask("person-1").course)


@pytest.mark.parametrize("person", ["", "x" * 201, None, 7, "\ud800"])
def test_a_person_who_cannot_be_named_is_left_to_people(
    gateway: FakeGateway, tmp_path: Path, person: Any
) -> None:
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        assert "person_unreadable" == client.ask(person).reason
        assert Course.PROCEED is client.ask("x" * 200).course


def test_whatever_breaks_inside_a_person_decides(gateway: FakeGateway, tmp_path: Path) -> None:
    class Broken(HandClock):
        broken = False

        def __call__(self) -> int:
            if self.broken:
                raise OSError
            return super().__call__()

    clock = Broken()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        clock.broken = True
        assert "fault" == client.ask("person-1").reason
        clock.broken = False
        assert "OSError" == client.state().fault
        assert Course.PROCEED is client.ask("person-1").course


def test_after_closing_everybody_is_left_to_people(gateway: FakeGateway, tmp_path: Path) -> None:
    client = a_client(gateway, tmp_path)
    assert client.wait_for_lease(seconds=10)
    client.close()
    client.close()
    assert "closed" == client.ask("person-1").reason
    refused = client.record(Decision(person="p", outcome="flag"))
    assert isinstance(refused, NotRecorded)
    assert "closed" == refused.reason
    assert Course.PEOPLE_ONLY is client.state().answer.course


# -- what a client cannot be made of -------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"use": "benefit-check"}, ClientMisconfigured),
        ({"lease_keys": []}, ClientMisconfigured),
        ({"spool_bytes": 10}, ClientMisconfigured),
        ({"source": "two words"}, ClientMisconfigured),
        ({"gateway": "gateway.example"}, GatewayAddressMalformed),
        ({"gateway": "ftp://gateway.example"}, GatewayAddressMalformed),
        ({"gateway": "http://gateway.example:port"}, GatewayAddressMalformed),
        ({"gateway": "http://gateway.example"}, GatewayAddressMalformed),
        ({"token": ""}, TokenMalformed),
        ({"token": "a\nb"}, TokenMalformed),
    ],
)
def test_a_mistake_of_the_program_is_refused_at_once(
    tmp_path: Path, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    gateway = changed.get("gateway", "http://127.0.0.1:9")
    others = {name: value for name, value in changed.items() if name != "gateway"}
    with pytest.raises(refusal):
        a_client(gateway, tmp_path, **others)


def test_the_lease_is_asked_for_the_version_that_was_computed(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    version = Version(files={"model": sha256_of_bytes(b"another")})
    gateway.behaviour.lease = {"version": version.digest}
    with a_client(gateway, tmp_path, version=version) as client:
        assert client.wait_for_lease(seconds=10)
        assert version.digest == gateway.asked[0]["version"]
        assert Course.PROCEED is client.ask("person-1").course
