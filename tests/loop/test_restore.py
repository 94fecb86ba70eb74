"""An older copy of the database put back, with the checkpoints kept elsewhere: nothing opens."""

from pathlib import Path

from tests.cli.installed import Machine, a_machine
from tests.project.test_restore import copy_of, put_back
from tests.project.test_service import USE, an_observed_use

ANNA = ("--by", "anna@north.example")


def standing(machine: Machine) -> str:
    """How the use stands, from the list of uses."""
    told = machine.run("use", "list").out
    return next(word for word in ("observe", "people_only") if word in told)


def test_a_stop_is_not_undone_by_putting_back_the_day_before(tmp_path: Path) -> None:
    machine = a_machine(tmp_path)
    an_observed_use(machine, tmp_path)
    assert standing(machine) == "observe"
    older = copy_of(machine, tmp_path / "older.sqlite3")
    machine.done("permit", "close", USE, "--reason", "A fault in the data.", *ANNA)
    assert standing(machine) == "people_only"
    put_back(older, machine)
    assert standing(machine) == "people_only"

    # What is done on the restored copy is signed by nobody, and opens nothing either.
    refused = machine.run("hold", "place", USE, "pause", "--ground", "a_fault", *ANNA)
    assert (refused.status, "Nothing is signed" in refused.err) == (2, True), refused.err
    assert machine.run("ledger", "check").status == 1
    assert standing(machine) == "people_only"
