"""What this room writes to the ledger."""

from dataclasses import dataclass
from typing import ClassVar

from answerable.ledger.entries import Entry, Person


@dataclass(frozen=True, kw_only=True, slots=True)
class AgencyFounded(Entry):
    """An agency was added to the installation."""

    kind: ClassVar[str] = "people.agency.founded"
    sentence: ClassVar[str] = "The agency {name} ({ref}) was added, under the profile {profile}."

    ref: str
    name: str
    profile: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountAdded(Entry):
    """Somebody can sign in."""

    kind: ClassVar[str] = "people.account.added"
    sentence: ClassVar[str] = "An account was added for {account}."

    account: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleGiven(Entry):
    """Somebody plays a part in an agency from now on."""

    kind: ClassVar[str] = "people.role.given"
    sentence: ClassVar[str] = "{account} was made {role}."

    account: Person
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleEnded(Entry):
    """Somebody plays a part no longer."""

    kind: ClassVar[str] = "people.role.ended"
    sentence: ClassVar[str] = "{account} is no longer {role}."

    account: Person
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenIssued(Entry):
    """A piece of the agency's software was let in."""

    kind: ClassVar[str] = "people.token.issued"
    sentence: ClassVar[str] = (
        "The token {prefix} was issued to the software {name} for {scopes}, until {expires_at}."
    )

    prefix: str
    name: str
    scopes: tuple[str, ...]
    use: str
    expires_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRevoked(Entry):
    """A token opens nothing any more."""

    kind: ClassVar[str] = "people.token.revoked"
    sentence: ClassVar[str] = "The token {prefix} was revoked."

    prefix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordLinkMade(Entry):
    """Somebody can set a password with a link that works once."""

    kind: ClassVar[str] = "people.link.made"
    sentence: ClassVar[str] = "A link to set a password was made for {account}, until {expires_at}."

    account: Person
    expires_at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondStepRemoved(Entry):
    """Somebody lost a second step of signing in, and has to set a new one."""

    kind: ClassVar[str] = "people.second_step.removed"
    sentence: ClassVar[str] = (
        "The second step with which {account} signed in was removed; a new one has to be set."
    )

    account: Person


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordSet(Entry):
    """Somebody has set a password with the link they were given."""

    kind: ClassVar[str] = "people.password.set"
    sentence: ClassVar[str] = "{account} set a password."

    account: Person
