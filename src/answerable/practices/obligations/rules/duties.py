"""Separation of duties: who may not do what, whatever role they hold."""

from collections.abc import Collection


def may_review(reviewer: str, *, owners: Collection[str]) -> bool:
    """Nobody screens, agrees to or signs off a use that they own or have owned.

    >>> may_review("account/2", owners={"account/1"}), may_review("account/1", owners={"account/1"})
    (True, False)
    """
    return bool(reviewer) and reviewer not in owners


def may_confirm_check(person: str, *, author: str, owners: Collection[str]) -> bool:
    """Whoever wrote a rights check does not confirm it, and no owner confirms any (P1a)."""
    return person != author and may_review(person, owners=owners)
