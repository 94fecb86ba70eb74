"""`answerable sidecar`: it takes the lease keys of two gateways, and says what port it has."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from answerable.client import Client, version_of
from answerable.record.keys import SigningKey
from tests.cli.conftest import Command
from tests.client.situations import LEASES, RECEIPTS, TOKEN, USE, a_gateway


@pytest.fixture
def words() -> tuple[str, ...]:
    """What every sidecar here is started with, beside the gateway and its lease keys."""
    Path("model").write_text("0.25")
    Path("token").write_text(f"{TOKEN}\n")
    return ("sidecar", USE, "model=model", "--token-file", "token")


def test_a_sidecar_on_a_taken_port_says_so_and_nothing_else(
    answerable: Command, words: tuple[str, ...]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        keys = ("--gateway", "http://127.0.0.1:9", "--lease-key", LEASES.verifier)
        ended = answerable(*words, *keys, "--port", port)
    assert (2, "") == (ended.status, ended.out)
    told = f"cannot listen on 127.0.0.1:{port}: address already in use. Choose another port"
    assert told in ended.err


@pytest.mark.parametrize("signs", [LEASES, RECEIPTS], ids=["the old key", "the new key"])
def test_a_sidecar_takes_leases_by_each_of_several_keys(
    answerable: Command, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, signs: SigningKey
) -> None:
    def serve(client: Client, *, port: int, listening: Callable[[], None]) -> None:
        assert 8002 == port
        assert client.wait_for_lease(seconds=10)
        listening()

    monkeypatch.setattr("answerable.client.sidecar.serve", serve)
    Path("new.pub").write_text(f"{RECEIPTS.verifier}\n")
    version = version_of(parts={"model": Path("model")}).digest
    with a_gateway() as gateway:
        gateway.behaviour.key = signs
        gateway.behaviour.lease = {"version": version}
        keys = ("--gateway", gateway.url, "--lease-key", f"{LEASES.verifier},new.pub")
        ended = answerable(*words, *keys)
    assert (0, f"version {version}" in ended.out) == (ended.status, True)


def test_a_part_that_is_not_there_is_named_by_its_path(
    answerable: Command, words: tuple[str, ...]
) -> None:
    keys = ("--gateway", "http://127.0.0.1:9", "--lease-key", LEASES.verifier)
    ended = answerable(*words, "rules=ruls", *keys)
    assert 2 == ended.status
    assert "rules is ruls, and there is no such file or folder." in ended.err
