"""`answerable demo`: the main job on a real input, and nobody's name in what it writes."""

import json
from pathlib import Path

import pytest

from answerable.record import envelopes
from tests.cli.conftest import Command
from tests.demo_data import compas_file, personal_values


def test_the_demonstration_ends_with_a_report_and_evidence_that_matches(
    answerable: Command,
) -> None:
    compas_file()
    done = answerable("demo", "--no-serve")
    assert 0 == done.status
    assert "Verdict: NOT MET" in done.out
    folder = Path("answerable-demo")
    expected = {"compas.parquet", "evidence.json", "report.html", "report.pdf"}
    assert expected == {path.name for path in folder.iterdir()}
    assert 0 == answerable("reproduce", folder / "evidence.json").status


def test_the_demonstration_measures_what_propublica_found(answerable: Command) -> None:
    compas_file()
    document = json.loads(answerable("demo", "--no-serve", "--json", "-").out)
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


def test_no_name_birth_date_or_case_number_is_in_anything_written(answerable: Command) -> None:
    personal = personal_values()
    done = answerable("demo", "--no-serve")
    folder = Path("answerable-demo")
    evidence = envelopes.read((folder / "evidence.json").read_bytes()).payload.decode()
    text = done.out + done.err + (folder / "report.html").read_text("utf-8") + evidence
    assert [] == [value for value in personal if value in text]


def test_a_folder_that_cannot_be_made_is_refused(answerable: Command) -> None:
    Path("file").touch()
    assert 2 == answerable("demo", "--out", "file").status


def test_without_its_data_the_command_says_what_to_run(
    answerable: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answerable.project.compas.PACKAGE", "no-such-package-anywhere")
    done = answerable("demo")
    assert 2 == done.status
    assert "make demo" in done.err
