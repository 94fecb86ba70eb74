"""Saying what letters say, and which office answers."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of, use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.remedy.entries import OfficesNamed, WordsSet
from answerable.practices.remedy.models import Offices, Wording
from answerable.practices.remedy.rules.states import Part, Step
from answerable.report.letter import LANGUAGES

LONGEST_WORDS = 2000
_LONGEST_OFFICE = 200


class WordsRefused(AnswerableError):
    """A letter cannot say this."""

    code = "remedy.words_refused"
    message = "The words cannot be kept: {reason}."
    hint = "Word each reason and outcome of the use's catalogue by its code, in plain language."


class StepUnowned(AnswerableError):
    """A step of remedy would be answered for by nobody."""

    code = "remedy.step_unowned"
    message = "No office is named for {steps}."
    hint = "Name the office that answers for each step, so that people know whom to ask."
    citation = "REQUIREMENTS P6e"


def set_words(
    *, use: str, part: Part, language: str, words: str, code: str = "", by: Actor, at: datetime
) -> Wording:
    """Say in plain words what a code means, or a part of the letters; it counts from now on."""
    found = use_for(by, use, Role.OWNER)
    refusal = _bar(found, part, code=code, language=language, words=words)
    if refusal:
        raise WordsRefused(reason=refusal)
    with transaction.atomic():
        told = WordsSet(use=use, part=part.value, code=code, language=language, words=words)
        return Wording.objects.create(
            use=locked(found),
            part=part.value,
            code=code,
            language=language,
            words=words,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def name_offices(*, use: str, offices: Mapping[Step, str], by: Actor, at: datetime) -> Offices:
    """Name the office that answers for each step of remedy; none is left without."""
    found = use_for(by, use, Role.OWNER)
    named = {step.value: offices.get(step, "").strip()[:_LONGEST_OFFICE] for step in Step}
    unowned = [step.words for step in Step if not named[step.value]]
    if unowned:
        raise StepUnowned(steps=", ".join(unowned))
    with transaction.atomic():
        told = OfficesNamed(
            use=use, offices=tuple(f"{step}: {office}" for step, office in named.items())
        )
        return Offices.objects.create(
            use=locked(found),
            content=named,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def _bar(use: Use, part: Part, *, code: str, language: str, words: str) -> str:
    context = context_from(context_of(use))
    outcomes = {*context.outcomes, *context.adverse}
    known = {Part.OUTCOME: outcomes, Part.REASON: set(use.reasons)}.get(part, {""})
    if not words.strip() or len(words) > LONGEST_WORDS:
        return f"they are blank or longer than {LONGEST_WORDS} characters"
    if language not in LANGUAGES:
        return f"letters are written in {', '.join(LANGUAGES)}, not in that language"
    if code not in known and not (part is Part.OUTCOME and code and not context.outcomes):
        return "there is no such code in the use's catalogue"
    return ""
