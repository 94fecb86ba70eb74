"""Anybody follows a figure from the register to its evidence, and verifies it elsewhere."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from answerable.record.keys import VerifierKey
from tests.cli.installed import Ended
from tests.journeys.situations import USE, Agency, a_use_with_a_published_measurement
from tests.journeys.visitors import Visitor, Visitors

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

OFFLINE = """
import socket, sys

class Unplugged(socket.socket):
    def __init__(self, *args, **kwargs):
        raise OSError("there is no network here")

socket.socket = Unplugged
from answerable.cli.main import run
run()
"""


def test_a_figure_leads_to_evidence_that_verifies_offline_and_to_nothing_else(
    agency: Agency, visitors: Visitors, tmp_path: Path
) -> None:
    a_use_with_a_published_measurement(agency)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with visitors.somebody() as anybody:
        they_find_a_figure_on_the_register(anybody)
        they_follow_it_to_its_evidence(anybody)
        what_they_download_verifies(
            anybody, "Download it", key=agency.held.evidence.verifier, folder=elsewhere
        )
        they_go_on_to_the_entry(anybody)
        what_they_download_verifies(
            anybody,
            "Download the ledger in one file",
            key=agency.held.ledger.verifier,
            folder=elsewhere,
        )


def they_find_a_figure_on_the_register(anybody: Visitor) -> None:
    anybody.type_the_address("/")
    anybody.answer({"Search by name, purpose, public body or people affected": "benefit"})
    anybody.press("Search")
    anybody.follow("Benefit check")
    assert "60.0 %" in anybody.reads
    assert "n = 100" in anybody.reads


def they_follow_it_to_its_evidence(anybody: Visitor) -> None:
    anybody.follow_to(f"/register/{USE}/figures/")
    assert anybody.heading.startswith("How we know: ")
    anybody.follow_to("/evidence/")
    assert "Signed evidence" == anybody.heading


def they_go_on_to_the_entry(anybody: Visitor) -> None:
    anybody.follow_to("/entries/")
    assert anybody.heading.startswith("Entry ")


def what_they_download_verifies(
    anybody: Visitor, words: str, *, key: VerifierKey, folder: Path
) -> None:
    """With the command as it is printed, on a machine that has nothing but file and key."""
    printed = next(one for one in anybody.commands if " verify " in one)
    command = [str(key) if word == "KEY" else word for word in shlex.split(printed)]
    file = folder / command[2]
    anybody.download(words).save_as(file)
    assert 0 == typed(command, folder=folder).status
    content = file.read_bytes()
    at = content.index(b"payload") + 40
    file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    changed = typed(command, folder=folder)
    assert (1, True) == (changed.status, "Not verified" in changed.out), changed


def typed(command: list[str], *, folder: Path) -> Ended:
    """Type a command where there is neither an installation nor a network."""
    (name, *words) = command
    assert "answerable" == name
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, *words],
        cwd=folder,
        env={"ANSWERABLE_HOME": str(folder / "nothing"), "PATH": "/usr/bin"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ended(status=done.returncode, out=done.stdout, err=done.stderr)
