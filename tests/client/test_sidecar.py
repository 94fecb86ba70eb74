"""The sidecar: the client's answers for other programs on this machine, and for no others."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from answerable.client import Client
from answerable.client.sidecar import LARGEST_BODY, PortTaken, Sidecar, SidecarNotLocal, serve
from tests.client.situations import FakeGateway, a_client, eventually


@contextmanager
def a_sidecar(client: Client) -> Iterator[Sidecar]:
    with Sidecar(client=client) as sidecar:
        thread = threading.Thread(target=sidecar.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield sidecar
        finally:
            sidecar.shutdown()
            thread.join()


@pytest.fixture
def sidecar(gateway: FakeGateway, tmp_path: Path) -> Iterator[Sidecar]:
    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        with a_sidecar(client) as running:
            yield running


def call(
    sidecar: Sidecar, verb: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, Any]]:
    """Say what a program in another language would get."""
    connection = HTTPConnection("127.0.0.1", sidecar.server_address[1], timeout=10)
    try:
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection.request(verb, path, body=data, headers=headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_a_program_asks_and_is_answered(sidecar: Sidecar) -> None:
    status, answer = call(sidecar, "POST", "/ask", {"person": "p-1"})
    assert (200, "proceed", "permit_open") == (status, answer["course"], answer["reason"])
    assert {"course", "reason", "sentence", "lease"} == answer.keys()


@pytest.mark.parametrize("body", [{}, {"person": 7}, {"person": ""}, {"person": None}])
def test_a_person_who_is_not_named_is_left_to_people(sidecar: Sidecar, body: object) -> None:
    status, answer = call(sidecar, "POST", "/ask", body)
    assert (200, "people_only", "person_unreadable") == (
        status,
        answer["course"],
        answer["reason"],
    )


def test_every_kind_of_record_is_recorded(sidecar: Sidecar, gateway: FakeGateway) -> None:
    about = {"source": "desk/1", "id": "d-1"}
    at = "2026-11-23T12:00:00Z"
    for number, record in enumerate(
        [
            {"kind": "decision", "person": "p-1", "outcome": "flag", "reasons": ["r-1"]},
            {"kind": "outcome", "decision": about, "label": "confirmed", "found_at": at},
            {
                "kind": "review",
                "decision": about,
                "reviewer": "s-1",
                "finding": "right",
                "seconds": 3,
                "blind": True,
            },
            {"kind": "effect", "decision": about, "effect": "cut", "carried_out_at": at},
        ],
        start=1,
    ):
        status, done = call(sidecar, "POST", "/record", record)
        assert (201, number) == (status, done["sequence"])
    assert eventually(lambda: 4 == len(gateway.stored))


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"kind": "rumour"},
        {"kind": "decision", "person": "p-1"},
        {"kind": "decision", "person": "p-1", "outcome": "free text"},
        {"kind": "decision", "person": "p-1", "outcome": "flag", "note": "x"},
        {"kind": "decision", "person": "p-1", "outcome": "flag", "occurred_at": "now"},
        {"kind": "decision", "person": "p-1", "outcome": "flag", "occurred_at": "2026-11-23"},
        {"kind": "outcome", "decision": "d-1", "label": "x", "found_at": "2026-11-23T12:00:00Z"},
    ],
)
def test_a_malformed_record_is_refused_and_not_recorded(
    sidecar: Sidecar, record: dict[str, Any]
) -> None:
    status, problem = call(sidecar, "POST", "/record", record)
    assert (400, "client.record_malformed") == (status, problem["code"])
    assert 0 == sidecar.client.state().spooled_bytes


def test_a_record_that_could_not_be_kept_is_no_success(sidecar: Sidecar) -> None:
    sidecar.client.close()
    decision = {"kind": "decision", "person": "p-1", "outcome": "flag"}
    status, problem = call(sidecar, "POST", "/record", decision)
    assert (503, "closed") == (status, problem["code"])
    assert "closed" == call(sidecar, "POST", "/ask", {"person": "p-1"})[1]["reason"]


def test_the_state_is_shown(sidecar: Sidecar) -> None:
    status, state = call(sidecar, "GET", "/state")
    assert 200 == status
    assert ("proceed", 0) == (state["answer"]["course"], state["refused"])


@pytest.mark.parametrize(
    ("verb", "path", "body", "expected"),
    [
        ("GET", "/", None, 404),
        ("POST", "/", {}, 404),
        ("POST", "/ask", b"person=p-1", 400),
        ("POST", "/ask", b"[]", 400),
        ("POST", "/ask", b'{"person":"a","person":"b"}', 400),
        ("POST", "/ask", b" " * (LARGEST_BODY + 1), 413),
    ],
)
def test_anything_else_is_refused(
    sidecar: Sidecar, verb: str, path: str, body: object, expected: int
) -> None:
    assert expected == call(sidecar, verb, path, body)[0]


def test_a_body_of_unknown_length_is_refused(sidecar: Sidecar) -> None:
    headers = {"Transfer-Encoding": "chunked"}
    assert 411 == call(sidecar, "POST", "/ask", b"0\r\n\r\n", **headers)[0]


@pytest.mark.parametrize("headers", [{"Origin": "http://127.0.0.1"}, {"Host": "page.example"}])
def test_a_web_page_is_refused(sidecar: Sidecar, headers: dict[str, str]) -> None:
    assert 403 == call(sidecar, "POST", "/ask", {"person": "p-1"}, **headers)[0]
    assert 403 == call(sidecar, "GET", "/state", **headers)[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.0.2.1", "gateway.example"])  # noqa: S104
def test_a_sidecar_is_not_reachable_from_elsewhere(
    gateway: FakeGateway, tmp_path: Path, host: str
) -> None:
    with a_client(gateway, tmp_path) as client, pytest.raises(SidecarNotLocal):
        Sidecar(client=client, host=host)


def test_a_taken_port_is_named_and_nobody_is_told_that_it_is_served(sidecar: Sidecar) -> None:
    port = sidecar.server_address[1]
    told: list[str] = []
    with pytest.raises(PortTaken, match=rf"127\.0\.0\.1:{port}: address already in use\."):
        serve(sidecar.client, port=port, listening=lambda: told.append("served"))
    assert not told


def test_a_caller_that_goes_away_disturbs_nobody(
    sidecar: Sidecar, capfd: pytest.CaptureFixture[str]
) -> None:
    port = sidecar.server_address[1]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{")
    assert 200 == call(sidecar, "GET", "/state")[0]
    assert ("", "") == capfd.readouterr()
