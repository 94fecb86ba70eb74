"""The pages of findings: everybody of the agency sees them, and few close one."""

import pytest
from django.test import Client

from answerable.intake.models import Finding
from answerable.people.roles import Role
from tests.inventory.situations import NINE
from tests.kit.situations import BACKEND, signed_in_as
from tests.people.situations import an_account, an_agency

pytestmark = pytest.mark.django_db(databases="__all__")
REASON = {"reason": "The clock of the back office was set right."}


@pytest.fixture
def found() -> Finding:
    return Finding.objects.create(
        agency="north",
        use="north.benefit-check",
        kind="closed_use",
        about="",
        detail="",
        count=1,
        first_at=NINE,
        last_at=NINE,
        state="open",
    )


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_who_may_close_a_finding_is_offered_that_and_nobody_else_is(
    client: Client, found: Finding, role: Role
) -> None:
    signed_in_as(client, role)
    may = role in {Role.APPROVER, Role.REVIEWER}
    shown = client.get("/findings/").content.decode()
    assert "closed use" in shown
    address = f"/findings/{found.pk}/close/"
    assert (address in shown) is may
    assert client.get(address).status_code == (200 if may else 403)
    assert client.post(address, REASON).status_code == (302 if may else 403)
    assert (Finding.objects.get().state == "closed") is may


def test_to_another_agency_a_finding_does_not_exist(client: Client, found: Finding) -> None:
    an_agency("south")
    client.force_login(an_account("zoe", Role.APPROVER, agency="south"), backend=BACKEND)
    assert "closed use" not in client.get("/findings/").content.decode()
    assert client.get(f"/findings/{found.pk}/close/").status_code == 404
    assert client.post(f"/findings/{found.pk}/close/", REASON).status_code == 404
