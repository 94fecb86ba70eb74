"""A browser beside a running site, in one test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import a_browser, scrolls_sideways, violations
from tests.kit.situations import PASSWORD

# 1280 pixels at twice the size are 640; at four times, 320.
WIDTHS = (1280, 640, 320)


@contextmanager
def a_browser_beside_the_site() -> Iterator[Browser]:
    """Start Chromium where the test also asks the database.

    The driver keeps a loop running in this thread, from which Django guards its database;
    nothing in these tests runs in that loop, so the guard is taken down while it lasts.
    """
    with pytest.MonkeyPatch.context() as patch, a_browser() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser


def sign_in(
    page: Page, site: str, *, address: str = "ada@north.example", password: str = PASSWORD
) -> None:
    """Sign in by keyboard alone."""
    page.goto(f"{site}/accounts/login/?next=/account/")
    page.focus("#id_login")
    page.keyboard.type(address)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def keeps_nobody_out(page: Page, address: str) -> None:
    """Look at a page at every size: axe finds nothing, and it scrolls one way only."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        assert not scrolls_sideways(page), (address, width)
    # At the narrowest everything stands below everything else; nothing is hidden by it.
    assert [] == violations(page), address
