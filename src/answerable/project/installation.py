"""What an installation calls itself, in a file that is written last when it is set up."""

import json
import os
import re
from dataclasses import dataclass

from answerable.errors import AnswerableError
from answerable.project.settings import Settings
from answerable.record.canonical import NotJson, parse_json

_FILE = "installation.json"
_NAME = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_LONGEST_NAME = 100


class NotSetUp(AnswerableError):
    """There is no installation to work with."""

    code = "project.not_set_up"
    message = "Answerable is not set up in {home}."
    hint = "Run `answerable init`, or point ANSWERABLE_HOME at an installation."


class SetUpAlready(AnswerableError):
    """An installation would be made where there is one."""

    code = "project.set_up_already"
    message = "{home} holds the installation {name} already."
    hint = "Use it as it is, or point ANSWERABLE_HOME at an empty folder."


class InstallationNameRefused(AnswerableError):
    """An installation cannot be called so: its keys bear its name."""

    code = "project.installation_name_refused"
    message = "{name} cannot name an installation."
    hint = "Name it like a web address without the scheme: ai.agency.example."


class InstallationUnreadable(AnswerableError):
    """The file that names the installation holds something else."""

    code = "project.installation_unreadable"
    message = "{path} does not say what the installation is called."
    hint = "Put back the copy that was kept."


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """An installation by its name; ``demo`` marks one whose people and cases are invented."""

    name: str
    demo: bool

    def __post_init__(self) -> None:
        """Refuse a name that no key could bear."""
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME:
            raise InstallationNameRefused(name=self.name[:_LONGEST_NAME])


def find(settings: Settings) -> Installation | None:
    """Read the installation in the home folder; None where none was finished there."""
    path = settings.home / _FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InstallationUnreadable(path=path) from error
    try:
        fields = parse_json(content)
    except NotJson as error:
        raise InstallationUnreadable(path=path) from error
    match fields:
        case {"name": str(name), "demo": bool(demo)}:
            return Installation(name=name, demo=demo)
        case _:
            raise InstallationUnreadable(path=path)


def the_one(settings: Settings) -> Installation:
    """Give the installation, or say that there is none."""
    found = find(settings)
    if found is None:
        raise NotSetUp(home=settings.home)
    return found


def write(installation: Installation, settings: Settings) -> None:
    """Write the file, whole or not at all."""
    path = settings.home / _FILE
    fields = {"name": installation.name, "demo": installation.demo}
    beside = path.with_name(f".{_FILE}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(json.dumps(fields) + "\n")
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
