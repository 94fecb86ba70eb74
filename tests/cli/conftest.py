"""The command line as a person meets it: words in, words and an exit status out."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from answerable.cli.main import run


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def answerable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command in an empty folder, with keys of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ANSWERABLE_HOME", str(tmp_path / "home"))
    # Tables are laid out for the width of the terminal.
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["answerable", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            run()
        captured = capsys.readouterr()
        code = left.value.code
        return Done(status=code if isinstance(code, int) else 0, out=captured.out, err=captured.err)

    return command
