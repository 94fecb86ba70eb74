"""The pages of procurement: a claim is recorded, tested and reviewed by whoever may."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from answerable.inventory.actions import start_deployment
from answerable.inventory.models import Use
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import Role
from answerable.practices.procurement import pages, queries
from answerable.practices.procurement.models import Claim, ClaimTest
from tests.inventory.situations import DAY, HOUR, MINUTE, NINE, OWNER, USE, VERSION_A
from tests.people.situations import an_account
from tests.practices.assessment.situations import a_machine, a_scored_use, decided

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.usefixtures("use"),
]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CLAIM = {
    "metric": "accuracy",
    "promise": "at_least",
    "value": "0.7",
    "population": "People like these.",
    "as_of": "2026-01-01",
    "document": "Guide, page 12",
    "sha256": "d" * 64,
    "every_days": 180,
    "version": VERSION_A,
}
PERIOD = {"since_on": "2026-11-01", "until_on": "2026-12-31"}


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Use:
    monkeypatch.setattr(pages, "machine", lambda: a_machine(tmp_path))
    found = a_scored_use()
    start_deployment(use=USE, version=VERSION_A, by=OWNER, at=NINE + MINUTE)
    return found


def client_of(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"procurement:{name}", args=[USE, *args])


def test_a_claim_is_recorded_refuted_and_reviewed_through_the_pages() -> None:
    # Pages read the clock: the decisions arrived before today, whatever day it is.
    decided("high", "A", 99, start=0, labels="1", arrived=NINE - 3 * DAY)
    decided("high", "A", 100, start=1000, labels="0", arrived=NINE - 3 * DAY)
    decided("low", "A", 1, start=2000, labels="0", arrived=NINE - 3 * DAY)
    owner = client_of(an_account("owner", Role.OWNER))
    reviewer = client_of(an_account("reviewer", Role.REVIEWER))
    assert "No claim is recorded" in owner.get(at("use")).content.decode()
    answer = owner.post(at("record"), CLAIM)
    assert (answer.status_code, answer["Location"]) == (302, at("claim", 1))
    assert "It was not tested yet" in owner.get(at("claim", 1)).content.decode()
    assert owner.post(at("test", 1), PERIOD).status_code == 302
    shown = owner.get(at("claim", 1)).content.decode()
    # 99 of the high ones and the low one are right: 100 of 200.
    for told in ("refuted", "50.0 %", "70.0 %", "n = 200", "answerable reproduce", "known="):
        assert told in shown
    listed = owner.get(at("use")).content.decode()
    assert "refuted" in listed
    assert "Record this as its reviewer" not in listed
    assert owner.post(at("review"), {"reason": "Fine."}).status_code == 403
    assert reviewer.post(at("review"), {"reason": "It does not hold."}).status_code == 302
    assert reviewer.post(at("withdraw", 1), {"reason": "Taken back."}).status_code == 302
    assert "withdrawn" in owner.get(at("use")).content.decode()


def test_no_page_is_a_way_round_a_rule() -> None:
    owner = client_of(an_account("owner", Role.OWNER))
    approver = client_of(an_account("approver", Role.APPROVER))
    for place in (at("record"), at("test", 1), at("withdraw", 1), at("review")):
        assert approver.post(place, {}).status_code == 403
        assert Client().post(place, {}).status_code == 302
    assert owner.get(at("claim", 3)).status_code == 404
    wrong = owner.post(at("record"), {**CLAIM, "value": "1.7", "sha256": "d"})
    assert (wrong.status_code, "There is a problem" in wrong.content.decode()) == (422, True)
    hex_only = owner.post(at("record"), {**CLAIM, "sha256": "z" * 64})
    assert hex_only.status_code == 422
    assert not Claim.objects.exists()
    assert not ClaimTest.objects.exists()


def test_what_was_never_tested_or_is_due_again_waits() -> None:
    owner = an_account("owner", Role.OWNER)
    client_of(owner).post(at("record"), CLAIM)
    found = Claim.objects.get()
    told = queries.waiting(actor_of(owner), at=found.at + HOUR)
    assert [(line.what, line.urgency) for line in told] == [
        ("Claim 1 of the vendor about Bail score was never tested.", "waiting")
    ]
    late = queries.waiting(actor_of(owner), at=found.at + 180 * DAY)
    assert [line.urgency for line in late] == ["overdue"]
    assert queries.waiting(actor_of(an_account("c", Role.CASEWORKER)), at=found.at + HOUR) == []
