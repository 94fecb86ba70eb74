"""The pages of assessment and procurement keep nobody out, at any size and without scripts.

Of the steps, which share a template, those with a field of each kind.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from answerable.inventory.actions import start_deployment
from answerable.people.models import Account
from answerable.people.roles import Role
from answerable.practices.procurement.actions import claims, testing
from tests.inventory.situations import MINUTE, NINE, OWNER, REVIEWER, USE, VERSION_A
from tests.kit.browsing import a_browser_beside_the_site, keeps_nobody_out
from tests.people.situations import an_account
from tests.practices.assessment.situations import (
    FIRST,
    LAST,
    LATER,
    a_machine,
    a_scored_use,
    an_assessment,
    covered,
    described,
    measured,
    scored,
    submitted,
    unequal_decisions,
)
from tests.practices.procurement.situations import PROMISED

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BY_THE_REVIEWER = (
    "assessment/",
    "assessment/1/",
    "assessment/1/risks/1/score/",
    "assessment/1/grounds/",
    "procurement/",
    "procurement/claims/",
    "procurement/claims/1/",
)
BY_THE_OWNER = (
    "assessment/1/risks/",
    "assessment/1/risks/1/mitigate/",
    "assessment/1/data/",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser_beside_the_site() as started:
        yield started


def visit(browser: Browser, site: str, account: Account, places: tuple[str, ...]) -> None:
    """Look at pages as somebody who has signed in, without scripts of their own."""
    client = Client()
    client.force_login(account, backend=BACKEND)
    context = browser.new_context()
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
    context.add_cookies([cookie])  # type: ignore[list-item] # a dictionary of the driver's own
    page = context.new_page()
    for place in places:
        keeps_nobody_out(page, f"{site}/uses/{USE}/{place}")
        assert page.locator("h1").count() == 1, place
    context.close()


def test_nobody_is_kept_out_of_any_page(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    a_scored_use()
    start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NINE + MINUTE)
    unequal_decisions()
    an_assessment()
    described()
    measured(tmp_path)
    submitted()
    scored()
    covered()
    claims.record_claim(use=USE, version=VERSION_A, promised=PROMISED, by=REVIEWER, at=NINE)
    testing.measure_claim(
        use=USE,
        claim=1,
        since_on=FIRST,
        until_on=LAST,
        machine=a_machine(tmp_path),
        by=REVIEWER,
        at=LATER,
    )
    site = live_server.url
    visit(browser, site, an_account("reviewer", Role.REVIEWER), BY_THE_REVIEWER)
    visit(browser, site, an_account("owner", Role.OWNER), BY_THE_OWNER)
