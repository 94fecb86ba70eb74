"""`answerable demo` as a person types it; the replay itself is tested in tests/project."""

import json
from pathlib import Path

import pytest

from answerable.cli.demo import NoDemonstrationThere, write_report
from answerable.project.settings import read_settings
from answerable.record import envelopes
from tests.cli.conftest import Command
from tests.demo_data import compas_file, personal_values


@pytest.fixture
def reported(tmp_path: Path) -> Path:
    """The folder with the audit of all the data that the demonstration ends with."""
    compas_file()
    write_report(read_settings({"ANSWERABLE_HOME": str(tmp_path / "home")}), tmp_path)
    return tmp_path


def test_the_demonstration_ends_with_a_report_and_evidence_that_matches(
    answerable: Command, reported: Path
) -> None:
    expected = {"compas.parquet", "evidence.json", "report.html", "report.json", "report.pdf"}
    assert expected <= {path.name for path in reported.iterdir()}
    assert 0 == answerable("reproduce", reported / "evidence.json").status


def test_the_report_measures_what_propublica_found(reported: Path) -> None:
    document = json.loads((reported / "report.json").read_text())
    rates = {
        group["group"]["race"]: {
            name: round(found["value"], 3) for name, found in group["measures"].items()
        }
        for group in document["groups"]
        if list(group["group"]) == ["race"]
    }
    black, white = rates["African-American"], rates["Caucasian"]
    assert (0.448, 0.280, 0.630) == tuple(
        black[name] for name in ("false_positive_rate", "false_negative_rate", "precision")
    )
    assert (0.235, 0.477, 0.591) == tuple(
        white[name] for name in ("false_positive_rate", "false_negative_rate", "precision")
    )
    conflicts = [conflict["group"] for conflict in document["conflicts"]]
    assert {"race": "African-American"} in conflicts


def test_no_name_birth_date_or_case_number_is_in_the_report(reported: Path) -> None:
    evidence = envelopes.read((reported / "evidence.json").read_bytes()).payload.decode()
    text = (reported / "report.html").read_text("utf-8") + evidence
    assert [] == [value for value in personal_values() if value in text]


def test_a_folder_that_cannot_be_made_is_refused(answerable: Command) -> None:
    compas_file()
    Path("file").touch()
    assert 2 == answerable("demo", "--out", "file").status


def test_an_installation_that_is_no_demonstration_is_left_alone(answerable: Command) -> None:
    compas_file()
    home = Path("kept") / "home"
    home.mkdir(parents=True)
    (home / "installation.json").write_text('{"name": "north.example", "demo": false}\n')
    done = answerable("demo", "--out", "kept")
    assert 2 == done.status
    assert NoDemonstrationThere.hint in done.err
    assert (home / "installation.json").exists()


def test_without_its_data_the_command_says_what_to_run(
    answerable: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answerable.project.compas.PACKAGE", "no-such-package-anywhere")
    done = answerable("demo")
    assert 2 == done.status
    assert "make demo" in done.err
