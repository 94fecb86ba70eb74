"""Somebody who has signed in already, in a browser beside the site."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from tests.kit.browsing import a_browser_beside_the_site


@contextmanager
def a_page_of(client: Client, site: str) -> Iterator[Page]:
    """Carry the session of a test's client into a browser without scripts of its own."""
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    with a_browser_beside_the_site() as browser:
        page = browser.new_page()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}]
        )
        yield page
