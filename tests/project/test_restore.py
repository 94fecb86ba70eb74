"""After a restore: an older database does not fit what was signed since, and says so."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.cli.installed import Machine, a_machine
from tests.project.test_service import an_observed_use


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return a_machine(tmp_path)


def database(machine: Machine) -> Path:
    return machine.home / "answerable.sqlite3"


def copy_of(machine: Machine, to: Path) -> Path:
    """A backup as an operator makes it, write-ahead file included."""
    with sqlite3.connect(database(machine)) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()
    return to


def put_back(copy: Path, machine: Machine) -> None:
    for name in ("-wal", "-shm"):
        database(machine).with_name(f"{database(machine).name}{name}").unlink(missing_ok=True)
    shutil.copy(copy, database(machine))


def test_an_older_copy_does_not_fit_and_the_newest_one_does(
    machine: Machine, tmp_path: Path
) -> None:
    older = copy_of(machine, tmp_path / "older.sqlite3")
    machine.done("agency", "add", "south", "--name", "South")
    machine.done("export", "ledger", "--json", tmp_path / "signed.json")
    newest = copy_of(machine, tmp_path / "newest.sqlite3")
    put_back(older, machine)
    ended = machine.run("ledger", "check", "--json", "-")
    assert (1, False) == (ended.status, ended.json["fits"])
    assert "kept" in ended.json["problem"], ended.json["problem"]
    assert 2 == machine.run("export", "ledger").status
    put_back(newest, machine)
    assert machine.done("ledger", "check", "--json", "-").json["fits"]


def test_a_lost_folder_of_checkpoints_does_not_fit_until_somebody_answers_for_it(
    machine: Machine,
) -> None:
    shutil.rmtree(machine.home / "checkpoints")
    assert 1 == machine.run("ledger", "check").status
    words = ("ledger", "keep-anew", "--agency", "north", "--by", "ada@north.example")
    machine.done(*words)
    machine.done("ledger", "check")
    # Only an empty folder: a ledger that does not fit is not made to fit by it.
    assert 2 == machine.run(*words).status


def test_a_row_that_somebody_changed_behind_dropped_guards_is_found(machine: Machine) -> None:
    with sqlite3.connect(database(machine)) as connection:
        guards = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'"
        ).fetchall()
        assert guards
        with pytest.raises(sqlite3.DatabaseError):
            connection.execute("UPDATE ledger_entry SET agency = 'south'")
        for (name,) in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE ledger_entry SET payload = replace(payload, 'north', 'south')")
    connection.close()
    ended = machine.run("ledger", "check")
    assert (1, True) == (ended.status, "trigger" in ended.out or "guard" in ended.out)


def test_a_list_of_uses_shows_nothing_as_running_while_the_ledger_does_not_fit(
    machine: Machine, tmp_path: Path
) -> None:
    an_observed_use(machine, tmp_path)
    assert "observe" in machine.done("use", "list").out
    shutil.rmtree(machine.home / "checkpoints")
    assert "people_only" in machine.done("use", "list").out
