"""Separation of duties: who may not do what, whatever role they hold."""

from collections.abc import Collection


def may_approve(official: str, *, owners: Collection[str]) -> bool:
    """Nobody approves, observes or refuses a use that they own or have owned.

    >>> owners = {"account/1"}
    >>> may_approve("account/2", owners=owners), may_approve("account/1", owners=owners)
    (True, False)
    """
    return bool(official) and official not in owners


def may_waive(official: str, *, owners: Collection[str], issuers: Collection[str]) -> bool:
    """Nobody waives a row of a use that they own or have owned."""
    return not issuers and may_approve(official, owners=owners)


def may_renew_waiver(official: str, *, owners: Collection[str], issuers: Collection[str]) -> bool:
    """A waiver is renewed by another official than those who issued or renewed it."""
    return official not in issuers and may_approve(official, owners=owners)


def may_record_met(recorder: str, *, owners: Collection[str]) -> bool:
    """An owner may say that a row is not met, or that nobody can say; never that it is met."""
    return bool(recorder) and recorder not in owners
