"""Why a part of a dossier cannot be filed."""

from collections.abc import Iterable
from typing import assert_never

from answerable.law.red_lines import red_lines
from answerable.law.rights import domains, rights
from answerable.practices.obligations.rules.dossier import (
    Basis,
    Options,
    Part,
    Purpose,
    RedLines,
    RightDropped,
    RightTouched,
    Screening,
)

LONGEST_TEXT = 2000
_BLANK = f"a text of it is blank or longer than {LONGEST_TEXT} characters"


def fault_of(part: Part) -> str | None:
    """Say why a part cannot be filed; None if it can."""
    if not all(is_told(text) for text in _texts(part)):
        return _BLANK
    match part:
        case Options(options=()):
            return "no option is named"
        case RightTouched(right=code) if not _known((code,)):
            return "the catalogue holds no such right"
        case Screening():
            return _fault_of_answers(part)
        case RedLines(answers=answers):
            asked = [line.id for line in red_lines()]
            answered = [answer.line for answer in answers] == asked
            return None if answered else "every red line is answered, once and in its order"
        case _:
            return None


def is_told(text: str) -> bool:
    """Whether a text says something, and not too much."""
    return bool(text.strip()) and len(text) <= LONGEST_TEXT


def _texts(part: Part) -> list[str]:
    match part:
        case Purpose():
            return [part.decision, part.population, part.output, part.action]
        case Basis():
            return [part.citation, part.authorises, part.necessity, part.private_data]
        case Options():
            compared = [(one.option, one.compared, one.reason) for one in part.options]
            return [text for one in compared for text in one]
        case RightTouched() | RightDropped():
            return _texts_of_right(part)
        case Screening():
            return list(part.untouched.values())
        case RedLines():
            return [answer.reason for answer in part.answers]
        case other:
            assert_never(other)


def _texts_of_right(part: RightTouched | RightDropped) -> list[str]:
    return [part.holders, part.group, part.effect] if isinstance(part, RightTouched) else []


def _fault_of_answers(answers: Screening) -> str | None:
    if answers.domain not in {domain.code for domain in domains()}:
        return "the catalogue holds no such domain"
    if not _known((*answers.rights, *answers.untouched)):
        return "the catalogue holds no such right"
    if set(answers.rights) & set(answers.untouched):
        return "a right is answered yes and no at once"
    return None


def _known(codes: Iterable[str]) -> bool:
    return {right.code for right in rights()} >= set(codes)
