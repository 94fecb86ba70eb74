"""A form is shown, refused with reasons, done once; and a refusal is a page."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from answerable.people.roles import Role
from tests.kit.addresses import EATEN, CakeForm
from tests.kit.situations import signed_in_as

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("cakes")]

CAKE = {"name": "plum cake", "kind": "plum", "oven": "a"}


@pytest.fixture
def eater(client: Client) -> Client:
    EATEN.clear()
    signed_in_as(client, Role.OWNER)
    return client


def test_a_form_is_shown_with_labels_hints_and_no_error(eater: Client) -> None:
    shown = eater.get("/eat/").content.decode()
    assert '<label class="govuk-label govuk-label--s" for="id_name">Name of the cake</label>' in (
        shown
    )
    assert 'aria-describedby="id_name_helptext"' in shown
    assert "Baked on (optional)" in shown
    assert "There is a problem" not in shown


def test_what_is_sent_is_done_once_and_leads_on(eater: Client) -> None:
    answer = eater.post("/eat/", CAKE)
    assert (302, "/open/?ate=plum%20cake") == (answer.status_code, answer["Location"])
    assert ["plum cake"] == [cake["name"] for cake in EATEN]


def test_what_is_missing_is_said_above_the_form_and_at_the_field(eater: Client) -> None:
    answer = eater.post("/eat/", {"name": "", "oven": "a", "note": "crumbs"})
    shown = answer.content.decode()
    assert 422 == answer.status_code
    assert "<title>Error: Eat a cake" in shown
    assert '<a href="#id_name">Name of the cake: This field is required.</a>' in shown
    # A group of buttons has no field of its own name: the way leads to its first button.
    assert '<a href="#id_kind_0">' in shown
    assert 'id="id_kind_0"' in shown
    assert 'id="id_name_error"' in shown
    assert "crumbs</textarea>" in shown
    assert [] == EATEN


def test_what_the_action_refuses_stands_above_the_form_that_keeps_what_was_typed(
    eater: Client,
) -> None:
    answer = eater.post("/eat/", {**CAKE, "name": "gone"})
    shown = answer.content.decode()
    assert 422 == answer.status_code
    assert "The cake was eaten." in shown
    assert "Come earlier." in shown
    assert "House rules, 3" in shown
    assert 'value="gone"' in shown


@pytest.mark.parametrize(("name", "status"), [("unknown", 404), ("forbidden", 403)])
def test_what_is_not_for_this_person_is_a_page_without_the_form(
    eater: Client, name: str, status: int
) -> None:
    answer = eater.post("/eat/", {**CAKE, "name": name})
    assert status == answer.status_code
    assert b"Eat it" not in answer.content


def test_a_refusal_that_no_form_took_up_is_a_page_with_its_sentence_and_code(
    eater: Client,
) -> None:
    answer = eater.get("/gone/")
    assert 409 == answer.status_code
    assert b"The cake was eaten." in answer.content
    assert b"example.cake_gone" in answer.content


@pytest.mark.parametrize(
    ("came", "leads_back"),
    [
        ("http://testserver/open/", True),
        ("http://testserver/gone/", False),
        ("http://elsewhere.example/open/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_refusal_leads_back_to_the_page_of_ours_where_one_was(
    eater: Client, came: str, *, leads_back: bool
) -> None:
    shown = eater.get("/gone/", headers={"referer": came}).content.decode()
    assert (f'href="{came}"' in shown) is leads_back
    assert 'href="/">start page' in shown


def test_a_button_without_fields_shows_what_was_refused(eater: Client) -> None:
    answer = eater.post("/throw-away/")
    assert (422, True) == (answer.status_code, b"The cake was eaten." in answer.content)


def test_people_s_text_is_shown_and_never_obeyed(eater: Client) -> None:
    shown = eater.post("/eat/", {"name": "<script>alert(1)</script>"}).content
    assert b"<script>alert" not in shown
    assert b"&lt;script&gt;" in shown


def test_a_form_from_another_site_is_refused_in_our_look(eater: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = eater.cookies
    answer = strict.post("/eat/", CAKE)
    assert (403, True) == (answer.status_code, b"The form was not accepted" in answer.content)
    assert [] == EATEN


def test_nothing_at_an_address_is_said_in_our_look(client: Client) -> None:
    answer = client.get("/nothing/")
    assert (404, True) == (answer.status_code, b"Nothing is at this address" in answer.content)


def test_a_fault_of_ours_is_said_without_its_inside(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")
    assert (500, True) == (answer.status_code, b"Something of ours broke" in answer.content)
    assert b"RuntimeError" not in answer.content


def test_no_page_may_run_or_show_what_is_written_into_it(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert "'none'" == rules["default-src"]
    assert "'self'" == rules["script-src"] == rules["style-src"] == rules["form-action"]
    assert "'none'" == rules["frame-ancestors"]
    assert "unsafe" not in policy


def test_a_day_is_read_as_the_browser_sends_it() -> None:
    form = CakeForm(data={**CAKE, "baked_on": "2026-03-27"})
    assert form.is_valid()
    assert "2026-03-27" == form.cleaned_data["baked_on"].isoformat()
    assert 'value="2026-03-27"' in str(form["baked_on"])


def test_secrets_travel_only_over_tls_where_the_site_has_it(settings: Settings) -> None:
    # In tests the site is on this machine; what is decided is decided by the scheme.
    assert settings.SESSION_COOKIE_SECURE is settings.CSRF_COOKIE_SECURE
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
