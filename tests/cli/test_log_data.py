"""`log:USE` as data: what is left out is said, and what is wrong is said of what was typed."""

from pathlib import Path

import pytest

from tests.cli.installed import Machine, a_machine

USE = "north.benefit-check"
MAPPING = f"""
use: {USE}
kind: decision
fields:
  id: case
  person: claimant
  source: {{constant: desk-1}}
  version: {{named: rules of 2019}}
  occurred_at: {{column: decided, zone: UTC}}
  outcome: result
attributes:
  sex: gender
"""
AUDIT = ("--decision", "outcome", "--positive", "check", "--favourable", "pass")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine whose log holds 40 decisions of a use with two outcomes, and 3 with another."""
    folder = tmp_path_factory.mktemp("machine")
    made = a_machine(folder)
    owner = ("--by", "olga@north.example")
    made.done(
        *("account", "add", "olga@north.example", "--agency", "north", "--roles", "owner"),
        *("--by", "ada@north.example"),
    )
    made.done("system", "add", "risk-score", "--agency", "north", *owner)
    made.done(
        *("use", "enrol", "benefit-check", "--system", "north.risk-score", "--kind", "decides"),
        *("--purpose", "Choose claims", "--population", "Claimants", "--legal-basis", "Act, 12"),
        *("--outcomes", "check,pass", "--adverse", "check", "--reasons", "income_differs"),
        *("--running-since", "2025-01-01", *owner),
    )
    results = ["check", "pass"] * 20 + ["nonsense"] * 3
    lines = [
        f"c-{number},p-{number},2026-01-02T12:00:00,{result},{'FM'[number // 2 % 2]}\n"
        for number, result in enumerate(results)
    ]
    past, mapping = folder / "past.csv", folder / "mapping.yaml"
    past.write_text("case,claimant,decided,result,gender\n" + "".join(lines))
    mapping.write_text(MAPPING)
    made.done("decisions", "import", past, "--mapping", mapping, *owner)
    return made


def test_decisions_with_an_outcome_the_use_does_not_have_keep_no_log_from_being_audited(
    machine: Machine, tmp_path: Path
) -> None:
    audited = tmp_path / "audit.json"
    ended = machine.run("audit", f"log:{USE}", *AUDIT, "--by", "sex", "--json", audited)
    assert ended.status in {0, 1, 3}, ended.err
    assert (
        "3 decisions with an outcome that the use does not have are left out; each has a finding."
        in ended.err
    )
    assert '"rows": 40' in audited.read_text()


def test_a_use_that_does_not_exist_has_no_log(machine: Machine) -> None:
    ended = machine.run("audit", "log:north.nosuch", *AUDIT, "--by", "sex")
    assert (2, True) == (ended.status, "There is no use north.nosuch" in ended.err)


def test_what_is_wrong_with_a_log_is_said_of_its_address(machine: Machine) -> None:
    ended = machine.run("audit", f"log:{USE}?from=2026-01-01", *AUDIT, "--by", "race")
    assert (2, True) == (
        ended.status,
        f"log:{USE}?from=2026-01-01 has no column race." in ended.err,
    )
    assert "parquet" not in ended.err
