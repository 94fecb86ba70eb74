"""People and agencies by name."""

from datetime import UTC, datetime, timedelta

from answerable.people import actions, queries
from answerable.people.actors import Actor
from answerable.people.models import Account, Agency
from answerable.people.roles import Role
from answerable.people.tokens import Issued, Scope, issue_token

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPERATOR = Actor.operator()


def an_agency(ref: str = "north") -> Agency:
    return actions.found_agency(
        ref=ref, name=f"Agency of the {ref}", profile="statement", by=OPERATOR, at=NOON
    )


def an_account(name: str, *roles: Role, agency: str = "north") -> Account:
    account = actions.add_account(
        email=f"{name}@{agency}.example", name=name.title(), agency=agency, by=OPERATOR, at=NOON
    )
    for role in roles:
        actions.give_role(account=account, role=role, agency=agency, by=OPERATOR, at=NOON)
    return account


def somebody(name: str, *roles: Role, agency: str = "north") -> Actor:
    """An account as it acts, with these roles."""
    return queries.actor_of(an_account(name, *roles, agency=agency))


def a_token(by: Actor, *, agency: str = "north", use: str = "") -> Issued:
    return issue_token(
        agency=agency,
        name="benefits back office",
        scopes=[Scope.LEASES, Scope.DECISIONS],
        expires_at=NOON + timedelta(days=90),
        use=use,
        by=by,
        at=NOON,
    )
