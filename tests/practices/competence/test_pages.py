"""An exercise in the browser: real cases, nothing given away, scored when it is sent."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from answerable.gate.models import RowVerdict
from answerable.inventory import actions
from answerable.inventory.models import Use
from answerable.kit.waiting import Urgency
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import Role
from answerable.practices.competence import pages, queries
from answerable.practices.competence.models import Exercise, ExerciseCase, KnownCase
from tests.inventory.situations import CONTEXT, USE, VERSION_A
from tests.people.situations import an_account, an_agency
from tests.practices.competence.situations import FORTY, PSEUDONYMS, known_cases

pytestmark = pytest.mark.django_db(databases="__all__")

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def owner(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Whoever owns a use that runs, and of which the log knows how forty cases ended."""

    class Parts:
        pseudonyms = PSEUDONYMS

    monkeypatch.setattr(pages, "machine", Parts)
    an_agency("north")
    an_agency("south")
    account = an_account("owner", Role.OWNER)
    by = actor_of(account)
    actions.enrol_system(agency="north", slug="checks", name="Checks", by=by, at=AT)
    actions.record_version(system="north.checks", digest=VERSION_A, source="client", by=by, at=AT)
    actions.enrol_use(
        system="north.checks",
        slug="benefit-check",
        name="Benefit check",
        context=CONTEXT,
        by=by,
        at=AT,
    )
    actions.start_deployment(use=USE, version=VERSION_A, by=by, at=AT)
    known_cases(FORTY)
    # Drawn in the present of the page's clock.
    KnownCase.objects.update(occurred_at=AT)
    return signed_in(account)


@pytest.fixture
def caseworker(owner: Client) -> Client:
    account = an_account("caseworker", Role.CASEWORKER)
    fields = {"email": account.email, "pseudonym": "desk-7"}
    assert 302 == owner.post(reverse("competence:staff", args=[USE]), fields).status_code
    return signed_in(account)


def read(client: Client, name: str = "use", *rest: str) -> str:
    answer = client.get(reverse(f"competence:{name}", args=[USE, *rest]))
    assert 200 == answer.status_code
    return answer.content.decode()


def begun(client: Client) -> str:
    """The address of the cases that were drawn."""
    answer = client.post(reverse("competence:begin", args=[USE]), {"version": VERSION_A})
    assert 302 == answer.status_code
    return answer["Location"]


def the_answers(*, wrong: int = 0) -> dict[str, str]:
    return {
        f"case_{case.number}": case.label
        if case.number > wrong
        else {"right": "wrong", "wrong": "right"}[case.label]
        for case in ExerciseCase.objects.all()
    }


def the_use() -> Use:
    return Use.objects.get(ref=USE)


def test_an_exercise_is_begun_answered_and_scored(caseworker: Client, owner: Client) -> None:
    assert "Begin an exercise" in read(caseworker)
    address = begun(caseworker)
    page = caseworker.get(address).content.decode()
    assert 10 == page.count("What was found later?")
    # The page says of no case what was found: every case offers both, and neither is chosen.
    assert 10 == page.count('value="right"') == page.count('value="wrong"')
    assert "checked" not in re.sub(r"output was \w+", "", page)
    assert 302 == caseworker.post(address, the_answers(wrong=1)).status_code
    assert (9, True) == Exercise.objects.values_list("right", "passed").get()
    assert "competent" in read(caseworker)
    shown = read(owner)
    assert "90" in shown
    assert "n = 10" in shown


def test_a_case_left_open_is_asked_for_and_nothing_is_scored(caseworker: Client) -> None:
    address = begun(caseworker)
    answers = the_answers()
    del answers["case_3"]
    answer = caseworker.post(address, answers)
    assert 422 == answer.status_code
    assert "There is a problem" in answer.content.decode()
    assert Exercise.objects.get().scored_at is None
    assert "Answer the cases that wait for you" in read(caseworker)


def test_whoever_failed_is_told_when_to_try_again(caseworker: Client) -> None:
    caseworker.post(begun(caseworker), the_answers(wrong=5))
    assert "failed" in read(caseworker)
    answer = caseworker.post(reverse("competence:begin", args=[USE]), {"version": VERSION_A})
    assert 422 == answer.status_code
    assert "the next is possible on" in answer.content.decode()
    assert ["not_met"] == list(RowVerdict.objects.values_list("finding", flat=True))


def test_nobody_sees_or_answers_the_cases_of_somebody_else(caseworker: Client) -> None:
    address = begun(caseworker)
    colleague = signed_in(an_account("colleague", Role.CASEWORKER))
    assert 404 == colleague.get(address).status_code
    assert 404 == colleague.post(address, the_answers()).status_code
    assert "You are not named" in read(colleague)
    answer = colleague.post(reverse("competence:begin", args=[USE]), {"version": VERSION_A})
    assert 422 == answer.status_code


def test_staff_neither_name_others_nor_sign_off(caseworker: Client, owner: Client) -> None:
    for name in ("staff", "end", "sign_off"):
        answer = caseworker.post(reverse(f"competence:{name}", args=[USE]), {})
        assert 403 == answer.status_code
    reviewer = signed_in(an_account("reviewer", Role.REVIEWER))
    assert 403 == owner.post(reverse("competence:sign_off", args=[USE])).status_code
    caseworker.post(begun(caseworker), the_answers())
    fields = {"version": VERSION_A}
    assert 302 == reviewer.post(reverse("competence:sign_off", args=[USE]), fields).status_code
    assert {"P4a": "met", "P4b": "met"} == dict(RowVerdict.objects.values_list("row", "finding"))


def test_to_another_agency_there_is_no_such_use(caseworker: Client) -> None:
    del caseworker
    stranger = signed_in(an_account("owner", Role.OWNER, Role.REVIEWER, agency="south"))
    for name in ("use", "staff", "begin", "sign_off"):
        assert 404 == stranger.get(reverse(f"competence:{name}", args=[USE])).status_code


def test_each_role_is_told_what_waits_for_it(caseworker: Client) -> None:
    at = datetime.now(UTC)
    who = actor_of(Account.objects.get(email="caseworker@north.example"))
    reviewer = actor_of(an_account("reviewer", Role.REVIEWER))
    assert [Urgency.BLOCKED] == [line.urgency for line in queries.waiting(who, at=at)]
    assert [Urgency.WAITING] == [line.urgency for line in queries.waiting(reviewer, at=at)]
    caseworker.post(begun(caseworker), the_answers())
    at = datetime.now(UTC)
    assert [] == queries.waiting(who, at=at)
    (line,) = queries.waiting(who, at=at + timedelta(days=400))
    assert Urgency.OVERDUE is line.urgency
