"""The log: what stands in the way is told once for each cause, and names nobody."""

import logging
from pathlib import Path

import pytest

from answerable.client import Decision, NotRecorded, Recorded
from answerable.client.gateway import GatewayRefused, GatewayUnreachable
from answerable.client.told import Told
from answerable.record.leases import LeaseNotSigned
from tests.client.situations import (
    FORGER,
    LEASES,
    TOKEN,
    USE,
    FakeGateway,
    a_client,
    eventually,
)


@pytest.fixture
def told() -> Told:
    return Told(use=USE, token=TOKEN)


def refusal(status: int, reason: str = "Not you.") -> GatewayRefused:
    return GatewayRefused(status=status, reason=reason, wait=0.0)


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record for record in caplog.records if "answerable.client" == record.name]
    assert {logging.WARNING} >= {record.levelno for record in found}
    return [record.getMessage() for record in found]


def test_a_cause_is_told_once_until_there_is_another(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    for problem in (refusal(401), refusal(401), refusal(403), LeaseNotSigned(), LeaseNotSigned()):
        told.lease(problem)
    assert ["status 401", "status 403", "No trusted key"] == [
        next(cause for cause in ("status 401", "status 403", "No trusted key") if cause in line)
        for line in lines(caplog)
    ]


def test_a_cause_that_comes_back_is_told_again(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    unreachable = GatewayUnreachable(reason="Connection refused", asked=False)
    for problem in (unreachable, None, None, unreachable):
        told.lease(problem)
        told.records(problem)
    hint = "The gateway did not answer: Connection refused. The client tries again by itself."
    assert lines(caplog) == [f"{USE}: no lease comes. {hint}", f"{USE}: records wait. {hint}"] * 2


def test_nothing_is_told_while_nothing_is_wrong(
    told: Told, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    told.lease(None)
    told.records(None)
    told.refused(0, folder=tmp_path)
    assert [] == lines(caplog)


def test_refused_records_are_told_at_the_first_and_each_time_they_double(
    told: Told, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    for count in range(10):
        told.refused(count, folder=tmp_path)
    where = f"They lie in {tmp_path}/*/refused.jsonl, each with the reason."
    assert lines(caplog) == [
        f"{USE}: records refused by the gateway, and so not in its log: {count}. {where}"
        for count in (1, 2, 4, 8)
    ]


def test_neither_the_token_nor_what_is_said_of_a_record_is_told(
    told: Told, caplog: pytest.LogCaptureFixture
) -> None:
    told.lease(refusal(401, f"{TOKEN} is no token."))
    told.records(refusal(400, "The person person-7 is no text."))
    assert "status 400. 401 and 403 are about the service token" in caplog.text
    assert TOKEN not in caplog.text
    assert "person-7" not in caplog.text


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        ("token", "status 401: Unknown token."),
        ("gateway", "The gateway did not answer: Connection refused."),
        ("key", "No trusted key signed the lease."),
    ],
)
def test_a_client_without_a_lease_tells_why(
    gateway: FakeGateway,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    wrong: str,
    cause: str,
) -> None:
    gateway.behaviour.key = FORGER if wrong == "key" else LEASES
    address = "http://127.0.0.1:9" if wrong == "gateway" else gateway.url
    token = "mistyped" if wrong == "token" else TOKEN
    with a_client(address, tmp_path, token=token):
        assert eventually(lambda: bool(lines(caplog)))
    (line,) = [line for line in lines(caplog) if "no lease comes" in line]
    assert cause in line


def test_a_spool_that_stays_full_of_refused_records_is_told_once(
    gateway: FakeGateway, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with a_client(gateway, tmp_path):
        (family,) = (tmp_path / USE).iterdir()
    (family / "refused.jsonl").write_bytes(b"{}\n" * 22_000)
    with a_client(gateway, tmp_path, spool_bytes=1 << 16) as client:
        assert eventually(lambda: "is full" in client.state().record_problem)
        done = client.record(Decision(person="p-1", outcome="flag"))
        assert isinstance(done, NotRecorded)
        assert "is full" in client.state().record_problem
    assert ["full", "refused"] == sorted(
        "full" if "is full" in line else "refused" for line in lines(caplog)
    )


def test_a_program_that_ends_at_once_has_told_of_a_refused_record(
    gateway: FakeGateway, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.behaviour.refuse = lambda _: True
    with a_client(gateway, tmp_path) as client:
        done = client.record(Decision(person="person-7", outcome="flag"))
        assert isinstance(done, Recorded)
    (line,) = lines(caplog)
    assert f"{USE}: records refused by the gateway, and so not in its log: 1." in line
    assert "person-7" not in caplog.text
