"""People who have signed in."""

from django.test import Client

from answerable.people.models import Account
from answerable.people.roles import Role
from tests.people.situations import an_account, an_agency

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "ochre lantern mule parsnip"  # noqa: S105 - of an invented person


def signed_in_as(client: Client, *roles: Role, agency: str = "north") -> Account:
    """Found an agency, add somebody with these roles, and sign them in."""
    an_agency(agency)
    account = an_account("ada", *roles, agency=agency)
    client.force_login(account, backend=BACKEND)
    return account


def with_password(account: Account) -> Account:
    account.set_password(PASSWORD)
    account.save()
    return account
