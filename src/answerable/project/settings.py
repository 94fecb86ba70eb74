"""Settings: what depends on the machine, read from the environment once, at the door."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from answerable.errors import AnswerableError

_MEMORY_MB = 64, 1 << 20
_DATABASE = re.compile(r"postgres(ql)?://\S+")
_THREADS = 1, 1024
_MAIL = re.compile(r"smtp(\+tls)?://[^\s?]+\?sender=[^\s@&]+@[^\s@&]+")
_SITE = re.compile(r"https?://[^\s/?#]+")


class SettingMalformed(AnswerableError):
    """A setting has a value that cannot be used."""

    code = "project.setting_malformed"
    message = "{name}={value} cannot be used: {wanted}."
    hint = "Change it, or unset it to take the default."


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a run takes from the machine. Limits and deadlines are law, not settings."""

    home: Path
    memory_mb: int
    threads: int
    database: str | None
    checkpoints: Path
    mail: str | None = field(repr=False)
    site: str

    @property
    def keys(self) -> Path:
        """The folder of the private keys, one for each purpose."""
        return self.home / "keys"

    @property
    def evidence_key(self) -> Path:
        """Where the private key that signs evidence is kept."""
        return self.keys / "evidence.key"

    @property
    def log(self) -> Path:
        """The folder of the sealed decision log."""
        return self.home / "log"


NAMES = (
    "ANSWERABLE_HOME",
    "ANSWERABLE_DATABASE",
    "ANSWERABLE_CHECKPOINTS",
    "ANSWERABLE_MAIL",
    "ANSWERABLE_SITE",
    "ANSWERABLE_MEMORY_MB",
    "ANSWERABLE_THREADS",
    "ANSWERABLE_DEBUG",
)


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings, refusing values that make no sense.

    >>> read_settings({"ANSWERABLE_HOME": "/srv/a", "ANSWERABLE_THREADS": "4"}).threads
    4
    """
    data = Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    named = environment.get("ANSWERABLE_HOME")
    home = Path(named) if named else data / "answerable"
    return Settings(
        home=home,
        database=_database(environment),
        checkpoints=Path(environment.get("ANSWERABLE_CHECKPOINTS") or home / "checkpoints"),
        mail=_mail(environment),
        site=_site(environment),
        memory_mb=_number(environment, "ANSWERABLE_MEMORY_MB", 256, _MEMORY_MB),
        threads=_number(environment, "ANSWERABLE_THREADS", _processors(), _THREADS),
    )


def wants_traceback(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a fault of ours is to be shown in full; never refuses, being asked last."""
    return environment.get("ANSWERABLE_DEBUG", "") not in {"", "0"}


def _database(environment: Mapping[str, str]) -> str | None:
    name = "ANSWERABLE_DATABASE"
    address = environment.get(name)
    if address and not _DATABASE.fullmatch(address):
        # The address may hold a password, and is never repeated.
        wanted = "an address of the form postgresql://user@host/database, or nothing for SQLite"
        raise SettingMalformed(name=name, value="…", wanted=wanted)
    return address or None


def _mail(environment: Mapping[str, str]) -> str | None:
    name = "ANSWERABLE_MAIL"
    address = environment.get(name)
    if address and not _MAIL.fullmatch(address):
        # The address may hold a password, and is never repeated.
        wanted = "an address of the form smtp://user@host:port?sender=name@agency.example"
        raise SettingMalformed(name=name, value="…", wanted=wanted)
    return address or None


def _site(environment: Mapping[str, str]) -> str:
    name = "ANSWERABLE_SITE"
    address = environment.get(name) or "http://localhost:8000"
    if not _SITE.fullmatch(address):
        wanted = "where people reach the pages, such as https://answerable.agency.example"
        raise SettingMalformed(name=name, value=address, wanted=wanted)
    return address


def _processors() -> int:
    # In a container the machine has more processors than the process may use.
    usable = getattr(os, "sched_getaffinity", None)
    return len(usable(0)) if usable else os.cpu_count() or 1


def _number(
    environment: Mapping[str, str], name: str, default: int, allowed: tuple[int, int]
) -> int:
    text = environment.get(name)
    if not text:
        return default
    least, most = allowed
    if not text.isdecimal() or not least <= int(text[:20]) <= most:
        wanted = f"a whole number from {least} to {most}"
        raise SettingMalformed(name=name, value=text, wanted=wanted)
    return int(text)
