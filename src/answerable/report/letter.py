"""A notice to a person: the same letter as text, as a page and as a PDF, and what it lacks."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import cast

import typst

from answerable.errors import AnswerableError, visible
from answerable.law.notices import notice_elements
from answerable.law.profiles import profile as law_profile
from answerable.report.fonts import FAMILIES, writable
from answerable.report.letter_words import WORDS, Direction, Words
from answerable.report.templates import environment

LANGUAGES = tuple(WORDS)
"""The languages in which a letter's fixed words are written."""

_WIDTH = 72
_TITLE_MARK = "="
_HEADING_MARK = "-"


class LanguageNotWritten(AnswerableError):
    """Nobody has written the fixed words of a letter in this language."""

    code = "report.language_not_written"
    message = "There are no words for a letter in the language {language}."
    hint = "There are words in {known}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """What a letter about a decision says to the person it is about.

    All of it is in the person's language and filled from the record; an empty text, an
    empty list or None stands for what is not known, which `missing_elements` tells.
    ``address`` is for the envelope's window and may be empty. ``deadline_on`` is the last
    day to challenge, computed beforehand. ``secret`` opens the case at ``case_url``;
    ``checkpoint`` is the ledger's signed note on the day of the letter.
    """

    language: str
    agency: str
    person: str
    address: tuple[str, ...] = ()
    reference: str
    on: date
    decision: str
    ai_part: str
    reasons: tuple[str, ...]
    data_used: tuple[str, ...]
    what_to_do: tuple[str, ...]
    deadline_on: date | None
    help: tuple[str, ...]
    contact: str
    case_url: str
    secret: str
    checkpoint: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Section:
    """A heading with what stands below it; ``lines`` keep their breaks."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def direction_of(language: str) -> Direction:
    """Say which way a language is written."""
    return _words(language).direction


def missing_elements(letter: Letter, *, profile: str) -> tuple[str, ...]:
    """Name what a letter lacks under a profile; one that lacks anything is not sent.

    A blank counts as missing, and so does a list with a blank in it.
    """
    return tuple(
        element.name
        for element in notice_elements(law_profile(profile))
        if not _is_there(letter, element.name)
    )


def subject_of(letter: Letter) -> str:
    """Write the subject of a mail, which travels open: nothing of what was decided."""
    words = _words(letter.language)
    return words.subject.format(agency=_line(letter.agency), reference=_line(letter.reference))


def text_letter(letter: Letter) -> str:
    """Write a letter as plain text that reads well aloud: no boxes, no tables, no colours."""
    words = _words(letter.language)
    parts = [_line(letter.agency), *map(_line, letter.address), ""]
    parts += [words.title, _TITLE_MARK * len(words.title), ""]
    parts += [_flow(words.greeting.format(person=_line(letter.person)))]
    parts += _told(_facts(letter, words), words)
    for section in _sections(letter, words):
        parts += ["", section.heading, _HEADING_MARK * len(section.heading)]
        parts += [_flow(paragraph) for paragraph in section.paragraphs]
        parts += [_flow(item, mark="- ") for item in section.items]
        parts += _told(section.facts, words)
        parts += [_flow(paragraph) for paragraph in section.after]
        parts += section.lines
    return "\n".join(parts) + "\n"


def html_letter(letter: Letter) -> str:
    """Write a letter as one HTML page that fetches nothing. People's text is never markup."""
    words = _words(letter.language)
    return (
        environment()
        .get_template("letter.html")
        .render(
            language=letter.language,
            direction=words.direction.value,
            sender=(_line(letter.agency), *map(_line, letter.address)),
            title=words.title,
            greeting=words.greeting.format(person=_line(letter.person)),
            facts=_facts(letter, words),
            sections=_sections(letter, words),
        )
    )


def pdf_letter(letter: Letter) -> bytes:
    """Write a letter as a PDF that a screen reader can follow (PDF/UA-1 and PDF/A-2a).

    Typst is given the text as data, never as markup. Characters that the fonts lack are
    written as codes; the text and the page show them as they are.
    """
    words = _words(letter.language)
    data = {
        "language": letter.language,
        "direction": words.direction.value,
        "fonts": list(FAMILIES),
        "title": words.title,
        "sender": [_set(_line(text)) for text in (letter.agency, *letter.address)],
        "greeting": _set(words.greeting.format(person=_line(letter.person))),
        "facts": _set_pairs(_facts(letter, words)),
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": list(map(_set, section.paragraphs)),
                "items": list(map(_set, section.items)),
                "facts": _set_pairs(section.facts),
                "after": list(map(_set, section.after)),
                "lines": list(map(_set, section.lines)),
            }
            for section in _sections(letter, words)
        ],
    }
    with TemporaryDirectory() as nothing:
        compiler = typst.Compiler(
            input=_template(),
            root=nothing,
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
        made = compiler.compile(
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=datetime.combine(letter.on, time(), tzinfo=UTC),
        )
    # With one document and no place to write it to, Typst gives its bytes.
    return cast("bytes", made)


@cache
def _template() -> bytes:
    return (files("answerable.report") / "templates" / "letter.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


# -- what it says --------------------------------------------------------------------


def _words(language: str) -> Words:
    found = WORDS.get(language)
    if found is None:
        raise LanguageNotWritten(language=language[:20], known=", ".join(LANGUAGES))
    return found


def _is_there(letter: Letter, name: str) -> bool:
    if name == "language":
        return letter.language in WORDS
    match getattr(letter, name):
        case str() as text:
            return bool(text.strip())
        case tuple() as texts:
            return bool(texts) and all(text.strip() for text in texts)
        case found:
            return found is not None


def _facts(letter: Letter, words: Words) -> tuple[tuple[str, str], ...]:
    return (
        (words.dated, words.day_of(letter.on)),
        (words.reference, _line(letter.reference)),
    )


def _sections(letter: Letter, words: Words) -> tuple[_Section, ...]:
    until = (
        ()
        if letter.deadline_on is None
        else (words.until.format(day=words.day_of(letter.deadline_on)),)
    )
    return (
        _Section(heading=words.decided, paragraphs=_paragraphs(letter.decision)),
        _Section(heading=words.ai, paragraphs=_paragraphs(letter.ai_part)),
        _Section(heading=words.why, items=tuple(map(_line, letter.reasons))),
        _Section(heading=words.data, items=tuple(map(_line, letter.data_used))),
        _Section(heading=words.can_do, items=tuple(map(_line, letter.what_to_do)), after=until),
        _Section(
            heading=words.how,
            paragraphs=(words.where,),
            facts=(
                (words.page, _line(letter.case_url)),
                (words.reference, _line(letter.reference)),
                (words.code, _line(letter.secret)),
            ),
            after=(words.keep,),
        ),
        _Section(
            heading=words.help,
            items=tuple(map(_line, letter.help)),
            after=(words.contact.format(agency=_line(letter.agency)), *_paragraphs(letter.contact)),
        ),
        _Section(
            heading=words.record,
            paragraphs=(words.record_why,),
            lines=tuple(map(visible, letter.checkpoint.splitlines())),
        ),
    )


def _told(facts: tuple[tuple[str, str], ...], words: Words) -> list[str]:
    # In a line written from right to left, an address of a page would change its order.
    gap = "\n" if words.direction is Direction.RTL else " "
    return [f"{name}:{gap}{value}" for name, value in facts]


def _line(text: str) -> str:
    """People's text on one line, so that none of it can pass for a line of the letter."""
    return visible(" ".join(text.split()))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(filter(None, map(_line, text.splitlines())))


def _flow(text: str, *, mark: str = "") -> str:
    return fill(
        text,
        width=_WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _set(text: str) -> str:
    return writable(text)


def _set_pairs(pairs: tuple[tuple[str, str], ...]) -> list[list[str]]:
    return [[_set(name), _set(value)] for name, value in pairs]
