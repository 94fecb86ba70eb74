"""The pages in a browser: nobody is kept out, at any size."""

import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from tests.inventory.situations import USE
from tests.kit.browsing import keeps_nobody_out
from tests.practices.browsing import a_page_of
from tests.practices.competence.test_pages import begun, caseworker, owner, the_answers

__all__ = ["caseworker", "owner"]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_an_exercise_and_what_it_shows_keep_nobody_out(
    request: pytest.FixtureRequest, live_server: LiveServer
) -> None:
    by_owner, staff = request.getfixturevalue("owner"), request.getfixturevalue("caseworker")
    exercise = begun(staff)
    addresses = [reverse(f"competence:{name}", args=[USE]) for name in ("use", "begin")]
    with a_page_of(staff, live_server.url) as page:
        for address in (exercise, *addresses):
            keeps_nobody_out(page, f"{live_server.url}{address}")
    staff.post(exercise, the_answers())
    addresses = [reverse(f"competence:{name}", args=[USE]) for name in ("use", "staff", "end")]
    with a_page_of(by_owner, live_server.url) as page:
        for address in addresses:
            keeps_nobody_out(page, f"{live_server.url}{address}")
