"""A replay of a part of the demonstration: the real gateway, the real client, real rules."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.installed import Machine
from tests.demo_data import compas_file, personal_values

PRACTICES = (
    *("obligations", "assessment", "monitoring", "competence"),
    *("openness", "remedy", "procurement"),
)
# Of so many people one is replayed: the way is the same, and it takes some minutes.
ONE_IN = 16

# The demonstration has an installation of its own, on SQLite whatever this run is on.
pytestmark = pytest.mark.skipif(
    os.environ.get("ANSWERABLE_TEST_DATABASE") == "postgres",
    reason="the demonstration sets up SQLite; the other run of the tests replays it",
)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    compas_file()
    out = tmp_path_factory.mktemp("demo")
    return out, replay(out)


def replay(out: Path) -> dict[str, Any]:
    """Replay it in a process of its own, since an installation is read at the start of one."""
    machine = Machine(home=out / "home")
    done = subprocess.run(
        [sys.executable, "-m", "tests.project.demo_process", str(out), str(ONE_IN)],
        env=machine.environment,
        stdout=subprocess.PIPE,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_practice_leaves_entries_and_a_figure_within_its_interval(
    replayed: tuple[Path, dict[str, Any]],
) -> None:
    _, found = replayed
    assert list(PRACTICES) == list(found["practices"])
    for name, practice in found["practices"].items():
        assert practice["entries"], name
        assert practice["figures"], name
        for figure in practice["figures"]:
            assert figure["low"] <= figure["value"] <= figure["high"], (name, figure)
            assert figure["n"] > 0


def test_nothing_failed_and_the_ledger_verifies_offline_for_a_stranger(
    replayed: tuple[Path, dict[str, Any]],
) -> None:
    out, found = replayed
    assert [] == found["failures"]
    assert found["ledger"]["verified"]
    file, stranger = out / "ledger.json", Machine(home=out / "nowhere")
    verified = stranger.run("verify", file, "--key", found["identity"], "--json", "-")
    assert 0 == verified.status
    assert verified.json["root"] == found["ledger"]["root"]


def test_the_permit_is_refused_and_the_system_decides_about_nobody_from_then_on(
    replayed: tuple[Path, dict[str, Any]],
) -> None:
    _, found = replayed
    assert "refused" == found["permit"]["first"]
    assert "2013-04-01" == found["stopped_on"]
    assert {"proceed", "proceed_without_effect", "people_only"} == set(found["courses"])


def test_a_challenge_is_heard_in_time_and_closed_when_its_harms_are_undone(
    replayed: tuple[Path, dict[str, Any]],
) -> None:
    _, found = replayed
    challenge = found["challenge"]
    assert challenge["overturned"]
    assert challenge["decided"] <= challenge["consider_by"]
    assert challenge["closed"] is not None
    assert {"confirmed"} == {state for _, state in challenge["remedies"]}
    assert found["looked_back"] > 0
    notices: Mapping[str, int] = found["notices"]
    assert notices["owed"] == notices["sent"] > notices["delivered"] > 0


def test_no_name_birth_date_or_case_number_is_in_the_ledger(
    replayed: tuple[Path, dict[str, Any]],
) -> None:
    out, _ = replayed
    ledger = (out / "ledger.json").read_text()
    assert [] == [value for value in personal_values() if value in ledger]
