"""The tests reach this machine and nothing else."""

import socket

import pytest


def test_loopback_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()[:2]
        with socket.create_connection((host, port), timeout=5):
            pass


def test_nothing_beyond_this_machine_can_be_reached() -> None:
    # An address set aside for documentation (RFC 5737): nobody is there in any case.
    # The refusal begins with a warning, and warnings are errors here.
    with pytest.raises(UserWarning, match="tried to use socket"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
