"""From the running installation to a file that a stranger checks with the light install."""

import json
from pathlib import Path

import pytest

from tests.cli.installed import Machine, a_machine, a_new_machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return a_machine(tmp_path_factory.mktemp("machine"))


@pytest.fixture
def stranger(tmp_path: Path) -> Machine:
    """Somebody with the command and without any key."""
    return Machine(home=tmp_path / "strangers-home")


def public(machine: Machine, purpose: str) -> str:
    key: str = machine.done("keys", "show", "--json", "-").json["keys"][purpose]
    return key


@pytest.mark.parametrize("purpose", ["ledger", "identity"])
def test_a_stranger_with_a_public_key_verifies_the_export(
    machine: Machine, stranger: Machine, tmp_path: Path, purpose: str
) -> None:
    file = tmp_path / "ledger.json"
    file.write_text(machine.done("export", "ledger").out, encoding="utf-8")
    told = stranger.done("verify", file, "--key", public(machine, purpose), "--json", "-").json
    assert (True, None) == (told["verified"], told["problem"])
    assert len(json.loads(file.read_text())["entries"]) == told["size"]
    assert 64 == len(told["root"])


def test_without_a_key_from_elsewhere_nothing_is_verified(
    machine: Machine, stranger: Machine, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.json"
    machine.done("export", "ledger", "--json", file)
    assert 3 == stranger.run("verify", file).status
    assert 0 == machine.run("verify", file).status


def test_one_changed_entry_fails_and_is_named(
    machine: Machine, stranger: Machine, tmp_path: Path
) -> None:
    file = tmp_path / "ledger.json"
    machine.done("export", "ledger", "--json", file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("administrator", "administratrix"), encoding="utf-8")
    ended = stranger.run("verify", file, "--key", public(machine, "ledger"))
    assert 1 == ended.status
    assert "Not verified" in ended.out


def test_the_ledger_is_held_to_a_checkpoint_that_somebody_kept(
    machine: Machine, stranger: Machine, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes((machine.home / "checkpoints" / "last").read_bytes())
    machine.done("agency", "add", "west", "--name", "West")
    file = tmp_path / "ledger.json"
    machine.done("export", "ledger", "--json", file)
    key = public(machine, "ledger")
    assert 0 == stranger.run("verify", file, "--key", key, "--since", kept).status
    other = a_new_machine(tmp_path / "other").home / "checkpoints" / "last"
    assert 1 == stranger.run("verify", file, "--key", key, "--since", other).status


def test_an_export_for_one_agency_shows_the_others_as_hashes_and_verifies(
    machine: Machine, stranger: Machine, tmp_path: Path
) -> None:
    machine.done("agency", "add", "south", "--name", "South")
    file = tmp_path / "south.json"
    machine.done("export", "ledger", "--agency", "south", "--json", file)
    shown = [entry for entry in json.loads(file.read_text())["entries"] if "payload" in entry]
    assert 1 == len(shown)
    assert 0 == stranger.run("verify", file, "--key", public(machine, "ledger")).status
    assert 2 == machine.run("export", "ledger", "--agency", "nowhere").status


def test_after_a_rotation_the_first_identity_key_still_vouches(
    stranger: Machine, tmp_path: Path
) -> None:
    machine = a_machine(tmp_path)
    identity = public(machine, "identity")
    machine.done("keys", "rotate", "ledger")
    file = tmp_path / "ledger.json"
    machine.done("export", "ledger", "--json", file)
    assert 0 == stranger.run("verify", file, "--key", identity).status
