"""The pages of this room, with a machine of the tests' own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from answerable.intake import machine as intake_machine
from answerable.intake.machine import Machine
from tests.practices.openness.situations import a_machine

MADE: list[Machine] = []


def made() -> Machine:
    """Give the machine of the running test."""
    return MADE[-1]


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Iterator[Machine]:
    """Serve this room, on a machine with keys of its own, and without reactions."""
    settings.ROOT_URLCONF = "tests.practices.openness.addresses"
    settings.INSTALLED_MACHINE = "tests.practices.openness.conftest.made"
    # Reactions are the project's; a test runs those it is about.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "project" not in name]
    MADE.append(a_machine(tmp_path / "log"))
    intake_machine.machine.cache_clear()
    yield MADE[-1]
    MADE.pop()
    intake_machine.machine.cache_clear()
