"""What a page offers is what whoever looks may do, and a refusal stands where the way on is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from answerable.flow.reactions import react
from answerable.people.roles import Role
from answerable.practices.remedy.actions import repairs
from answerable.practices.remedy.models import Challenge, Notice
from answerable.practices.remedy.rules.states import Harm
from tests.inventory.situations import CASEWORKER, DAY
from tests.practices.remedy.situations import NOW, Postbox, a_challenge, a_letter, decide
from tests.practices.remedy.test_cases import OVERTURNED
from tests.practices.remedy.test_pages import AT, installed, opened, said, staff

pytestmark = pytest.mark.django_db(databases="__all__")

HEARD = NOW + 2 * DAY
COMPLETE, PROMISE = "Note what was undone", "Name a harm to be undone"


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    with installed(tmp_path):
        yield


def test_the_person_reads_how_the_decision_stands_for_them_now(
    client: Client, tmp_path: Path
) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    opened(client, post, notice)
    first = said(client, "/case/letter/")
    assert "The decision may have no effect on you before" in first
    assert "You can challenge the decision until" in first
    client.post("/case/challenge/", {"point_1": "I sent it.", "urgent": ["food"]})
    now = said(client, "/case/letter/")
    assert "It may have no effect on you until a person has answered." in now
    for gone in ("may have no effect on you before", "You can challenge", "Say what is wrong"):
        assert gone not in now
    assert "sooner because this is at stake for you: food" in said(client, "/case/status/")
    # Typed in all the same, it is refused on the page.
    again = client.post("/case/challenge/", {"point_1": "And again."})
    assert 422 == again.status_code
    assert b"being challenged already" in again.content
    decide(Challenge.objects.get(), outcome="paid", at=HEARD)
    fallen = said(client, "/case/letter/")
    assert "This decision does not stand. It may have no effect on you." in fallen
    assert "Say what is wrong" not in fallen


def test_a_decision_that_was_upheld_says_again_from_when_it_may_have_effect(
    client: Client, tmp_path: Path
) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    opened(client, post, notice)
    client.post("/case/challenge/", {"point_1": "I sent it."})
    decide(Challenge.objects.get(), outcome="refused", at=HEARD)
    assert "The decision may have no effect on you before" in said(client, "/case/letter/")


def test_a_refused_button_leaves_whoever_pressed_it_on_the_page(
    client: Client, tmp_path: Path
) -> None:
    challenge = a_challenge(tmp_path)
    reference = challenge.notice.reference
    staff(client, "curious", Role.CASEWORKER)
    client.post(f"{AT}/notices/{reference}/decision/")
    case = f"challenges/{challenge.reference}"
    for button, refusal, way_on in (
        (f"{case}/take/", b"have been shown", b"To be considered before"),
        (f"{case}/close/", b"cannot be closed", b"To be considered before"),
        (f"notices/{reference}/again/", b"is not sent again", b"Sendings"),
    ):
        answer = client.post(f"{AT}/{button}")
        assert 409 == answer.status_code
        assert refusal in answer.content
        assert way_on in answer.content


def test_each_step_leads_back_to_its_challenge(client: Client, tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    staff(client, "all", Role.CASEWORKER, Role.REVIEWER)
    at = f"{AT}/challenges/{challenge.reference}/"
    client.post(f"{at}take/")
    for step in ("finding", "decide", "promise", "complete"):
        assert f'<a class="govuk-back-link" href="{at}">' in said(client, f"{at}{step}/")
    decision = said(client, f"{AT}/notices/{challenge.notice.reference}/decision/")
    assert f'<a class="govuk-back-link" href="{at}">' in decision


def test_the_page_of_a_challenge_says_why_it_is_urgent(client: Client, tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path, urgent=["food", "home"])
    staff(client, "tender", Role.CASEWORKER)
    shown = said(client, f"{AT}/challenges/{challenge.reference}/")
    assert "yes, so the shorter time runs: food, home" in shown


@pytest.mark.parametrize(
    ("role", "promise", "complete"),
    [
        (Role.CASEWORKER, True, True),
        (Role.APPROVER, True, True),
        (Role.REVIEWER, True, False),
        (Role.OWNER, False, True),
        (Role.AUDITOR, False, False),
    ],
)
def test_repairs_are_offered_to_those_who_may_note_them(
    client: Client, tmp_path: Path, role: Role, *, promise: bool, complete: bool
) -> None:
    challenge = a_challenge(tmp_path)
    decide(challenge, outcome="paid", at=HEARD)
    repairs.promise_remedy(challenge=challenge.reference, harm=Harm.MONEY, by=CASEWORKER, at=HEARD)
    staff(client, "somebody", role)
    at = f"{AT}/challenges/{challenge.reference}/"
    shown = said(client, at)
    assert (promise, complete) == (PROMISE in shown, COMPLETE in shown)
    # Whoever is offered a step gets its page, and nobody else does.
    assert (200 if promise else 403) == client.get(f"{at}promise/").status_code
    assert (200 if complete else 403) == client.get(f"{at}complete/").status_code


def test_a_harm_disputed_after_the_end_can_be_undone_on_the_page(
    client: Client, tmp_path: Path
) -> None:
    challenge = a_challenge(tmp_path)
    decide(challenge, outcome="paid", at=HEARD)
    react([OVERTURNED], at=HEARD)
    repairs.promise_remedy(challenge=challenge.reference, harm=Harm.MONEY, by=CASEWORKER, at=HEARD)
    Challenge.objects.update(state="closed", closed_at=HEARD)
    staff(client, "tender", Role.CASEWORKER)
    shown = said(client, f"{AT}/challenges/{challenge.reference}/")
    assert (True, False) == (COMPLETE in shown, PROMISE in shown)


def test_another_caseworker_takes_over(client: Client, tmp_path: Path) -> None:
    challenge = a_challenge(tmp_path)
    staff(client, "tender", Role.CASEWORKER)
    at = f"{AT}/challenges/{challenge.reference}/"
    client.post(f"{at}take/")
    assert "Take it" not in said(client, at)
    other = Client()
    account = staff(other, "other", Role.CASEWORKER)
    assert "Take it over, and begin afresh" in said(other, at)
    assert at == other.post(f"{at}take/")["Location"]
    assert f"account/{account.pk}" == Challenge.objects.get().reviewer


def test_a_caseworker_takes_in_a_challenge_for_who_calls(client: Client, tmp_path: Path) -> None:
    notice = a_letter(tmp_path)
    at = f"{AT}/notices/{notice.reference}/"
    staff(client, "rita", Role.REVIEWER)
    assert "take that in" not in said(client, at)
    said(client, f"{at}challenge/", status=403)
    staff(client, "tender", Role.CASEWORKER)
    assert "The person challenges it: take that in" in said(client, at)
    typed = {"point_1": "I did send it.", "channel": "telephone"}
    filed = client.post(f"{at}challenge/", typed)
    challenge = Challenge.objects.get()
    assert f"{AT}/challenges/{challenge.reference}/" == filed["Location"]
    # They have not had the letter yet, so no time has run; and nobody has told them.
    assert ("telephone", False, None) == (
        challenge.channel,
        challenge.late,
        challenge.acknowledged_at,
    )
    assert "take that in" not in said(client, at)


def test_letters_are_listed_in_words_and_owed_is_not_opened(client: Client, tmp_path: Path) -> None:
    a_letter(tmp_path)
    Notice.objects.update(state="opened", missing=["ai_part"])
    staff(client, "tender", Role.CASEWORKER)
    listed = said(client, f"{AT}/notices/?state=opened")
    assert "owed, not written" in listed
    assert "what part AI played in it" in listed
    for page in (listed, said(client, f"{AT}/")):
        assert ">opened<" not in page
    assert "No letters in this state" in said(client, f"{AT}/notices/?state=returned")


def test_what_a_reviewer_found_is_for_them_until_it_is_decided(
    client: Client, tmp_path: Path
) -> None:
    challenge = a_challenge(tmp_path)
    staff(client, "tender", Role.CASEWORKER)
    at = f"{AT}/challenges/{challenge.reference}/"
    client.post(f"{at}take/")
    client.post(f"{at}finding/", {"finding": "paid", "words": "It is on file.", "minutes": "20"})
    assert "paid: It is on file." in said(client, at)
    other = Client()
    staff(other, "other", Role.CASEWORKER)
    assert "It is on file." not in said(other, at)
    typed = {"outcome": "paid", "accepted_1": "yes", "words_1": "Yes.", "minutes": "5"}
    client.post(f"{at}decide/", typed)
    shown = said(other, at)
    assert "paid: It is on file." in shown
    assert "25 minutes were taken in all" in shown
