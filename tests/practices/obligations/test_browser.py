"""The pages in a browser: nobody is kept out, at any size."""

import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from answerable.people.roles import Role
from tests.inventory.situations import USE
from tests.kit.browsing import keeps_nobody_out
from tests.people.situations import an_account
from tests.practices.browsing import a_page_of
from tests.practices.obligations.test_pages import a_filed_dossier, owner, send, signed_in

__all__ = ["owner"]

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)


def test_the_pages_of_owner_and_reviewer_keep_nobody_out(
    request: pytest.FixtureRequest, live_server: LiveServer
) -> None:
    by_owner = request.getfixturevalue("owner")
    a_filed_dossier(by_owner)
    reviewer = signed_in(an_account("reviewer", Role.REVIEWER))

    def visit(client: object, *names: str) -> None:
        with a_page_of(client, live_server.url) as page:  # type: ignore[arg-type]
            for name in names:
                address = reverse(f"obligations:{name}", args=[USE])
                keeps_nobody_out(page, f"{live_server.url}{address}")

    visit(reviewer, "use", "blind")
    send(reviewer, "blind", domain="BEN", watches="no", safety="no", rights=["R02"])
    visit(by_owner, "use", "options", "screening", "lines", "add_right", "check", "ruling")
    visit(reviewer, "sign_off")
