"""Tokens for an agency's software: issued once, kept as a hash, scoped, and ending."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.ledger.append import append
from answerable.people import entries, queries
from answerable.people.actors import Actor
from answerable.people.models import ServiceToken
from answerable.people.roles import Role

_MARK = "ans"
_PREFIX_BYTES = 4
_SECRET_BYTES = 32
LONGEST = timedelta(days=366)


class Scope(StrEnum):
    """What a token opens."""

    LEASES = "leases"
    DECISIONS = "decisions"
    OUTCOMES = "outcomes"
    REVIEWS = "reviews"
    EFFECTS = "effects"


class TokenTooLong(AnswerableError):
    """A token would open a door for longer than anyone remembers it."""

    code = "people.token_too_long"
    message = "A token ends in the future and within {days} days of its issue."
    hint = "Issue it for a shorter time; a new one can be issued before it ends."


class UnknownScope(AnswerableError):
    """A token was asked for that would open nothing, or something unheard of."""

    code = "people.unknown_scope"
    message = "{scope} is nothing a token can open."
    hint = "The scopes are {known}."


class UnknownToken(AnswerableError):
    """No live token of the agency has this prefix."""

    code = "people.unknown_token"
    message = "{agency} has no live token {prefix}."
    hint = "The prefix is the part between the two underscores."


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """A token as it is shown, once. ``secret`` is the whole text that the software sends."""

    token: ServiceToken
    secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenFacts:
    """What a token opens, and until when. An empty ``use`` stands for every use."""

    agency: str
    prefix: str
    scopes: frozenset[Scope]
    use: str
    expires_at: datetime


def issue_token(
    *,
    agency: str,
    name: str,
    scopes: Collection[str],
    expires_at: datetime,
    by: Actor,
    at: datetime,
    use: str = "",
) -> Issued:
    """Let a piece of the agency's software in. The secret is not kept, and not shown again."""
    by.need(Role.ADMINISTRATOR, agency=agency)
    unknown = sorted(set(scopes) - set(Scope))
    if unknown or not scopes:
        raise UnknownScope(scope=", ".join(unknown)[:80] or "Nothing", known=", ".join(Scope))
    if not at < expires_at <= at + LONGEST:
        raise TokenTooLong(days=LONGEST.days)
    prefix = secrets.token_hex(_PREFIX_BYTES)
    secret = f"{_MARK}_{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    listed = sorted(set(scopes))
    with transaction.atomic():
        token = ServiceToken.objects.create(
            agency=queries.agency(agency),
            name=name,
            prefix=prefix,
            sha256=_sha256(secret),
            scopes=listed,
            use=use,
            created_at=at,
            expires_at=expires_at,
        )
        issued = entries.TokenIssued(
            prefix=prefix,
            name=name,
            scopes=tuple(listed),
            use=use,
            expires_at=expires_at.isoformat(),
        )
        append(issued, by=by, at=at, agency=agency)
    return Issued(token=token, secret=secret)


def revoke_token(*, agency: str, prefix: str, by: Actor, at: datetime) -> None:
    """End a token before its time."""
    by.need(Role.ADMINISTRATOR, agency=agency)
    with transaction.atomic():
        live = ServiceToken.objects.filter(agency__ref=agency, prefix=prefix, revoked_at=None)
        if not live.update(revoked_at=at):
            raise UnknownToken(agency=agency, prefix=prefix[:20])
        append(entries.TokenRevoked(prefix=prefix), by=by, at=at, agency=agency)


def find(secret: str, *, at: datetime) -> TokenFacts | None:
    """Give what a token opens, or None where it opens nothing.

    The hash is looked up, so no comparison of secrets takes longer the more they agree.
    """
    live = ServiceToken.objects.filter(sha256=_sha256(secret), revoked_at=None, expires_at__gt=at)
    token = live.select_related("agency").first()
    if token is None:
        return None
    return TokenFacts(
        agency=token.agency.ref,
        prefix=token.prefix,
        scopes=frozenset(Scope(scope) for scope in token.scopes),
        use=token.use,
        expires_at=token.expires_at,
    )


def _sha256(secret: str) -> str:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
