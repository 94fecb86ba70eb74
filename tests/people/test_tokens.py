"""Tokens of an agency's software: shown once, kept as a hash, scoped, and ending."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from answerable.people import queries
from answerable.people.actors import Actor, NotPermitted
from answerable.people.models import ServiceToken
from answerable.people.roles import Role
from answerable.people.tokens import (
    LONGEST,
    Scope,
    TokenTooLong,
    UnknownScope,
    UnknownToken,
    find,
    issue_token,
    revoke_token,
)
from tests.people.situations import NOON, a_token, an_agency, somebody

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def administrator() -> Actor:
    an_agency()
    an_agency("south")
    return somebody("ada", Role.ADMINISTRATOR)


def test_a_token_opens_what_it_was_issued_for(administrator: Actor) -> None:
    found = find(a_token(administrator, use="north.benefit-check").secret, at=NOON)
    assert found is not None
    assert ("north", "north.benefit-check") == (found.agency, found.use)
    assert {Scope.LEASES, Scope.DECISIONS} == found.scopes


def test_the_database_does_not_hold_the_secret(administrator: Actor) -> None:
    secret = a_token(administrator).secret
    kept = repr(list(ServiceToken.objects.values()))
    assert secret not in kept
    assert secret.rsplit("_", 1)[1] not in kept


@pytest.mark.parametrize("change", [lambda s: s[:-1], lambda s: s + "x", lambda _: "", str.upper])
def test_another_text_opens_nothing(administrator: Actor, change: Callable[[str], str]) -> None:
    secret = a_token(administrator).secret
    assert find(secret, at=NOON) is not None
    assert find(change(secret), at=NOON) is None


def test_a_token_opens_until_its_last_moment_and_not_after(administrator: Actor) -> None:
    secret = a_token(administrator).secret
    assert find(secret, at=NOON + timedelta(days=90, seconds=-1)) is not None
    assert find(secret, at=NOON + timedelta(days=90)) is None


def test_a_revoked_token_opens_nothing(administrator: Actor) -> None:
    issued = a_token(administrator)
    revoke_token(agency="north", prefix=issued.token.prefix, by=administrator, at=NOON)
    assert find(issued.secret, at=NOON) is None
    with pytest.raises(UnknownToken):
        revoke_token(agency="north", prefix=issued.token.prefix, by=administrator, at=NOON)


@pytest.mark.parametrize("length", [timedelta(0), -timedelta(days=1), LONGEST + timedelta(1)])
def test_a_token_ends_within_a_year(administrator: Actor, length: timedelta) -> None:
    with pytest.raises(TokenTooLong):
        issue_token(
            agency="north",
            name="x",
            scopes=["leases"],
            expires_at=NOON + length,
            by=administrator,
            at=NOON,
        )


@pytest.mark.parametrize("scopes", [[], ["everything"], ["leases", "everything"]])
def test_a_token_for_nothing_or_for_the_unheard_of_is_refused(
    administrator: Actor, scopes: list[str]
) -> None:
    with pytest.raises(UnknownScope):
        issue_token(
            agency="north",
            name="x",
            scopes=scopes,
            expires_at=NOON + timedelta(days=1),
            by=administrator,
            at=NOON,
        )


def test_an_administrator_issues_and_revokes_in_her_own_agency_only(administrator: Actor) -> None:
    with pytest.raises(NotPermitted):
        a_token(administrator, agency="south")
    issued = a_token(administrator)
    stranger = somebody("zoe", Role.ADMINISTRATOR, agency="south")
    with pytest.raises(NotPermitted):
        revoke_token(agency="north", prefix=issued.token.prefix, by=stranger, at=NOON)
    assert not queries.tokens_visible_to(stranger, at=NOON).exists()
    assert [issued.token] == list(queries.tokens_visible_to(administrator, at=NOON))
