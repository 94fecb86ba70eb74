"""The parts of Answerable that act in this room, and how its rows change."""

from answerable.errors import AnswerableError
from answerable.people.actors import Actor
from answerable.practices.remedy.models import Challenge, Element, LookBack, Mailing, Notice

REMEDY = Actor.operator("answerable/remedy")
"""Finds, writes and sends notices, and looks back."""

PERSON = Actor.operator("answerable/case")
"""Stands for whoever has shown the secret of a letter. Entries name no affected person."""


Moves = Challenge | Element | LookBack | Mailing | Notice
"""The rows that have a state."""


class SomebodyWasQuicker(AnswerableError):
    """What was to be changed is no longer as it was."""

    code = "remedy.somebody_was_quicker"
    message = "{what} changed in the meantime, so this cannot be done. Its state now: {now}."
    hint = "Look at it again."


def move(row: Moves, *, what: str, of: tuple[str, ...], **changed: object) -> None:
    """Change a row that is still in one of the states ``of``, in one statement, or refuse."""
    manager = type(row)._default_manager  # noqa: SLF001 - Django's name for it
    if not manager.filter(pk=row.pk, state__in=of).update(**changed):
        raise SomebodyWasQuicker(what=what, now=manager.get(pk=row.pk).words)
    for name, value in changed.items():
        setattr(row, name, value)
