"""`answerable audit`: verdicts as exit statuses, and files that are written or not."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command
from tests.cli.situations import (
    OFFICES,
    WITH_OUTCOMES,
    equal_treatment,
    saved,
    too_few_to_say,
    unequal_treatment,
)


def result(answerable: Command, *words: object) -> tuple[int, dict[str, Any]]:
    done = answerable("audit", *words, "--json", "-")
    assert "" == done.err
    return done.status, json.loads(done.out)


def test_met_not_met_and_cannot_say_have_their_own_exit_status(answerable: Command) -> None:
    assert 0 == answerable("audit", equal_treatment(), *WITH_OUTCOMES).status
    assert 1 == answerable("audit", unequal_treatment(), *OFFICES).status
    assert 3 == answerable("audit", too_few_to_say(), *OFFICES).status


def test_a_limit_that_the_data_cannot_be_held_to_is_not_passed_over(answerable: Command) -> None:
    # The profile limits error rates; without outcomes nobody knows them.
    status, document = result(answerable, equal_treatment(), *OFFICES)
    assert 3 == status
    found = {
        line["measure"]: (line["verdict"], line.get("reason")) for line in document["verdicts"]
    }
    assert ("met", None) == found["selection_rate"]
    assert ("cannot_say", "no_label") == found["wrongful_burden"]


def test_without_a_limit_fixed_beforehand_nobody_can_say(answerable: Command) -> None:
    status, document = result(answerable, unequal_treatment(), *OFFICES, "--profile", "none")
    assert 3 == status
    assert {"no_norm"} == {gap["reason"] for gap in document["gaps"]}
    assert ["cannot_say"] == [verdict["verdict"] for verdict in document["verdicts"]]


def test_a_declared_limit_takes_the_place_of_the_profiles(answerable: Command) -> None:
    path = unequal_treatment()
    wide = ("--norm", "selection_rate.ratio=0.1,10")
    assert 3 == answerable("audit", path, *OFFICES, *wide).status
    assert 0 == answerable("audit", path, *OFFICES, *wide, "--profile", "none").status
    narrow = ("--norm", "selection_rate.difference=-0.1,0.1", "--profile", "none")
    assert 1 == answerable("audit", path, *OFFICES, *narrow).status


def test_the_json_has_the_promised_shape(answerable: Command) -> None:
    _, document = result(answerable, unequal_treatment(), *OFFICES)
    assert {"answerable", "data", "groups", "gaps", "verdicts", "method"} <= document.keys()
    assert {"rows", "digest", "columns"} <= document["data"].keys()
    assert {"level", "family", "adjustment", "seed"} <= document["method"].keys()
    north = document["groups"][0]
    assert {"office": "north"} == north["group"]
    assert 1000 == north["n"]
    rate = north["measures"]["selection_rate"]
    assert (0.5, 500, 1000) == (rate["value"], rate["numerator"], rate["denominator"])
    gap = document["gaps"][0]
    assert ({"office": "north"}, "rest") == (gap["group"], gap["reference"])
    assert (2.0, 0.25) == (gap["ratio"]["value"], gap["difference"]["value"])
    assert "not_met" == gap["verdict"]


def test_standard_output_holds_the_json_and_nothing_else(answerable: Command) -> None:
    done = answerable("audit", equal_treatment(), *WITH_OUTCOMES, "--json", "-")
    assert "met" == json.loads(done.out)["verdict"]


def test_the_terminal_shows_what_each_figure_rests_on(answerable: Command) -> None:
    done = answerable("audit", unequal_treatment(), *OFFICES)
    assert "Verdict: NOT MET" in done.out
    assert "50.0 !" in done.out
    assert "500 of 1,000" in done.out
    assert "Rests on 2,000 records of decisions.csv" in done.out


def test_markup_in_a_value_is_shown_and_not_obeyed(answerable: Command) -> None:
    saved("office,granted\n[bold]a[/bold],1\n[bold]a[/bold],0\nb,1\n")
    assert "[bold]a[/bold]" in answerable("audit", "decisions.csv", *OFFICES).out


def test_a_named_reference_is_compared_with_and_not_judged(answerable: Command) -> None:
    words = (unequal_treatment(), *OFFICES, "--reference", "office=south")
    _, document = result(answerable, *words)
    assert [{"office": "north"}] == [gap["group"] for gap in document["gaps"]]
    assert {"office": "south"} == document["gaps"][0]["reference"]


def test_every_file_that_was_asked_for_is_written(answerable: Command) -> None:
    names = ("result.json", "report.html", "report.pdf", "evidence.json")
    options = ("--json", "--html", "--pdf", "--evidence")
    asked = [word for pair in zip(options, names, strict=True) for word in pair]
    done = answerable("audit", unequal_treatment(), *OFFICES, *asked)
    assert 1 == done.status
    assert {*names, "decisions.csv"} == {path.name for path in Path().iterdir()}
    assert Path("report.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    assert Path("report.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "words",
    [
        ("--decision", "nothing", "--by", "office"),
        ("--decision", "granted", "--by", "nothing"),
        ("--decision", "granted", "--by", "office,,"),
        ("--decision", "granted", "--by", "office,office"),
        (*OFFICES, "--label", "nothing"),
        (*OFFICES, "--positive", "granted"),
        (*OFFICES, "--reference", "north"),
        (*OFFICES, "--reference", "office=west"),
        (*OFFICES, "--reference", "sex=f"),
        (*OFFICES, "--norm", "selection_rate=0.8,1.25"),
        (*OFFICES, "--norm", "fairness.ratio=0.8,1.25"),
        (*OFFICES, "--norm", "selection_rate.ratio=0.8,inf"),
        (*OFFICES, "--norm", "selection_rate.ratio=1.1,1.25"),
        (*OFFICES, "--profile", "nobody"),
        (*OFFICES, "--engine", "spark"),
        (*OFFICES, "--html", "nowhere/report.html"),
        (*OFFICES, "--html", "decisions.csv"),
        (*OFFICES, "--html", "out.json"),
        (*OFFICES, "--html", "-"),
        (*OFFICES, "--by", "granted"),
        (*OFFICES, "--by=office"),
        (*OFFICES, "--label", "granted"),
        ("--decision", "granted", "--by", "granted"),
        ("--by", "office"),
        (*OFFICES, "--no-such-option"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    answerable: Command, words: tuple[str, ...]
) -> None:
    path = unequal_treatment()
    done = answerable("audit", path, "--json", "out.json", "--evidence", "evidence.json", *words)
    assert 2 == done.status
    assert done.err
    assert [path] == list(Path().iterdir())


@pytest.mark.parametrize("text", ["", "office,granted\n", "office,granted\nnorth,maybe\n"])
def test_bad_data_leave_nothing_behind(answerable: Command, text: str) -> None:
    path = saved(text)
    done = answerable("audit", path, *OFFICES, "--html", "r.html", "--evidence", "e.json")
    assert 2 == done.status
    assert "decisions.csv" in done.err
    assert [path] == list(Path().iterdir())


def test_a_fault_of_ours_is_no_verdict(
    answerable: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("answerable.verdict.run.audit", broken)
    done = answerable("audit", equal_treatment(), *OFFICES, "--json", "out.json")
    assert 70 == done.status
    assert "a fault of ours (ZeroDivisionError)" in done.err
    assert not Path("out.json").exists()


def test_a_missing_extra_is_named(answerable: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    monkeypatch.setattr("answerable.cli.extras.find_spec", lambda _: None)
    done = answerable("audit", equal_treatment(), *OFFICES)
    assert 2 == done.status
    assert "pip install 'answerable[audit]'" in done.err


def test_an_interrupted_command_is_no_verdict(
    answerable: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("answerable.verdict.run.audit", interrupted)
    assert 130 == answerable("audit", equal_treatment(), *OFFICES).status


def test_hostile_names_cannot_command_the_terminal(answerable: Command) -> None:
    hostile = "a\x1b[2J\x1b[H\x1b]0;owned\x07\u202e"
    saved(f"office,granted\n{hostile},1\n{hostile},0\nb,1\n")
    done = answerable("audit", "decisions.csv", *OFFICES)
    assert not set("\x1b\x07\u202e") & set(done.out + done.err)
    assert r"a\u001b[2J" in done.out


def test_empty_missing_and_long_names_are_told_apart_and_hide_no_figure(
    answerable: Command,
) -> None:
    long = "x" * 300
    saved(f'office,granted\n(missing),1\n"",0\n{long},1\n,1\n')
    done = answerable("audit", "decisions.csv", *OFFICES)
    assert ' "(missing)"' in done.out
    assert " (missing) " in done.out
    row = next(line for line in done.out.splitlines() if line.strip().startswith("xxx"))
    assert "100.0" in row


def test_why_nothing_can_be_said_is_on_the_terminal(answerable: Command) -> None:
    done = answerable("audit", too_few_to_say(), *OFFICES)
    assert "Cannot say (too few records): 2" in done.out
    assert "Cannot say (no label): 3" in done.out


@pytest.mark.usefixtures("answerable")
def test_a_reader_that_has_seen_enough_changes_no_verdict() -> None:
    path = unequal_treatment()
    command = [sys.executable, "-m", "answerable.cli", "audit", str(path), *OFFICES]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
    assert (1, b"") == (process.returncode, errors)


@pytest.mark.usefixtures("answerable")
def test_output_that_cannot_take_every_character_is_still_written() -> None:
    path = saved("office,granted\ngrößer,1\nb,1\n")
    command = [sys.executable, "-m", "answerable.cli", "audit", str(path), *OFFICES]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert (3, b"") == (done.returncode, done.stderr)
    assert rb"gr\xf6\xdfer" in done.stdout


@pytest.mark.usefixtures("answerable")
def test_json_on_standard_output_is_json_in_any_encoding() -> None:
    path = saved("office,granted\ngrößer,1\nb,1\n")
    command = [sys.executable, "-m", "answerable.cli", "audit", str(path), *OFFICES, "--json", "-"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert {"office": "größer"} in [group["group"] for group in json.loads(done.stdout)["groups"]]


@pytest.mark.usefixtures("answerable")
def test_a_closed_error_stream_changes_no_verdict() -> None:
    path = too_few_to_say()
    words = ["audit", str(path), *OFFICES, "--evidence", "e.json"]
    with subprocess.Popen(
        [sys.executable, "-m", "answerable.cli", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        process.stderr.close()
    assert 3 == process.returncode


def test_a_fault_while_the_settings_are_broken_is_still_no_verdict(
    answerable: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSWERABLE_THREADS", "x")
    monkeypatch.setattr("answerable.cli.main._refuse_repeated_options", lambda _: 1 / 0)
    assert 70 == answerable("audit", "decisions.csv", *OFFICES).status


def test_a_home_that_cannot_be_written_is_no_fault_of_ours(
    answerable: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ANSWERABLE_HOME", str(tmp_path / "file"))
    done = answerable("audit", unequal_treatment(), *OFFICES, "--evidence", "e.json")
    assert 2 == done.status
    assert "key file" in done.err
