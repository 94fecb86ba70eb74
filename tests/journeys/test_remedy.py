"""Somebody reads a letter, challenges the decision, is heard by a person, and is made whole."""

import re

import pytest
from django.utils.timezone import now

from tests.journeys.situations import (
    DAY,
    LETTERS,
    USE,
    Agency,
    a_decision,
    a_use_that_was_running,
    its_letters_are_worded,
    the_software_decides,
)
from tests.journeys.visitors import Visitor, Visitors

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

SENT_IT = "I sent my payslip on the second of the month."
HEARD = "The payslip is in the file: you are right."
HARM = "money returned"


def test_a_person_is_heard_by_somebody_who_looks_afresh_and_is_made_whole(
    agency: Agency, visitors: Visitors
) -> None:
    two_people_are_refused_and_written_to(agency)
    with visitors.somebody() as eva:
        reference = she_opens_her_letter(eva, agency)
        she_says_what_is_wrong(eva)
        with visitors.staff(agency.address("dora")) as decider:
            who_decided_cannot_hear_it(decider)
        with visitors.staff(agency.address("carl")) as caseworker:
            he_takes_it_and_cannot_look_first(caseworker, reference)
            he_finds_for_himself(caseworker)
            he_compares_and_decides(caseworker)
            he_promises_and_completes_a_remedy(caseworker)
            he_cannot_close_it_before_others_were_looked_for(caseworker)
            with visitors.staff(agency.address("rita")) as reviewer:
                she_looks_for_others(reviewer, agency)
            she_says_that_it_is_done(eva)
            he_closes_it(caseworker)
        it_is_closed(eva)


def two_people_are_refused_and_written_to(agency: Agency) -> None:
    """Dora decided about Eva and Ben, as the software suggested."""
    a_use_that_was_running(agency)
    its_letters_are_worded(agency, people=("eva", "ben"))
    at = now() - DAY
    told = {"reviewer": agency.address("dora"), "review_action": "accepted", "review_seconds": 20}
    decisions = [a_decision(person, "refused", at=at, **told) for person in ("eva", "ben")]
    the_software_decides(agency, decisions, at=at)
    agency.the_clock_does(*LETTERS)


def she_opens_her_letter(eva: Visitor, agency: Agency) -> str:
    text = agency.letter_to("eva@home.example").get_body(("plain",))
    assert text is not None
    letter = text.get_content()
    (reference,) = set(re.findall(r"Your reference: (\S+)", letter))
    (code,) = set(re.findall(r"Your code: (\S+)", letter))
    (address,) = set(re.findall(r"https?://\S+?/case/", letter))
    assert f"{eva.site}/case/" == address
    eva.type_the_address("/case/")
    eva.answer({"Your reference": reference, "Your code": "of another letter"})
    eva.press("Open my letter")
    assert "do not open a letter" in eva.told
    eva.answer({"Your reference": reference.lower(), "Your code": code.lower()})
    eva.press("Open my letter")
    assert "Your claim was refused." in eva.reads
    assert "A computer program suggested the refusal" in eva.reads
    return str(reference)


def she_says_what_is_wrong(eva: Visitor) -> None:
    eva.follow("Say what is wrong")
    eva.answer({"What is wrong?": SENT_IT, "Is one of these at stake for you now?": "Food"})
    eva.press("Send my challenge")
    assert "It waits for a person." in eva.reads
    assert "You hear before" in eva.reads


def who_decided_cannot_hear_it(decider: Visitor) -> None:
    the_one(decider, "All challenges")
    decider.press("Take it on")
    assert "they took the decision that is challenged" in decider.told


def he_takes_it_and_cannot_look_first(caseworker: Visitor, reference: str) -> None:
    caseworker.follow(f"Take on the challenge {reference}-C1 of {USE}")
    assert SENT_IT in caseworker.reads
    assert "refused" not in caseworker.reads
    caseworker.press("Take it on")
    caseworker.type_the_address(f"/uses/{USE}/remedy/notices/{reference}/decision/")
    caseworker.press("Show it to me")
    assert "after your own finding" in caseworker.told


def he_finds_for_himself(caseworker: Visitor) -> None:
    the_one(caseworker, "All challenges")
    caseworker.follow("Record my own finding")
    caseworker.answer(
        {
            "What you would decide": "paid",
            "Why": "The payslip is in the file.",
            "Minutes you took": "25",
        }
    )
    caseworker.press("Record my finding")


def he_compares_and_decides(caseworker: Visitor) -> None:
    caseworker.follow("Compare with what was decided")
    caseworker.press("Show it to me")
    assert "A computer program suggested the refusal" in caseworker.reads
    the_one(caseworker, "All challenges")
    caseworker.follow("Decide, point by point")
    caseworker.answer(
        {
            "What is decided now": "paid",
            "Point 1": "The person is right",
            "Answer to point 1": HEARD,
            "Further minutes you took": "5",
        }
    )
    caseworker.press("Decide")
    assert "the decision does not stand" in caseworker.reads


def he_promises_and_completes_a_remedy(caseworker: Visitor) -> None:
    caseworker.follow("Name a harm to be undone")
    caseworker.answer({"What has to be undone": HARM})
    caseworker.press("Promise it")
    assert "promised" in caseworker.reads
    caseworker.follow("Note what was undone")
    caseworker.answer({"What was undone": HARM, "Number or file that shows it": "payment 77"})
    caseworker.press("It is done")
    assert "payment 77" in caseworker.reads


def he_cannot_close_it_before_others_were_looked_for(caseworker: Visitor) -> None:
    caseworker.press("Close the challenge")
    assert "the look-back for others hit by the same fault is not done" in caseworker.told


def she_looks_for_others(reviewer: Visitor, agency: Agency) -> None:
    the_one(reviewer, "All look-backs")
    reviewer.follow("Count, then search")
    reviewer.press("Count whom it finds")
    assert "This rule finds 2 of 2 decisions" in reviewer.reads
    reviewer.press("Search: hold these decisions and write to these people")
    # Eva has been heard; Ben has not.
    assert "1 of the 2 decisions of the period" in reviewer.reads
    reviewer.press("Close the look-back")
    assert "somebody found has not been written to" in reviewer.told
    agency.the_clock_does(*LETTERS)
    assert "We found a fault" in str(agency.letter_to("ben@home.example").get_body(("plain",)))
    the_one(reviewer, "All look-backs")
    reviewer.press("Close the look-back")
    assert "closed" in reviewer.reads


def she_says_that_it_is_done(eva: Visitor) -> None:
    eva.type_the_address("/case/status/")
    assert "The decision does not stand." in eva.reads
    assert HEARD in eva.reads
    assert f"We say this is done: {HARM}. Is that so?" in eva.reads
    eva.press("Yes, it is done")
    assert "confirmed" in eva.reads


def he_closes_it(caseworker: Visitor) -> None:
    the_one(caseworker, "All challenges")
    caseworker.press("Close the challenge")
    assert "State closed" in caseworker.reads


def it_is_closed(eva: Visitor) -> None:
    eva.type_the_address("/case/status/")
    assert "Closed on" in eva.reads
    eva.press("Close my case on this device")
    eva.type_the_address("/case/status/")
    assert "Read the letter about your decision" == eva.heading


def the_one(staff: Visitor, listed: str) -> None:
    """Go to the one thing that a list of this use holds, as staff find it."""
    staff.follow("Systems and uses")
    staff.follow("Benefit check")
    staff.follow("Remedy: notices, challenges, look-back")
    staff.follow(listed)
    (reference,) = staff.references
    staff.follow(reference)
