"""Who there is, and what they may do; reads only."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from answerable.errors import AnswerableError
from answerable.people.actors import Actor
from answerable.people.models import Account, Agency, Membership, ServiceToken
from answerable.people.roles import INSTALLATION, Role


class UnknownAgency(AnswerableError):
    """No agency is called so."""

    code = "people.unknown_agency"
    message = "There is no agency {agency}."
    hint = "The agencies are {known}."


class UnknownAccount(AnswerableError):
    """Nobody can sign in with this address."""

    code = "people.unknown_account"
    message = "There is no account with this address that may sign in."
    hint = "Ask an administrator of the agency to add it."


def agency(ref: str) -> Agency:
    """Give the agency of this name."""
    found = Agency.objects.filter(ref=ref).first()
    if found is None:
        known = ", ".join(Agency.objects.order_by("ref").values_list("ref", flat=True))
        raise UnknownAgency(agency=ref[:80], known=known or "none yet")
    return found


def account(email: str) -> Account:
    """Give the account that signs in with this address."""
    found = Account.objects.filter(email=email.strip().lower(), is_active=True).first()
    if found is None:
        raise UnknownAccount
    return found


def actor_of(account: Account) -> Actor:
    """Give the account as somebody who acts, with the roles it holds now."""
    live = account.memberships.filter(ended_at=None, account__is_active=True)
    roles = live.values_list("agency__ref", "role")
    return Actor(ref=account.ref, roles=frozenset((ref, Role(role)) for ref, role in roles))


def administrators(agency: str) -> tuple[str, ...]:
    """List who can let people into an agency."""
    live = Membership.objects.filter(
        agency__ref=agency, role=Role.ADMINISTRATOR, ended_at=None, account__is_active=True
    )
    return tuple(membership.account.ref for membership in live.select_related("account"))


def agencies_visible_to(viewer: Actor) -> QuerySet[Agency]:
    """List the agencies in which the viewer plays a part."""
    return Agency.objects.filter(ref__in=viewer.agencies).order_by("ref")


def accounts_visible_to(viewer: Actor) -> QuerySet[Account]:
    """List those who play, or played, a part in an agency the viewer administers or audits."""
    seen = [
        agency
        for agency in viewer.agencies
        if viewer.may(Role.ADMINISTRATOR, Role.AUDITOR, agency=agency)
    ]
    return Account.objects.filter(memberships__agency__ref__in=seen).distinct().order_by("pk")


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """Give the names of people, to colleagues who already know of them, by their reference."""
    keys = {ref.removeprefix("account/"): ref for ref in refs if ref.startswith("account/")}
    found = Account.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    return {one.ref: one.name for one in found}


def accounts_of(agency: str, *, viewer: Actor) -> QuerySet[Account]:
    """List those of one agency that the viewer may see, by name."""
    seen = accounts_visible_to(viewer).filter(memberships__agency__ref=agency)
    return seen.distinct().order_by("name", "pk")


def account_in(agency: str, number: int, *, viewer: Actor) -> Account:
    """Give somebody who plays, or played, a part in an agency that the viewer may see into."""
    viewer.need(Role.ADMINISTRATOR, Role.AUDITOR, agency=agency)
    found = accounts_of(agency, viewer=viewer).filter(pk=number).first()
    if found is None:
        raise UnknownAccount
    return found


def roles_in(agency: str, account: Account) -> list[str]:
    """List the roles that an account holds in an agency now."""
    live = account.memberships.filter(ended_at=None, agency__ref=agency)
    return list(live.order_by("role").values_list("role", flat=True))


def tokens_visible_to(viewer: Actor, *, at: datetime) -> QuerySet[ServiceToken]:
    """List the tokens that open something now, in the agencies the viewer administers."""
    seen = [
        agency
        for agency in viewer.agencies
        if viewer.may(Role.ADMINISTRATOR, Role.AUDITOR, agency=agency)
    ]
    live = ServiceToken.objects.filter(revoked_at=None, expires_at__gt=at)
    return live.filter(agency__ref__in=seen).order_by("prefix")


def is_operator(viewer: Actor) -> bool:
    """Say whether the viewer runs the machine."""
    return viewer.may(Role.OPERATOR, agency=INSTALLATION)
