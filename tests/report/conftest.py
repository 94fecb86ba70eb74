"""One browser for the tests of each module."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import a_browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium once for the tests of a module.

    Its driver keeps a loop running in this thread, and Django refuses its database to every
    test that meets one: so it ends before the next module, whichever that is.
    """
    with a_browser() as started:
        yield started
