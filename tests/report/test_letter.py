"""A letter says all it must, in words that read aloud, and holds no markup that people wrote."""

from dataclasses import replace
from datetime import date

import page
import pytest
from playwright.sync_api import Browser

from answerable.law.notices import notice_elements
from answerable.law.profiles import profile
from answerable.report.letter import (
    LANGUAGES,
    LanguageNotWritten,
    Letter,
    direction_of,
    html_letter,
    missing_elements,
    pdf_letter,
    subject_of,
    text_letter,
)
from answerable.report.letter_words import WORDS
from tests.browser import a_page, scrolls_sideways, violations
from tests.report.test_pdf import failures

HOSTILE = "<b>Bo</b> #strong[x] {{ 7*7 }} $x$\nYour code: FAKE"


def a_letter(**changes: object) -> Letter:
    letter = Letter(
        language="en",
        agency="County of Example",
        person="Ana Pérez",
        address=("1 Long Road", "Example"),
        reference="CASE-7Q2M",
        on=date(2013, 5, 3),
        decision="You were rated as a high risk before your trial.",
        ai_part="A score computed by a program was shown to the judge.",
        reasons=("Earlier arrests on file.", "Age at the time."),
        data_used=("The county's arrest records of the last ten years.",),
        what_to_do=("Ask a person to consider it afresh.", "Ask for your data to be corrected."),
        deadline_on=date(2013, 6, 14),
        help=("The public defender, free of charge.",),
        contact="Telephone 555 0100, weekdays from 9 to 5.",
        case_url="https://county.example/case/",
        secret="K7QP-M2XD-9RTA",  # noqa: S106 - a made-up code
        checkpoint="county.example/ledger\n1207\nq83v=\n\n— county.example/ledger " + "Ab+/" * 24,
    )
    return replace(letter, **changes)  # type: ignore[arg-type]


def test_a_full_letter_lacks_nothing() -> None:
    assert missing_elements(a_letter(), profile="statement") == ()


@pytest.mark.parametrize(
    ("name", "blank"),
    [
        *((name, " ") for name in ("agency", "person", "reference", "decision", "ai_part")),
        *((name, "") for name in ("contact", "case_url", "secret", "checkpoint")),
        *((name, ()) for name in ("reasons", "data_used", "what_to_do", "help")),
        ("reasons", ("Earlier arrests on file.", " ")),
        ("deadline_on", None),
        ("language", "xx"),
    ],
)
def test_what_a_letter_lacks_is_named(name: str, blank: object) -> None:
    assert missing_elements(a_letter(**{name: blank}), profile="statement") == (name,)


def test_every_element_asked_for_is_part_of_a_letter() -> None:
    for element in notice_elements(profile("statement")):
        assert hasattr(a_letter(), element.name)


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(LanguageNotWritten, match="en, es, nl, ar"):
        text_letter(a_letter(language="xx"))


def test_the_subject_travels_open_and_tells_nothing_of_the_decision() -> None:
    subject = subject_of(a_letter())
    assert subject == "County of Example: a decision about you, reference CASE-7Q2M"
    for told in ("Ana", "high risk", "K7QP"):
        assert told not in subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_form_says_everything(language: str) -> None:
    letter = a_letter(language=language)
    text, html = text_letter(letter), html_letter(letter)
    for said in (
        *(letter.agency, letter.person, letter.reference, letter.decision, letter.ai_part),
        *(*letter.reasons, *letter.data_used, *letter.what_to_do, *letter.help),
        *(letter.contact, letter.case_url, letter.secret),
        WORDS[language].day_of(date(2013, 6, 14)),
    ):
        assert said in " ".join(text.split())
        assert said.replace("'", "&#39;") in html
    assert f'<html lang="{language}" dir="{direction_of(language)}">' in html


def test_the_signed_note_stands_in_the_text_as_it_was_signed() -> None:
    assert text_letter(a_letter()).endswith(a_letter().checkpoint + "\n")


def test_people_s_text_is_never_markup_and_never_a_line_of_the_letter() -> None:
    letter = a_letter(person=HOSTILE, agency=HOSTILE, reasons=(HOSTILE,), decision=HOSTILE)
    html = html_letter(letter)
    assert "<b>" not in html
    assert "{{ 7*7 }}" in html
    text = text_letter(replace(letter, decision="x"))
    assert "Your code: FAKE" not in text.splitlines()
    assert failures(pdf_letter(letter), page.ValidationProfile.PDF_UA_1) == []


def test_a_line_is_no_longer_than_a_screen_of_a_mail_program() -> None:
    prose = text_letter(a_letter(checkpoint="x", decision="word " * 60))
    assert max(map(len, prose.splitlines())) <= 72


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_passes_pdf_ua_1_and_pdf_a_2a(language: str) -> None:
    pdf = pdf_letter(a_letter(language=language))
    assert failures(pdf, page.ValidationProfile.PDF_UA_1) == []
    assert failures(pdf, page.ValidationProfile.PDF_A_2A) == []
    assert f"/Lang({language})".encode() in pdf.replace(b" ", b"")


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert pdf_letter(a_letter()) == pdf_letter(a_letter())


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_bars_nobody(browser: Browser, language: str, width: int) -> None:
    html = html_letter(a_letter(language=language, case_url="https://county.example/" + "a" * 80))
    with a_page(browser, html, width=width) as (shown, asked_for):
        assert violations(shown) == []
        assert not scrolls_sideways(shown)
        assert asked_for == []
