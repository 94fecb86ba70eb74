"""The words of a use's letters, and the offices that answer for remedy."""

from collections.abc import Mapping
from dataclasses import dataclass

from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of
from answerable.practices.remedy.models import Offices, Wording
from answerable.practices.remedy.rules.states import Part, Step


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The latest words of a use, by part, code and language."""

    said: Mapping[tuple[str, str, str], str]

    def of(self, part: Part, *, language: str, code: str = "") -> str:
        """Give the words; empty where nobody has worded it."""
        return self.said.get((part.value, code, language), "")

    def lines(self, part: Part, *, language: str) -> tuple[str, ...]:
        """Give the words of a part that is a list, one item a line."""
        return tuple(filter(None, map(str.strip, self.of(part, language=language).splitlines())))


def words_of(use: Use) -> Words:
    """Give the words that letters of a use are made of now."""
    rows = Wording.objects.filter(use=use).order_by("at", "pk")
    return Words(
        said={
            (part, code, language): words
            for part, code, language, words in rows.values_list("part", "code", "language", "words")
        }
    )


def offices_of(use: Use) -> tuple[dict[str, str], int | None]:
    """Give which office answers for which step, and the entry that says so."""
    found = Offices.objects.filter(use=use).order_by("at", "pk").last()
    return ({}, None) if found is None else (dict(found.content), found.entry)


def unnamed_steps(use: Use) -> tuple[Step, ...]:
    """Name the steps for which no office answers."""
    named, _ = offices_of(use)
    return tuple(step for step in Step if not named.get(step.value, "").strip())


def unworded(use: Use, *, language: str) -> tuple[str, ...]:
    """Name what a letter in a language would lack: "what a reason means (income_missing)"."""
    words = words_of(use)
    context = context_from(context_of(use))
    codes = {Part.OUTCOME: context.adverse, Part.REASON: tuple(use.reasons)}
    wanted = [
        (part, code)
        for part in Part
        if part is not Part.LOOK_BACK
        for code in codes.get(part, ("",))
    ]
    return tuple(
        f"{part.words} ({code})" if code else part.words
        for part, code in wanted
        if not words.of(part, language=language, code=code)
    )


def languages_of(use: Use) -> tuple[str, ...]:
    """List the languages in which anything was worded."""
    found = Wording.objects.filter(use=use).values_list("language", flat=True).distinct()
    return tuple(sorted(found))
