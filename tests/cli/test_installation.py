"""Setting up an installation, and letting people and software in, by command."""

import stat
from pathlib import Path

import pytest

from tests.cli.installed import Machine, a_machine, a_new_machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return a_new_machine(tmp_path_factory.mktemp("machine"))


def test_init_says_what_it_needs_and_makes_nothing_before_it_has_it(tmp_path: Path) -> None:
    ended = Machine(home=tmp_path / "home").run("init")
    assert (2, True) == (ended.status, "--agency and --email" in ended.err)
    assert not (tmp_path / "home").exists()


def test_init_makes_a_home_for_its_owner_alone_with_keys_and_a_checkpoint(
    machine: Machine,
) -> None:
    assert 0o700 == stat.S_IMODE(machine.home.stat().st_mode)
    assert {"identity.key", "ledger.key", "leases.key", "receipts.key", "contact.key"} <= {
        path.name for path in (machine.home / "keys").iterdir()
    }
    assert (machine.home / "checkpoints" / "last").is_file()


def test_init_again_changes_nothing_and_with_another_agency_is_refused(machine: Machine) -> None:
    before = machine.done("keys", "show", "--json", "-").json
    assert [] == machine.done("init", "--json", "-").json["changes"]
    assert before == machine.done("keys", "show", "--json", "-").json
    again = machine.run("init", "--agency", "south", "--email", "x@south.example")
    assert 2 == again.status


@pytest.mark.parametrize(
    "lost", ["installation.json", "keys/leases.key", "decisions.sqlite3", "keys/lists/0001.json"]
)
def test_an_interrupted_init_is_finished_by_running_it_again(tmp_path: Path, lost: str) -> None:
    machine = a_machine(tmp_path)
    words = ("init", "--agency", "north", "--email", "ada@north.example")
    (machine.home / "installation.json").unlink()
    (machine.home / lost).unlink(missing_ok=True)
    if lost == "keys/leases.key":
        # A list of keys is written once all keys are there.
        (machine.home / "keys" / "lists" / "0001.json").unlink()
    machine.done(*words)
    machine.done("keys", "show")


@pytest.mark.parametrize("words", [("keys", "show"), ("agency", "add", "x", "--name", "X")])
def test_without_an_installation_a_command_says_what_to_run(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    ended = Machine(home=tmp_path / "home").run(*words)
    assert (2, True) == (ended.status, "answerable init" in ended.err)


def test_an_administrator_lets_a_colleague_in_and_nobody_else_can(machine: Machine) -> None:
    words = ("account", "add", "olga@north.example", "--agency", "north", "--roles", "owner")
    added = machine.done(*words, "--by", "ada@north.example", "--json", "-").json
    assert ["owner"] == added["roles"]
    assert "/accounts/first-password/" in added["link"]
    again = machine.done(
        "account", "link", "olga@north.example", "--agency", "north", "--json", "-"
    )
    assert added["link"] != again.json["link"]
    refused = machine.run(
        *("account", "add", "eve@north.example", "--agency", "north"),
        *("--by", "olga@north.example"),
    )
    assert (2, True) == (refused.status, "administrator" in refused.err)
    unknown = machine.run("account", "add", "x@y.example", "--agency", "north", "--by", "n@b.org")
    assert 2 == unknown.status


def test_a_token_is_shown_once_and_can_be_revoked_once(machine: Machine) -> None:
    issued = machine.done(
        *("token", "issue", "back office", "--agency", "north", "--by", "ada@north.example"),
        *("--scopes", "leases,decisions", "--json", "-"),
    ).json
    assert issued["token"].startswith(f"ans_{issued['prefix']}_")
    assert ["decisions", "leases"] == issued["scopes"]
    words = ("token", "revoke", issued["prefix"], "--agency", "north", "--by", "ada@north.example")
    assert [0, 2] == [machine.run(*words).status for _ in range(2)]


def test_a_rotated_ledger_key_signs_from_then_on(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    before = machine.done("keys", "show", "--json", "-").json
    after = machine.done("keys", "rotate", "ledger", "--json", "-").json
    now = machine.done("keys", "show", "--json", "-").json
    assert before["keys"]["ledger"] != after["key"]
    assert (after["key"], 2) == (now["keys"]["ledger"], now["lists"])
    assert before["keys"]["leases"] == now["keys"]["leases"]
    assert 2 == machine.run("keys", "rotate", "front-door").status
