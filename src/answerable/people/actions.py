"""Founding agencies, letting people in, and giving and ending roles."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet

from answerable.errors import AnswerableError
from answerable.law.profiles import profile as law_profile
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.people import entries, queries
from answerable.people.actors import Actor
from answerable.people.models import Account, Agency, Membership
from answerable.people.roles import GIVEN, INSTALLATION, Role

_REF = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_REF = 40


class AgencyRefRefused(AnswerableError):
    """An agency cannot be called so."""

    code = "people.agency_ref_refused"
    message = "{ref} cannot name an agency: {reason}."
    hint = "Use small letters and digits with single hyphens: ministry-of-health."


class AddressRefused(AnswerableError):
    """Nobody could be written to at this address."""

    code = "people.address_refused"
    message = "This is no address of the form name@agency.example."
    hint = "Give the address with which the person signs in."


class AccountExists(AnswerableError):
    """Somebody signs in with this address already."""

    code = "people.account_exists"
    message = "There is an account with this address already."
    hint = "Give that account a role in the agency instead."


class RoleHeldAlready(AnswerableError):
    """A role was given twice."""

    code = "people.role_held_already"
    message = "This account is {role} in {agency} already."
    hint = "Nothing needs to be done."


class RoleNotHeld(AnswerableError):
    """A role was ended that the account does not hold."""

    code = "people.role_not_held"
    message = "This account is not {role} in {agency}."
    hint = "Look at the roles it holds."


class RoleNotGiven(AnswerableError):
    """A role was named that nobody can be given."""

    code = "people.role_not_given"
    message = "{role} is no role that can be given in an agency."
    hint = "The roles are {known}."


class LastAdministrator(AnswerableError):
    """An agency would be left without anyone who can let people in."""

    code = "people.last_administrator"
    message = "This is the last administrator of {agency}."
    hint = "Make somebody else administrator first."


def found_agency(*, ref: str, name: str, profile: str, by: Actor, at: datetime) -> Agency:
    """Add an agency to the installation; only whoever runs the machine can."""
    by.need(Role.OPERATOR, agency=INSTALLATION)
    if not _REF.fullmatch(ref) or len(ref) > _LONGEST_REF or ref == INSTALLATION:
        raise AgencyRefRefused(ref=ref[:80], reason="it is not of the form of a short address")
    known = law_profile(profile).name
    with transaction.atomic():
        if Agency.objects.filter(ref=ref).exists():
            raise AgencyRefRefused(ref=ref, reason="another agency is called so")
        agency = Agency.objects.create(ref=ref, name=name, profile=known, created_at=at)
        founded = entries.AgencyFounded(ref=ref, name=name, profile=known)
        append(founded, by=by, at=at, agency=ref)
    return agency


def add_account(*, email: str, name: str, agency: str, by: Actor, at: datetime) -> Account:
    """Let somebody sign in. The account plays no part anywhere until a role is given."""
    _need_administrator(by, agency)
    address = address_of(email)
    with transaction.atomic():
        found = queries.agency(agency)
        if Account.objects.filter(email=address).exists():
            raise AccountExists
        account = Account(email=address, name=name, created_at=at)
        account.set_unusable_password()
        account.save()
        append(entries.AccountAdded(account=Person(account.ref)), by=by, at=at, agency=found.ref)
    return account


def add_with_role(
    *, email: str, name: str, role: str, agency: str, by: Actor, at: datetime
) -> Account:
    """Let somebody sign in who plays a part from the start: both happen, or neither."""
    with transaction.atomic():
        account = add_account(email=email, name=name, agency=agency, by=by, at=at)
        give_role(account=account, role=role, agency=agency, by=by, at=at)
    return account


def address_of(email: str) -> str:
    """Write an address the one way in which accounts are found, or refuse it."""
    address = Account.objects.normalize_email(email.strip()).lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise AddressRefused from error
    return address


def give_role(*, account: Account, role: str, agency: str, by: Actor, at: datetime) -> Membership:
    """Let an account play a part in the agency."""
    _need_administrator(by, agency)
    if role not in GIVEN:
        raise RoleNotGiven(role=role[:40], known=", ".join(GIVEN))
    with transaction.atomic():
        found = queries.agency(agency)
        if _live(account, role, agency).exists():
            raise RoleHeldAlready(role=role, agency=agency)
        membership = Membership.objects.create(
            account=account, agency=found, role=role, given_at=at
        )
        append(
            entries.RoleGiven(account=Person(account.ref), role=role), by=by, at=at, agency=agency
        )
    return membership


def end_role(*, account: Account, role: str, agency: str, by: Actor, at: datetime) -> None:
    """End a part that an account plays; what was done under it stays."""
    _need_administrator(by, agency)
    with transaction.atomic():
        if not _live(account, role, agency).update(ended_at=at):
            raise RoleNotHeld(role=role[:40], agency=agency)
        if role == Role.ADMINISTRATOR and not queries.administrators(agency):
            raise LastAdministrator(agency=agency)
        append(
            entries.RoleEnded(account=Person(account.ref), role=role), by=by, at=at, agency=agency
        )


def _live(account: Account, role: str, agency: str) -> QuerySet[Membership]:
    return account.memberships.filter(role=role, agency__ref=agency, ended_at=None)


def _need_administrator(by: Actor, agency: str) -> None:
    # The first administrator of an agency is let in by whoever founded it.
    if not by.may(Role.OPERATOR, agency=INSTALLATION):
        by.need(Role.ADMINISTRATOR, agency=agency)
