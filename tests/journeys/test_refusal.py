"""A use is put in, refused by its reviewer for everybody to read, and no official gets round it."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import now

from answerable.law.red_lines import red_lines
from tests.journeys.situations import VERSION, Agency, the_program_starts
from tests.journeys.visitors import Visitor, Visitors

pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

UNFAIR = "Nobody has shown that people without papers are not refused more often."
NOT_SCREENED = "The screening leaves out the right to privacy."
SEVERE = {
    "How likely is it?": "4: often",
    "How bad is it for a person?": "3: serious",
    "How many people?": "3: hundreds",
    "Can it be undone?": "3: with effort",
}


def in_a_month() -> date:
    return now().date() + timedelta(days=30)


def test_a_refused_use_stays_refused_whatever_an_official_tries(
    agency: Agency, visitors: Visitors
) -> None:
    with visitors.staff(agency.address("olga")) as owner:
        she_puts_in_a_system_and_a_use(owner)
        she_files_what_it_rests_on(owner)
        the_program_starts(agency)
        she_hands_an_assessment_to_review(owner)
    with visitors.staff(agency.address("rita")) as reviewer:
        she_screens_it_without_seeing_the_owners_answers(reviewer)
        she_objects_to_the_screening(reviewer)
        she_scores_the_risk_and_refuses(reviewer)
    with visitors.staff(agency.address("anna")) as official:
        she_cannot_approve_it(official)
        she_cannot_waive_what_was_found(official)
    with visitors.somebody() as anybody:
        the_refusal_stands_on_the_register(anybody)


def she_puts_in_a_system_and_a_use(owner: Visitor) -> None:
    owner.follow("Systems and uses")
    assert "The inventory is empty." in owner.reads
    owner.follow("Put a system into the inventory")
    owner.answer(
        {
            "Which agency answers for it?": "north",
            "What is the system called?": "Benefit checks",
            "Its short name": "checks",
        }
    )
    owner.press("Put it in")
    assert "Benefit checks" == owner.heading
    owner.follow("Put in a use")
    owner.press("Put it in")
    assert "What is this use called?: This field is required." in owner.told
    owner.answer(
        {
            "What is this use called?": "Benefit check",
            "Its short name": "benefit-check",
            "What does it do?": "Decides: an outcome for a person",
            "What is it for?": "Which benefit claims are paid at once.",
            "About whom?": "Everyone who claims the benefit.",
            "On what legal basis?": "Benefits Act, section 12.",
            "Which outcomes can a decision have? (optional)": "paid\nrefused",
            "Which of these are bad for the person? (optional)": "refused",
            "Groups it is watched by (optional)": "sex",
        }
    )
    owner.press("Put it in")
    assert "The permit is closed" in owner.reads


def she_files_what_it_rests_on(owner: Visitor) -> None:
    owner.follow("Obligations: purpose, law, rights")
    owner.follow("What it is for")
    owner.answer(
        {
            "What is decided": "Whether a claim is paid at once.",
            "About whom": "Everyone who claims the benefit.",
            "What the AI gives out": "A score from 0 to 1.",
            "What is done with that": "Claims above 0.8 are refused.",
        }
    )
    owner.press("File it")
    owner.follow("The law it rests on")
    owner.answer(
        {
            "The law it rests on": "Benefits Act, section 12.",
            "What that law authorises": "Deciding on claims.",
            "Why its limits on rights are necessary and proportionate": "To pay soon.",
            "Privately held data that is reached, and by which authority": "None.",
        }
    )
    owner.press("File it")
    owner.follow("Less intrusive options")
    owner.answer(
        {
            "Option 1": "A random sample.",
            "How option 1 compares": "Finds a third of the errors.",
            "Why option 1 was not taken": "More people would wait.",
        }
    )
    owner.press("File it")
    owner.follow("Screening")
    owner.answer(
        {
            "Field of government": "Benefits",
            "Does it watch people?": "No",
            "Can it affect the safety of people?": "No",
        }
    )
    owner.press("File it")
    owner.follow("Red lines")
    for line in red_lines():
        owner.answer({line.question: "No", f"Reason for your answer on {line.name}": "It pays."})
    owner.press("File it")
    assert "Dossier 5 of" in owner.reads


def she_hands_an_assessment_to_review(owner: Visitor) -> None:
    owner.follow("Benefit check")
    owner.follow("Assessment: risks and evidence")
    owner.follow("Open an assessment")
    owner.answer({"Which version?": VERSION[:16]})
    owner.press("Open it")
    owner.follow("Describe a risk")
    owner.answer(
        {
            "What may be harmed?": "Equity",
            "What may happen?": "People who are owed money do not get it.",
            "To whom?": "People without papers",
            **SEVERE,
        }
    )
    owner.press("Add the risk")
    owner.follow("Hand it to review")
    owner.press("Hand it over")
    assert "It is submitted" in owner.reads


def she_screens_it_without_seeing_the_owners_answers(reviewer: Visitor) -> None:
    reviewer.follow("Screen Benefit check before you see its owner's answers")
    assert "Claims above 0.8 are refused." in reviewer.reads
    assert "It pays." not in reviewer.reads
    reviewer.answer(
        {
            "Field of government": "Benefits",
            "Does it watch people?": "No",
            "Can it affect the safety of people?": "No",
        }
    )
    reviewer.press("Give my answers")
    assert "Dossier 5 of" in reviewer.reads


def she_objects_to_the_screening(reviewer: Visitor) -> None:
    reviewer.follow("Sign off the dossier for a version")
    reviewer.answer(
        {"Version (optional)": VERSION[:12], "Objection to S2 (optional)": NOT_SCREENED}
    )
    reviewer.press("Record the verdicts")
    assert "No reviewer has gone through it yet." not in reviewer.reads


def she_scores_the_risk_and_refuses(reviewer: Visitor) -> None:
    reviewer.follow("Waiting for you")
    reviewer.follow("Assessment 1 of Benefit check waits for your own scores.")
    assert "sealed until the reviewer has scored" in reviewer.reads
    reviewer.follow("Score risk 1")
    reviewer.answer(SEVERE)
    reviewer.press("Give this score")
    reviewer.follow("Refuse the version")
    reviewer.answer({"Why?": UNFAIR})
    reviewer.press("Refuse it")
    assert "It is refused" in reviewer.reads


def she_cannot_approve_it(official: Visitor) -> None:
    official.follow("Systems and uses")
    official.follow("Benefit check")
    official.follow("Approve a version, or start a pilot")
    official.answer({"Version": VERSION, "Until and including": in_a_month().isoformat()})
    official.press("Approve")
    assert official.told.startswith("This was not done")
    assert "P2.0e" in official.told
    assert VERSION == official.page.input_value("#id_version")
    official.follow("Benefit check")
    assert "The permit is closed" in official.reads


def she_cannot_waive_what_was_found(official: Visitor) -> None:
    for row, why in (
        ("P2.0e", "no waiver ever covers this row"),
        ("S2", "a waiver covers only what nobody can say"),
    ):
        official.follow("Waive a row for a while")
        official.answer(
            {
                "Version": VERSION,
                "Which row?": row,
                "Why?": "We need it now.",
                "Until and including": in_a_month().isoformat(),
            }
        )
        official.press("Waive")
        assert why in official.told
        official.follow("Benefit check")
        assert "We need it now." not in official.reads


def the_refusal_stands_on_the_register(anybody: Visitor) -> None:
    anybody.type_the_address("/")
    assert "Register of uses of AI" == anybody.heading
    assert "Refused before" in anybody.reads
    anybody.follow("Benefit check")
    assert "people decide" in anybody.reads
    assert UNFAIR in anybody.reads
    anybody.unfold("entries, newest first")
    assert "We need it now." not in anybody.reads
