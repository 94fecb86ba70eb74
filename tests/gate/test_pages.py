"""The pages of inventory and gate: each role sees its steps, and no page is a way round a rule."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from answerable.gate.models import Approval, Hold
from answerable.inventory.models import System, Use
from answerable.ledger.models import EntryRow
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import Role
from tests.inventory.situations import CONTEXT, VERSION_A
from tests.people.situations import an_account, an_agency

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.usefixtures("enrolled"),
]

REF = "north.benefit-check"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def owner() -> Account:
    an_agency("north")
    an_agency("south")
    return an_account("owner", Role.OWNER)


@pytest.fixture
def enrolled(owner: Account) -> Use:
    """A use that its owner put in through the pages, running since before."""
    client = signed_in(owner)
    client.post(
        reverse("inventory:enrol_system"),
        {"agency": "north", "name": "Benefit checks", "slug": "checks"},
    )
    answer = client.post(
        reverse("inventory:enrol_use", args=["north.checks"]),
        {
            "name": "Benefit check",
            "slug": "benefit-check",
            "kind": "decides",
            "purpose": CONTEXT.purpose,
            "population": CONTEXT.population,
            "legal_basis": CONTEXT.legal_basis,
            "outcomes": "paid\nrefused",
            "adverse": "refused",
            "reasons": "income_missing",
            "attributes": "sex",
            "running_since": "2026-01-01 08:00",
        },
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/uses/{REF}/")
    from answerable.inventory.actions import record_version  # noqa: PLC0415

    record_version(
        system="north.checks",
        digest=VERSION_A,
        source="client",
        by=actor_of(owner),
        at=datetime.now(UTC),
    )
    return Use.objects.get()


def test_what_an_owner_puts_in_stands_in_the_inventory_and_opens_nothing(
    enrolled: Use, owner: Account
) -> None:
    page = signed_in(owner).get(f"/uses/{REF}/").content.decode()
    assert "The permit is <strong>closed</strong>" in page
    assert "not built" in page
    assert System.objects.get().name == "Benefit checks"
    assert enrolled.reasons == ["income_missing"]


def test_a_search_finds_a_part_of_a_name_and_says_so_when_it_finds_nothing(
    enrolled: Use, owner: Account
) -> None:
    client = signed_in(owner)
    assert enrolled.name in client.get("/systems/", {"q": "benefit"}).content.decode()
    nothing = client.get("/systems/", {"q": "<b>tax"}).content.decode()
    assert "Nothing matches “&lt;b&gt;tax”" in nothing


def test_to_another_agency_neither_the_use_nor_its_system_exists(enrolled: Use) -> None:
    stranger = signed_in(an_account("stranger", *_ALL, agency="south"))
    for path in ("/uses/north.benefit-check/", "/systems/north.checks/"):
        assert stranger.get(path).status_code == 404
    for step in ("approve", "refuse", "close", "observe", "shadow", "waive", "hold", "stage"):
        assert stranger.get(reverse(f"gate:{step}", args=[REF])).status_code == 404, step
    assert enrolled.name not in stranger.get("/systems/").content.decode()


def test_an_official_cannot_approve_while_rows_hold_the_gate() -> None:
    official = signed_in(an_account("official", Role.APPROVER))
    sent = {"version": VERSION_A, "until": "2026-12-31", "conditions": ""}
    answer = official.post(reverse("gate:approve", args=[REF]), sent)
    assert answer.status_code == 422
    assert "P1c" in answer.content.decode()
    assert not Approval.objects.exists()


def test_an_owner_who_is_an_official_too_cannot_approve_their_own_use(owner: Account) -> None:
    from answerable.people.actions import give_role  # noqa: PLC0415
    from answerable.people.actors import Actor  # noqa: PLC0415

    give_role(
        account=owner,
        role=Role.APPROVER,
        agency="north",
        by=Actor.operator(),
        at=datetime.now(UTC),
    )
    client = signed_in(owner)
    for step, sent in {
        "approve": {"version": VERSION_A, "until": "2026-12-31"},
        "refuse": {"reason": "Mine."},
    }.items():
        answer = client.post(reverse(f"gate:{step}", args=[REF]), sent)
        assert answer.status_code == 422, step
        assert "own" in answer.content.decode()
    assert not Approval.objects.exists()


def test_an_official_refuses_and_the_reason_stands_on_the_record() -> None:
    official = signed_in(an_account("official", Role.APPROVER))
    answer = official.post(
        reverse("gate:refuse", args=[REF]), {"reason": "The gap between groups is not explained."}
    )
    assert answer.status_code == 302
    told = official.get(reverse("gate:entries", args=[REF])).content.decode()
    assert "The gap between groups is not explained." in told
    assert EntryRow.objects.filter(kind="gate.approval.refused").count() == 1


def test_a_hold_is_placed_by_page_and_shown_with_its_number(owner: Account) -> None:
    client = signed_in(owner)
    sent = {"level": "people_only", "ground": "wrong_letters"}
    assert client.post(reverse("gate:hold", args=[REF]), sent).status_code == 302
    number = Hold.objects.get().pk
    assert f"Hold {number} since" in client.get(f"/uses/{REF}/").content.decode()
    answer = client.post(reverse("gate:lift", args=[REF, number]), {"rests_on": "entry 1"})
    assert answer.status_code in {403, 422}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_each_role_sees_the_use_with_the_steps_that_are_its_own(role: Role) -> None:
    page = signed_in(an_account("somebody", role)).get(f"/uses/{REF}/").content.decode()
    assert ("Approve a version" in page) is (role is Role.APPROVER)
    assert ("Pause it" in page) is (role in {Role.OWNER, Role.APPROVER, Role.REVIEWER})


def test_whoever_has_not_signed_in_is_sent_to_the_door() -> None:
    answer = Client().get(f"/uses/{REF}/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


_ALL = [role for role in Role if role is not Role.OPERATOR]
