"""Separation of duties: who may not do what, whatever role they hold."""

from collections.abc import Collection


def may_review(reviewer: str, *, authors: Collection[str]) -> bool:
    """Nobody screens, agrees to or signs off what they own, owned or wrote.

    >>> may_review("account/2", authors={"account/1"})
    True
    >>> may_review("account/1", authors={"account/1"})
    False
    """
    return bool(reviewer) and reviewer not in authors


def may_confirm_check(person: str, *, writer: str, authors: Collection[str]) -> bool:
    """Whoever wrote a rights check does not confirm it, nor does an author of the dossier (P1a)."""
    return person != writer and may_review(person, authors=authors)
