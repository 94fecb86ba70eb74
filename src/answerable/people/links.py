"""Links with which somebody sets a password: shown once, kept as a hash, used once, ending."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from answerable.errors import AnswerableError
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.people import entries
from answerable.people.actors import Actor
from answerable.people.models import Account, PasswordLink
from answerable.people.queries import is_operator
from answerable.people.roles import Role

_SECRET_BYTES = 32
LENGTH = timedelta(hours=72)


class UnknownPasswordLink(AnswerableError):
    """A link was used already, has ended, or was never made."""

    code = "people.unknown_password_link"
    message = "This link was used already, or has ended."
    hint = "Ask an administrator of your agency for a new one."


class WorksElsewhere(AnswerableError):
    """An administrator would change how somebody of another agency signs in."""

    code = "people.works_elsewhere"
    message = "How this person signs in is not for {agency} alone: they work elsewhere, or nowhere."
    hint = "Whoever runs the machine can: `answerable account link` or `remove-second-step`."


class PasswordTooWeak(AnswerableError):
    """A password would be guessed."""

    code = "people.password_too_weak"
    message = "{reasons}"
    hint = "Four words that do not belong together are long enough, and easy to keep."


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeLink:
    """A link as it is shown, once: the last part of its address, and when it ends."""

    secret: str = field(repr=False)
    expires_at: datetime


def make_link(*, account: Account, agency: str, by: Actor, at: datetime) -> MadeLink:
    """Let somebody set a password. Links made before open nothing any more."""
    need_keeper(account, agency=agency, by=by)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    expires_at = at + LENGTH
    with transaction.atomic():
        PasswordLink.objects.filter(account=account, used_at=None).update(used_at=at)
        PasswordLink.objects.create(
            account=account,
            agency=agency,
            sha256=_sha256(secret),
            made_at=at,
            expires_at=expires_at,
        )
        told = entries.PasswordLinkMade(
            account=Person(account.ref), expires_at=expires_at.isoformat()
        )
        append(told, by=by, at=at, agency=agency)
    return MadeLink(secret=secret, expires_at=expires_at)


def need_keeper(account: Account, *, agency: str, by: Actor) -> None:
    """Refuse anybody who may not change how somebody signs in.

    With that one could become the person: so an administrator may for those who play a
    part in this agency and in no other, and whoever runs the machine for anybody.
    """
    if is_operator(by):
        return
    by.need(Role.ADMINISTRATOR, agency=agency)
    if not works_only_in(agency, account):
        raise WorksElsewhere(agency=agency)


def works_only_in(agency: str, account: Account) -> bool:
    """Say whether somebody plays a part in this agency, and in no other."""
    live = account.memberships.filter(ended_at=None)
    return {*live.values_list("agency__ref", flat=True)} == {agency}


def account_of(secret: str, *, at: datetime) -> Account:
    """Give whose link it is, while it opens something."""
    return _live(secret, at=at).account


def set_password(*, secret: str, password: str, at: datetime) -> Account:
    """Set the password of whoever holds the link, which opens nothing afterwards."""
    link = _live(secret, at=at)
    try:
        validate_password(password, link.account)
    except ValidationError as error:
        raise PasswordTooWeak(reasons=" ".join(error.messages)) from error
    with transaction.atomic():
        if not PasswordLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
            raise UnknownPasswordLink
        account = link.account
        account.set_password(password)
        account.save(update_fields=["password"])
        told = entries.PasswordSet(account=Person(account.ref))
        append(told, by=Actor(ref=account.ref), at=at, agency=link.agency)
    return account


def _live(secret: str, *, at: datetime) -> PasswordLink:
    found = (
        PasswordLink.objects.filter(
            sha256=_sha256(secret), used_at=None, expires_at__gt=at, account__is_active=True
        )
        .select_related("account")
        .first()
    )
    if found is None:
        raise UnknownPasswordLink
    return found


def _sha256(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
