"""The pages of assessments: each part sees its steps, and no page is a way round a rule."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from answerable.inventory.models import Use
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import Role
from answerable.practices.assessment import queries
from answerable.practices.assessment.models import Assessment, Risk
from answerable.practices.assessment.pages import steps
from tests.inventory.situations import DAY, MINUTE, NINE, USE, VERSION_A
from tests.people.situations import an_account, an_agency
from tests.practices.assessment.situations import (
    a_machine,
    a_scored_use,
    an_assessment,
    unequal_decisions,
)

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SCORES = {"likelihood": 4, "severity": 3, "scale": 2, "reversibility": 4}


@pytest.fixture
def use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Use:
    monkeypatch.setattr(steps, "machine", lambda: a_machine(tmp_path))
    return a_scored_use()


def client_of(name: str, *roles: Role, agency: str = "north") -> Client:
    client = Client()
    client.force_login(an_account(name, *roles, agency=agency), backend=BACKEND)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"assessment:{name}", args=[USE, *args])


def done(client: Client, place: str, given: Mapping[str, object] | None = None) -> None:
    """Send a form that is taken."""
    answer = client.post(place, dict(given or {}))
    assert answer.status_code == 302, answer.content.decode()


def refused(client: Client, place: str, given: Mapping[str, object] | None = None) -> str:
    """Send a form that is not, and give what stands above it."""
    answer = client.post(place, dict(given or {}))
    assert answer.status_code in {403, 404, 422}, answer.content.decode()
    return answer.content.decode()


def test_an_assessment_goes_from_its_opening_to_its_refusal_through_the_pages(use: Use) -> None:
    # Pages read the clock: the decisions arrived before today, whatever day it is.
    unequal_decisions(arrived=NINE - 3 * DAY)
    owner, reviewer = client_of("owner", Role.OWNER), client_of("reviewer", Role.REVIEWER)
    done(owner, at("open"), {"version": VERSION_A})
    risk = {"harm": "People are kept in custody.", "group": "Group A", **SCORES}
    for dimension in ("human_rights", "equity", "fairness", "safety"):
        done(owner, at("risk", 1), {**risk, "dimension": dimension})
    done(owner, at("mitigate", 1, 1), MITIGATION)
    done(owner, at("data", 1), {"part": "training", "unknown_because": "The vendor says nothing."})
    done(owner, at("measure", 1), {"since_on": "2026-11-01", "until_on": "2026-12-31"})
    shown = owner.get(at("show", 1)).content.decode()
    assert "Largest selection gap, race=A against everyone else, outcome high:" in shown
    assert "2.40" in shown
    assert "known=" in shown
    done(owner, at("submit", 1))
    before = reviewer.get(at("show", 1)).content.decode()
    assert before.count("sealed until the reviewer has scored") == 4
    for number in range(1, 5):
        done(reviewer, at("score", 1, number), SCORES)
    done(reviewer, at("ground", 1), {"ground": "race", "how": "measured", "attribute": "race"})
    evidence = use.evidence.get().digest
    done(reviewer, at("rerun", 1, evidence))
    assert "the same" in reviewer.get(at("show", 1)).content.decode()
    done(reviewer, at("refuse", 1), {"reason": "Group A is called high 2.4 times as often."})
    after = owner.get(at("show", 1)).content.decode()
    assert "Group A is called high 2.4 times as often." in after
    assert Assessment.objects.get().state == "refused"
    assert "refused" in owner.get(at("use")).content.decode()


MITIGATION = {
    "action": "A judge decides alone.",
    "responsible": "owner@north.example",
    "due_on": "2027-01-31",
}


@pytest.mark.usefixtures("use")
def test_no_page_is_a_way_round_a_rule() -> None:
    an_assessment()
    both = client_of("both", Role.OWNER, Role.REVIEWER)
    approver = client_of("approver", Role.APPROVER)
    an_agency("south")
    stranger = client_of("stranger", *(r for r in Role if r is not Role.OPERATOR), agency="south")
    assert "role" in refused(approver, at("submit", 1))
    done(both, at("submit", 1))
    # They never owned the use, but it is their work by now.
    assert "does not review it" in refused(both, at("sign", 1), {"reason": "Fine."})
    assert "sealed" not in both.get(at("show", 1)).content.decode()
    reviewer = client_of("reviewer", Role.REVIEWER)
    assert "no reviewer has scored risk 1, 2, 3, 4" in refused(
        reviewer, at("sign", 1), {"reason": "Fine."}
    )
    assert "is submitted" in refused(both, at("risk", 1), {**RISK})
    assert "role" in refused(approver, at("sign", 1), {"reason": "Fine."})
    for place in (at("use"), at("show", 1)):
        assert stranger.get(place).status_code == 404
    assert "There is no use" in refused(stranger, at("sign", 1), {"reason": "Fine."})
    assert Client().get(at("show", 1)).status_code == 302
    assert both.get(at("show", 7)).status_code == 404
    assert Assessment.objects.get().state == "submitted"


RISK = {"dimension": "safety", "harm": "Harm.", "group": "All", **SCORES}


@pytest.mark.usefixtures("use")
def test_a_form_that_lacks_something_says_so_and_does_nothing() -> None:
    an_assessment()
    owner = client_of("owner", Role.OWNER)
    shown = refused(owner, at("risk", 1), {**RISK, "likelihood": 6, "harm": ""})
    assert "There is a problem" in shown
    assert Risk.objects.count() == 4
    told = refused(owner, at("mitigate", 1, 1), {**MITIGATION, "responsible": "no@one.example"})
    assert "no account" in told


@pytest.mark.usefixtures("use")
def test_what_waits_is_told_to_whoever_can_do_it() -> None:
    def told(account: Account) -> list[str]:
        return [line.what for line in queries.waiting(actor_of(account), at=NINE + MINUTE)]

    an_assessment()
    owner, reviewer = an_account("owner", Role.OWNER), an_account("reviewer", Role.REVIEWER)
    # Whoever enrolled the use is another account than this one.
    assert told(owner) == told(reviewer) == []
    Assessment.objects.update(state="submitted")
    assert told(reviewer) == ["Assessment 1 of Bail score waits for your own scores."]
    assert told(owner) == []


@pytest.mark.usefixtures("use")
def test_an_empty_list_says_what_to_do() -> None:
    assert "Open an assessment" in client_of("o", Role.OWNER).get(at("use")).content.decode()
    assert "Its owner opens one" in client_of("c", Role.CASEWORKER).get(at("use")).content.decode()
