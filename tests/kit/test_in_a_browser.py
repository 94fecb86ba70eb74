"""The pages as people meet them: by keyboard, enlarged, without scripts, and with a passkey."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.utils.timezone import now
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from answerable.people.links import make_link
from answerable.people.models import Account
from answerable.people.roles import Role
from tests.browser import violations
from tests.kit.browsing import a_browser_beside_the_site, keeps_nobody_out, sign_in
from tests.kit.situations import PASSWORD, with_password
from tests.people.situations import OPERATOR, an_account, an_agency

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

OPEN = ["/accounts/login/", "/nothing/"]
OWN = [
    "/account/",
    "/people/north/",
    "/people/north/add/",
    "/people/north/{pk}/",
    "/people/north/{pk}/end/owner/",
    "/accounts/second-step/",
    "/accounts/second-step/totp/activate/",
    "/accounts/second-step/webauthn/",
    "/accounts/second-step/webauthn/add/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser_beside_the_site() as started:
        yield started


@pytest.fixture(autouse=True)
def no_limits_from_before() -> None:
    cache.clear()


@pytest.fixture
def ada() -> Account:
    an_agency()
    return with_password(an_account("ada", Role.ADMINISTRATOR, Role.OWNER))


def type_the_password_again(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/reauthenticate/")
    page.fill("#id_password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_nobody_is_kept_out_of_any_page_at_any_size(
    ada: Account, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text))

    olga = an_account("olga", Role.OWNER)
    first = make_link(account=olga, agency="north", by=OPERATOR, at=now()).secret
    for address in (*OPEN, f"/accounts/first-password/{first}/"):
        keeps_nobody_out(page, f"{live_server.url}{address}")
    sign_in(page, live_server.url, password=PASSWORD.upper())
    assert [] == violations(page)
    sign_in(page, live_server.url)
    assert ada.name in page.inner_text("main")
    type_the_password_again(page, live_server.url)
    for address in OWN:
        keeps_nobody_out(page, f"{live_server.url}{address.format(pk=ada.pk)}")
    refused = [told for told in complaints if "Content Security Policy" in told]
    assert [] == refused
    context.close()


def test_signing_in_needs_no_script(
    ada: Account, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url)
    assert ada.email in page.inner_text("main")
    with page.expect_navigation():
        page.click("text=Sign out")
    page.goto(f"{live_server.url}/account/")
    assert "/accounts/login/" in page.url
    context.close()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(
    browser: Browser, live_server: LiveServer
) -> None:
    page = browser.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.keyboard.press("Tab")
    assert "Skip to main content" == page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    page.close()


@pytest.mark.usefixtures("cakes")
def test_after_a_mistake_the_reader_begins_at_the_summary_and_goes_to_the_field(
    ada: Account, browser: Browser, live_server: LiveServer
) -> None:
    del ada
    page = browser.new_page()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/eat/")
    assert [] == violations(page)
    page.click("text=Eat it")
    assert page.title().startswith("Error: ")
    focused = "document.activeElement"
    assert "govuk-error-summary" == page.evaluate(f"{focused}.className")
    assert [] == violations(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "id_name" == page.evaluate(f"{focused}.id")
    page.keyboard.type("gone")
    page.check("#id_kind_1")
    page.click("text=Eat it")
    assert "The cake was eaten." in page.inner_text(".govuk-error-summary")
    assert [] == violations(page)
    page.close()


def test_a_passkey_is_added_and_then_opens_the_door_alone(
    ada: Account, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context()
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, live_server.url)
    type_the_password_again(page, live_server.url)
    page.goto(f"{live_server.url}/accounts/second-step/webauthn/add/")
    page.check("#id_passwordless")
    with page.expect_navigation():
        page.click("#mfa_webauthn_add")
    page.goto(f"{live_server.url}/accounts/second-step/webauthn/")
    assert "Passkey" in page.inner_text("table")
    assert [] == violations(page)

    page.goto(f"{live_server.url}/account/")
    with page.expect_navigation():
        page.click("text=Sign out")
    page.goto(f"{live_server.url}/accounts/login/?next=/account/")
    page.click("#passkey_login")
    page.wait_for_url(f"{live_server.url}/account/")
    assert ada.email in page.inner_text("main")
    context.close()
