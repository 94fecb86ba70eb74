"""An administrator lets people in by page: in her own agency, and nobody else does."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from answerable.people import actions, queries
from answerable.people.models import Account
from answerable.people.roles import Role
from tests.kit.situations import BACKEND, signed_in_as
from tests.people.situations import OPERATOR, an_account, an_agency

pytestmark = pytest.mark.django_db(databases="__all__")
OLGA = {"name": "Olga", "email": "olga@north.example", "role": "owner"}


@pytest.fixture
def ada(client: Client) -> Account:
    return signed_in_as(client, Role.ADMINISTRATOR)


def test_she_adds_somebody_with_a_first_role_in_one_step(ada: Account, client: Client) -> None:
    answer = client.post("/people/north/add/", OLGA)
    olga = queries.account("olga@north.example")
    assert f"/people/north/{olga.pk}/" == answer["Location"]
    assert ["owner"] == queries.roles_in("north", olga)
    listed = client.get("/people/", follow=True).content.decode()
    assert "Olga" in listed
    assert ada.name in listed


def test_what_is_refused_leaves_nobody_half_added(ada: Account, client: Client) -> None:
    taken = client.post("/people/north/add/", {**OLGA, "email": ada.email})
    assert (422, True) == (taken.status_code, b"an account with this address" in taken.content)
    no_role = client.post("/people/north/add/", {**OLGA, "role": "operator"})
    assert 422 == no_role.status_code
    assert [ada] == list(Account.objects.all())


def test_she_gives_and_ends_roles_but_not_her_own_last_one(ada: Account, client: Client) -> None:
    client.post(f"/people/north/{ada.pk}/give/", {"role": "auditor"})
    assert ["administrator", "auditor"] == queries.roles_in("north", ada)
    assert 200 == client.get(f"/people/north/{ada.pk}/end/auditor/").status_code
    client.post(f"/people/north/{ada.pk}/end/auditor/")
    assert ["administrator"] == queries.roles_in("north", ada)
    last = client.post(f"/people/north/{ada.pk}/end/administrator/")
    assert (409, True) == (last.status_code, b"last administrator" in last.content)
    assert ["administrator"] == queries.roles_in("north", ada)


def test_a_link_is_shown_once_and_opens_the_page_that_sets_the_password(
    ada: Account, client: Client
) -> None:
    olga = an_account("olga", Role.OWNER)
    shown = client.post(f"/people/north/{olga.pk}/link/").content.decode()
    [path] = re.findall(r"http://testserver(/accounts/first-password/[^/]+/)", shown)
    assert b"olga@north.example" in Client().get(path).content
    again = client.get(f"/people/north/{olga.pk}/link/")
    assert f"/people/north/{olga.pk}/" == again["Location"]
    del ada


def test_she_removes_a_second_step_that_was_lost_after_being_asked(
    ada: Account, client: Client
) -> None:
    olga = an_account("olga", Role.OWNER)
    path = f"/people/north/{olga.pk}/second-step/"
    # Without one there is nothing to remove, and the page of the person says why.
    refused = client.post(path)
    assert (409, True) == (refused.status_code, b"a password alone" in refused.content)
    Authenticator.objects.create(user=olga, type="totp", data={})
    assert path in client.get(f"/people/north/{olga.pk}/").content.decode()
    assert 200 == client.get(path).status_code
    assert Authenticator.objects.count() == 1
    assert 302 == client.post(path).status_code
    assert not Authenticator.objects.exists()
    # Of somebody who works for another agency too, no agency alone may.
    an_agency("south")
    actions.give_role(account=olga, role="owner", agency="south", by=OPERATOR, at=olga.created_at)
    assert 409 == client.post(path).status_code
    assert path not in client.get(f"/people/north/{olga.pk}/").content.decode()
    del ada


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_nobody_else_changes_anything(client: Client, role: Role) -> None:
    if role is Role.ADMINISTRATOR:
        an_agency("south")
        client.force_login(an_account("zoe", role, agency="south"), backend=BACKEND)
        an_agency()
    else:
        signed_in_as(client, role)
    olga = an_account("olga", Role.OWNER)
    posts = {
        "/people/north/add/": {**OLGA, "email": "eve@north.example"},
        f"/people/north/{olga.pk}/give/": {"role": "approver"},
        f"/people/north/{olga.pk}/end/owner/": {},
        f"/people/north/{olga.pk}/link/": {},
        f"/people/north/{olga.pk}/second-step/": {},
    }
    assert {403} == {client.post(path, data).status_code for path, data in posts.items()}
    assert ["owner"] == queries.roles_in("north", olga)
    assert not Account.objects.filter(email="eve@north.example").exists()
    sees = 200 if role is Role.AUDITOR else 403
    assert sees == client.get("/people/north/").status_code
    assert b"olga@" not in client.get("/people/").content


def test_somebody_of_another_agency_is_unknown_here(ada: Account, client: Client) -> None:
    an_agency("south")
    zoe = an_account("zoe", Role.OWNER, agency="south")
    assert 404 == client.get(f"/people/north/{zoe.pk}/").status_code
    assert 404 == client.post(f"/people/north/{zoe.pk}/link/").status_code
    del ada
