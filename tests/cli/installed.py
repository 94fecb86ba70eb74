"""An installation of its own, worked with through the real command in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """A machine with a home folder, on SQLite, whatever database the tests run on."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ANSWERABLE_", "DJANGO_"))
        }
        return {**inherited, "ANSWERABLE_HOME": str(self.home), "COLUMNS": "200"}

    def run(self, *words: object, given: str | None = None) -> Ended:
        """Type a command."""
        done = subprocess.run(
            [sys.executable, "-m", "answerable.cli", *map(str, words)],
            env=self.environment,
            capture_output=True,
            text=True,
            input=given,
            check=False,
            timeout=120,
        )
        return Ended(status=done.returncode, out=done.stdout, err=done.stderr)

    def done(self, *words: object) -> Ended:
        """Type a command that is expected to succeed."""
        ended = self.run(*words)
        assert 0 == ended.status, ended.err
        return ended


def a_machine(folder: Path) -> Machine:
    """A machine on which Answerable was set up for the agency north.

    The installation is a copy of the one this process made with `answerable init`: the same
    keys, and none of the ten seconds that making every table takes.
    """
    machine = Machine(home=folder / "home")
    copytree(Path(_made_once().name) / "home", machine.home)
    return machine


def a_new_machine(folder: Path) -> Machine:
    """The same, with keys of its own."""
    machine = Machine(home=folder / "home")
    machine.done("init", "--agency", "north", "--email", "ada@north.example")
    return machine


@cache
def _made_once() -> "TemporaryDirectory[str]":
    folder = TemporaryDirectory(prefix="answerable-installed-")
    a_new_machine(Path(folder.name))
    return folder
