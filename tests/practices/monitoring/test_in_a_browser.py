"""The pages of monitoring keep nobody out, at any size and without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from answerable.people.models import Account
from answerable.people.roles import Role
from answerable.practices.monitoring.models import Plan
from tests.inventory.situations import USE
from tests.kit.browsing import a_browser_beside_the_site, keeps_nobody_out
from tests.people.situations import an_account
from tests.practices.monitoring.situations import a_breach

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser_beside_the_site() as started:
        yield started


def visit(browser: Browser, site: str, account: Account, places: tuple[str, ...]) -> None:
    client = Client()
    client.force_login(account, backend=BACKEND)
    context = browser.new_context()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    context.add_cookies([cookie])  # type: ignore[list-item] # a dictionary of the driver's own
    page = context.new_page()
    for place in places:
        keeps_nobody_out(page, f"{site}/uses/{USE}/monitoring/{place}")
        assert page.locator("h1").count() == 1, place
    context.close()


def test_nobody_is_kept_out_of_any_page(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    _, incident = a_breach(tmp_path)
    plan = Plan.objects.get()
    seen = (
        "",
        f"limits/{plan.pk}/",
        f"limits/{plan.pk}/streams/refusals-of-women/",
        "alarms/",
        f"incidents/{incident.pk}/",
        "sign-off/",
    )
    visit(browser, live_server.url, an_account("reviewer", Role.REVIEWER), seen)
    visit(browser, live_server.url, an_account("owner", Role.OWNER), ("limits/",))
