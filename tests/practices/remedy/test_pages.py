"""The pages: a person without an account, and staff with theirs, each seeing what is theirs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import include, path

from answerable.intake.machine import Machine, machine
from answerable.kit.waiting import Urgency
from answerable.people.actors import Actor
from answerable.people.models import Account
from answerable.people.queries import actor_of
from answerable.people.roles import Role
from answerable.practices.remedy.actions.challenges import acknowledge, file_challenge
from answerable.practices.remedy.actions.parts import PERSON
from answerable.practices.remedy.actions.reviewing import assign_reviewer
from answerable.practices.remedy.actions.wording import set_words
from answerable.practices.remedy.models import Challenge, Contact, LookBack, Notice
from answerable.practices.remedy.queries import waiting
from answerable.practices.remedy.queries.cases import said_in
from answerable.report.letter_words import WORDS as LETTER_WORDS
from tests.browser import a_browser, a_page, violations
from tests.inventory.situations import DAY, OWNER, USE
from tests.kit.situations import BACKEND
from tests.people.situations import an_account
from tests.practices.remedy.situations import (
    DECIDER,
    NOW,
    PSEUDONYMS,
    WORDS,
    Postbox,
    a_contact,
    a_delivered_letter,
    a_letter,
    a_machine,
    a_person,
    a_worded_use,
    decided,
    look,
    prepare,
    secret_in,
    send,
)
from tests.practices.remedy.test_look_backs import a_look_back

pytestmark = pytest.mark.django_db(databases="__all__")

urlpatterns = [
    path("", include("answerable.people.urls")),
    path("", include("answerable.practices.remedy.urls")),
    path("accounts/", include("allauth.urls")),
]
AT = f"/uses/{USE}/remedy"


@contextmanager
def installed(folder: Path) -> Iterator[None]:
    """The pages of this room, over the parts of a machine in a folder."""
    _Here.found = a_machine(folder)
    machine.cache_clear()
    with override_settings(ROOT_URLCONF=__name__, INSTALLED_MACHINE=f"{__name__}.this_machine"):
        yield
    machine.cache_clear()


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path) -> Iterator[None]:
    with installed(tmp_path):
        yield


class _Here:
    found: Machine


def this_machine() -> Machine:
    return _Here.found


def opened(client: Client, post: Postbox, notice: Notice) -> None:
    typed = {"reference": notice.reference, "secret": secret_in(post)}
    answer = client.post("/case/", typed)
    assert (302, "/case/letter/") == (answer.status_code, answer["Location"])


def said(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert status == answer.status_code, answer.content
    return answer.content.decode()


def staff(client: Client, name: str, *roles: Role) -> Account:
    account = an_account(name, *roles)
    client.force_login(account, backend=BACKEND)
    return account


def test_a_person_reads_challenges_and_follows_without_an_account(
    client: Client, tmp_path: Path
) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    assert "You need no account" in said(client, "/case/")
    opened(client, post, notice)
    letter = said(client, "/case/letter/")
    assert "Your claim was refused." in letter
    assert secret_in(post) not in letter
    answer = client.post("/case/challenge/", {"point_1": "<b>I sent it.</b>", "urgent": ["food"]})
    assert "/case/status/" == answer["Location"]
    status = said(client, "/case/status/")
    assert "&lt;b&gt;I sent it.&lt;/b&gt;" in status
    assert "It waits for a person." in status
    challenge = Challenge.objects.get()
    assert (["food"], challenge.received_at) == (challenge.urgent, challenge.acknowledged_at)
    assert ["<b>I sent it.</b>"] == [one.words for one in said_in(challenge, PSEUDONYMS)]


def test_a_person_reads_in_their_own_language_and_direction(client: Client, tmp_path: Path) -> None:
    post = Postbox()
    a_worded_use(tmp_path)
    for (part, code), text in WORDS.items():
        set_words(use=USE, part=part, code=code, language="ar", words=text, by=OWNER, at=NOW)
    token = a_person()
    a_contact(language="ar")
    decided(token=token)
    look()
    prepare()
    send(post)
    notice = Notice.objects.get()
    found = re.search(r"(?:[2-9A-Z]{4}-){6}[2-9A-Z]{2}", str(post.taken[0]["text"]))
    assert found is not None
    secret = found.group()
    client.post("/case/", {"reference": notice.reference, "secret": secret})
    letter = said(client, "/case/letter/")
    assert '<div lang="ar" dir="rtl">' in letter
    assert LETTER_WORDS["ar"].why in letter


def test_what_the_person_sees_is_kept_by_no_browser_and_ends_with_leaving(
    client: Client, tmp_path: Path
) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    opened(client, post, notice)
    kept = client.get("/case/letter/")["Cache-Control"]
    assert {"no-store", "private"} <= {word.strip() for word in kept.split(",")}
    client.post("/case/leave/")
    assert "/case/" == client.get("/case/letter/")["Location"]


@pytest.mark.parametrize("address", ["letter", "challenge", "status", "opt-out", "opted-out"])
def test_nothing_is_behind_the_door_without_reference_and_code(
    client: Client, tmp_path: Path, address: str
) -> None:
    a_letter(tmp_path)
    for ask in (client.get, client.post):
        answer = ask(f"/case/{address}/")
        assert (302, "/case/") == (answer.status_code, answer["Location"])
    assert not Challenge.objects.exists()


def test_a_wrong_code_is_refused_on_the_same_page(client: Client, tmp_path: Path) -> None:
    notice = a_letter(tmp_path)
    typed = {"reference": notice.reference, "secret": "wrong"}
    answer = client.post("/case/", typed)
    assert 422 == answer.status_code
    assert b"do not open a letter" in answer.content


def test_a_case_of_somebody_else_is_not_answered_for(client: Client, tmp_path: Path) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    opened(client, post, notice)
    answer = client.post("/case/status/2222-2222-22-C1/yes/", {"harm": "money returned"})
    assert "/case/status/" == answer["Location"]


def test_a_person_lets_people_decide(client: Client, tmp_path: Path) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    opened(client, post, notice)
    assert "Let people decide about me" in said(client, "/case/opt-out/")
    assert "/case/opted-out/" == client.post("/case/opt-out/")["Location"]
    assert "People decide about you" in said(client, "/case/opted-out/")


def a_filed_challenge(folder: Path) -> Challenge:
    notice = a_delivered_letter(folder)
    return file_challenge(
        notice=notice.reference,
        points=["I did send my payslip."],
        channel="telephone",
        pseudonyms=PSEUDONYMS,
        by=PERSON,
        at=NOW + DAY,
    )


def test_a_caseworker_takes_finds_compares_and_decides_on_pages(
    client: Client, tmp_path: Path
) -> None:
    challenge = a_filed_challenge(tmp_path)
    staff(client, "tender", Role.CASEWORKER)
    at = f"{AT}/challenges/{challenge.reference}"
    decision = f"{AT}/notices/{challenge.notice.reference}/decision/"
    first = said(client, f"{at}/")
    assert "I did send my payslip." in first
    # Neither the outcome nor what the program said, before the own finding.
    assert WORDS[next(iter(WORDS))] not in first
    client.post(f"{at}/take/")
    assert 409 == client.post(decision).status_code
    assert "Show it to me" in said(client, decision)
    finding = {"finding": "paid", "words": "It is in the file.", "minutes": "20"}
    assert f"{at}/" == client.post(f"{at}/finding/", finding)["Location"]
    assert decision == client.post(decision)["Location"]
    assert "refused" in said(client, decision)
    decided = {"outcome": "paid", "accepted_1": "yes", "words_1": "You are right.", "minutes": "5"}
    assert f"{at}/" == client.post(f"{at}/decide/", decided)["Location"]
    assert "does not stand" in said(client, f"{at}/")
    client.post(f"{at}/promise/", {"harm": "money returned"})
    client.post(f"{at}/complete/", {"harm": "money returned", "proof": "payment 77"})
    assert "payment 77" in said(client, f"{at}/")
    # Others have not been looked for yet.
    closed = client.post(f"{at}/close/")
    assert (409, "overturned") == (closed.status_code, Challenge.objects.get().state)
    assert b"look-back" in closed.content


def test_who_looked_first_cannot_take_it(client: Client, tmp_path: Path) -> None:
    challenge = a_filed_challenge(tmp_path)
    staff(client, "curious", Role.CASEWORKER)
    client.post(f"{AT}/notices/{challenge.notice.reference}/decision/")
    answer = client.post(f"{AT}/challenges/{challenge.reference}/take/")
    assert 409 == answer.status_code
    assert b"have been shown" in answer.content
    assert DECIDER == challenge.notice.decider


def test_pages_of_another_agency_are_not_there(client: Client, tmp_path: Path) -> None:
    challenge = a_filed_challenge(tmp_path)
    an_agency_south(client)
    for address in (
        f"{AT}/",
        f"{AT}/notices/",
        f"{AT}/notices/{challenge.notice.reference}/",
        f"{AT}/challenges/{challenge.reference}/",
    ):
        said(client, address, status=404)


def an_agency_south(client: Client) -> None:
    from tests.people.situations import an_agency  # noqa: PLC0415 - for this one

    an_agency("south")
    account = an_account(
        "sue", *(role for role in Role if role is not Role.OPERATOR), agency="south"
    )
    client.force_login(account, backend=BACKEND)


def test_a_look_back_is_counted_first_and_then_searched(client: Client, tmp_path: Path) -> None:
    a_letter(tmp_path)
    look_back = a_look_back()
    staff(client, "rita", Role.REVIEWER)
    at = f"{AT}/look-backs/{look_back.reference}"
    rule = {"since": "2026-11-23", "until": "2026-11-23", "outcomes": "refused"}
    query = "&".join(f"{name}={value}" for name, value in rule.items())
    assert "This rule finds 1 of 1 decisions" in said(client, f"{at}/search/?{query}")
    assert "opened" == LookBack.objects.get().state
    assert f"{at}/" == client.post(f"{at}/search/", rule)["Location"]
    shown = said(client, f"{at}/")
    assert "1 of the 1 decisions of the period" in shown
    assert "1 of these decisions. Each is let go when" in shown
    refused = client.post(f"{at}/close/")
    assert 409 == refused.status_code
    # On the page of the look-back, so that the way on is there.
    assert b"somebody found has not been written to" in refused.content
    assert f"Look-back {look_back.reference}".encode() in refused.content
    wrong = client.post(f"{at}/search/", {**rule, "until": "2026-11-01"})
    assert b"ends before it begins" in wrong.content


def test_an_owner_words_letters_names_offices_and_imports_contacts(
    client: Client, tmp_path: Path
) -> None:
    a_letter(tmp_path)
    staff(client, "olga", Role.OWNER)
    words = {"part": "help", "code": "", "language": "en", "words": "Ring the desk."}
    assert f"{AT}/words/" == client.post(f"{AT}/words/", words)["Location"]
    assert "Ring the desk." in said(client, f"{AT}/words/")
    offices = dict.fromkeys(("acknowledge", "consider", "redress", "appeal"), "Desk 3")
    assert 422 == client.post(f"{AT}/offices/", {**offices, "appeal": ""}).status_code
    assert f"{AT}/" == client.post(f"{AT}/offices/", offices)["Location"]
    sheet = tmp_path / "contacts.csv"
    sheet.write_text("person,name,address,language\np-9,Ben Example,ben@home.example,en\n")
    with sheet.open("rb") as file:
        assert f"{AT}/" == client.post(f"{AT}/contacts/", {"file": file})["Location"]
    assert 2 == Contact.objects.count()
    sheet.write_text("person,name,address,language\np-9,Ben Secretname\n")
    with sheet.open("rb") as file:
        refused = client.post(f"{AT}/contacts/", {"file": file})
    assert (422, 2) == (refused.status_code, Contact.objects.count())
    assert b"Line 2" in refused.content
    assert b"Secretname" not in refused.content


def test_a_reviewer_measures_and_signs_off(client: Client, tmp_path: Path) -> None:
    a_delivered_letter(tmp_path)
    staff(client, "rita", Role.REVIEWER)
    client.post(f"{AT}/measure/")
    client.post(f"{AT}/sign-off/")
    shown = said(client, f"{AT}/")
    assert "How we know" in shown
    assert re.search(r"P6g.*?kit-verdict--met", shown, re.DOTALL)


def test_what_waits_is_told_to_whoever_can_do_it(client: Client, tmp_path: Path) -> None:
    challenge = a_filed_challenge(tmp_path)
    look_back = a_look_back()
    tender = actor_of(staff(client, "tender", Role.CASEWORKER))
    owner = actor_of(staff(client, "olga", Role.OWNER))
    reviewer = actor_of(staff(client, "rita", Role.REVIEWER))
    due = challenge.consider_by

    def told(actor: Actor, at: datetime) -> list[tuple[str, Urgency]]:
        return [
            (line.what.split(f" {challenge.reference}")[0], line.urgency)
            for line in waiting(actor, at=at)
        ]

    arrived = "Tell the person that the challenge"
    soon = challenge.acknowledge_by - timedelta(hours=1)
    take = "Take on the challenge"
    assert [(arrived, Urgency.WAITING), (take, Urgency.WAITING)] == told(tender, soon)
    assert [(arrived, Urgency.OVERDUE), (take, Urgency.WAITING)] == told(
        tender, due - timedelta(hours=1)
    )
    acknowledge(challenge=challenge.reference, how="post", by=tender, at=soon)
    assert [(take, Urgency.OVERDUE)] == told(tender, due)
    look = f"Search for others hit by the same fault: look-back {look_back.reference} of {USE}"
    assert [(take, Urgency.WAITING), (look, Urgency.WAITING)] == told(reviewer, soon)
    assert [] == told(owner, due)
    assign_reviewer(
        challenge=challenge.reference, reviewer=tender, pseudonyms=PSEUDONYMS, by=tender, at=soon
    )
    assert [("Record your own finding on the challenge", Urgency.WAITING)] == told(tender, soon)
    # Somebody else sees it when whoever took it on is late.
    assert [(look, Urgency.WAITING)] == told(reviewer, soon)
    assert ("See to the challenge", Urgency.OVERDUE) in told(reviewer, due)


def test_nobody_is_kept_out_of_these_pages(client: Client, tmp_path: Path) -> None:
    post = Postbox()
    notice = a_letter(tmp_path, post=post)
    opened(client, post, notice)
    client.post("/case/challenge/", {"point_1": "I sent it."})
    pages = [said(client, f"/case/{one}/") for one in ("letter", "challenge", "status", "opt-out")]
    pages.append(said(Client(), "/case/"))
    look_back = a_look_back()
    staff(client, "all", Role.CASEWORKER, Role.REVIEWER, Role.OWNER)
    challenge = Challenge.objects.get()
    pages += [
        said(client, f"{AT}/{address}")
        for address in (
            "",
            "words/",
            "offices/",
            "contacts/",
            "notices/",
            f"notices/{notice.reference}/",
            f"notices/{notice.reference}/returned/",
            f"notices/{notice.reference}/decision/",
            "challenges/",
            f"challenges/{challenge.reference}/",
            f"challenges/{challenge.reference}/finding/",
            f"challenges/{challenge.reference}/decide/",
            "look-backs/",
            f"look-backs/{look_back.reference}/",
            f"look-backs/{look_back.reference}/search/",
        )
    ]
    # Started last: its loop keeps Django from the database in this thread.
    with a_browser() as browser:
        for html in pages:
            for width in (1280, 640) if "Sign out" not in html else (1280,):
                with a_page(browser, html, width=width) as (shown, _):
                    assert [] == violations(shown), html
