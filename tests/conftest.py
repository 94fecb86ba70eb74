"""Settings that hold for every test."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings

from tests.ledger.emptying import the_ledger_can_be_emptied

__all__ = ["the_ledger_can_be_emptied"]

# The machines are noisy: how long an example takes says nothing about the code.
settings.register_profile("answerable", deadline=None, print_blob=True)
settings.load_profile("answerable")


@pytest.fixture(scope="session", autouse=True)
def the_home_has_keys() -> None:
    """Make the keys of the run's own installation, which pages need."""
    from answerable.project import keys  # noqa: PLC0415 - reads the settings of the run
    from answerable.project.settings import read_settings  # noqa: PLC0415

    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    keys.make_missing(read_settings().keys, installation="tests.example", at=at)
