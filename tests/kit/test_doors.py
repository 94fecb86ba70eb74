"""Who gets through: everybody, or whoever has signed in; and no page is without a door."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.timezone import now

from answerable.people import actions
from answerable.people.doors import Doorkeeper
from answerable.people.roles import Role
from tests.kit.situations import signed_in_as
from tests.people.situations import NOON, OPERATOR

pytestmark = pytest.mark.django_db(databases="__all__")

# These answer anybody with what is public, and check the method themselves.
PUBLIC_FILES = ("answerable.ledger.pages",)


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, address)
        else:
            yield address, pattern


def test_every_page_of_ours_has_a_door() -> None:
    found = list(addresses(get_resolver("answerable.project.urls")))
    ours = [
        (address, pattern.callback)
        for address, pattern in found
        if pattern.callback.__module__.startswith("answerable.")
        and pattern.callback.__module__ not in PUBLIC_FILES
    ]
    assert ours
    assert [] == [address for address, view in ours if not hasattr(view, "door")]


@pytest.mark.usefixtures("cakes")
def test_a_page_for_everybody_asks_nothing(client: Client) -> None:
    assert f"None {now().year}" == client.get("/open/").content.decode()


@pytest.mark.usefixtures("cakes")
def test_a_page_for_those_who_signed_in_sends_others_to_the_door_and_back(client: Client) -> None:
    answer = client.get("/closed/?page=2")
    assert (302, "/accounts/login/?next=%2Fclosed%2F%3Fpage%3D2") == (
        answer.status_code,
        answer["Location"],
    )
    signed_in_as(client, Role.OWNER)
    assert b"north" == client.get("/closed/").content


@pytest.mark.usefixtures("cakes")
def test_what_a_stranger_posts_is_not_carried_through_the_sign_in(client: Client) -> None:
    assert "/accounts/login/" == client.post("/closed/", {"name": "x"})["Location"]


@pytest.mark.usefixtures("cakes")
def test_what_one_person_is_shown_is_kept_in_no_cache(client: Client) -> None:
    signed_in_as(client, Role.OWNER)
    kept = client.get("/closed/")["Cache-Control"]
    assert {"no-store", "private"} <= {word.strip() for word in kept.split(",")}


@pytest.mark.usefixtures("cakes")
@pytest.mark.parametrize("address", ["/open/", "/closed/"])
def test_a_page_is_read_or_posted_to_and_nothing_else(client: Client, address: str) -> None:
    assert 405 == client.put(address).status_code


@pytest.mark.usefixtures("cakes")
def test_a_role_that_has_ended_opens_nothing_from_the_next_request_on(client: Client) -> None:
    account = signed_in_as(client, Role.OWNER)
    actions.end_role(account=account, role=Role.OWNER, agency="north", by=OPERATOR, at=NOON)
    assert b"" == client.get("/closed/").content


@pytest.mark.usefixtures("cakes")
def test_an_account_that_was_switched_off_is_nobody(client: Client) -> None:
    account = signed_in_as(client, Role.OWNER)
    account.is_active = False
    account.save()
    assert 302 == client.get("/closed/").status_code


def test_the_time_of_a_page_comes_from_the_clock_it_was_given() -> None:
    long_ago = datetime(2013, 1, 1, tzinfo=UTC)
    seen = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.at)  # type: ignore[attr-defined]
        return HttpResponse()

    Doorkeeper(answer, clock=lambda: long_ago)(HttpRequest())
    assert [long_ago] == seen
