"""Which decisions people must be told of."""

from collections.abc import Iterable

from answerable.inventory.contexts import Context, Kind

WRITTEN_TO = frozenset({Kind.DECIDES, Kind.INFORMS})
"""Kinds of use about whose decisions a letter goes to the person."""


def is_adverse(outcome: str, *, contexts: Iterable[Context]) -> bool:
    """Say whether an outcome was bad for the person in any of these contexts, or is unknown.

    The gate holds the effect of the same decisions: nobody is held without being told.
    """
    return any(
        outcome in context.adverse or bool(context.outcomes and outcome not in context.outcomes)
        for context in contexts
    )


def owes_notice(outcome: str, *, shadow: bool, historic: bool, contexts: Iterable[Context]) -> bool:
    """Say whether a decision owes its person a letter.

    What is computed in the shadow touches nobody, and what was decided before enrolment is
    written about only where a look-back finds it.

    >>> owes_notice("refused", shadow=True, historic=False, contexts=())
    False
    """
    if shadow or historic:
        return False
    return is_adverse(
        outcome, contexts=[context for context in contexts if context.kind in WRITTEN_TO]
    )
