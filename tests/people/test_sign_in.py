"""Signing in: a password, a second step, a lock-out, and nobody who lets themself in."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from answerable.ledger.models import EntryRow
from answerable.people.leftovers import clear_leftovers
from answerable.people.links import make_link
from answerable.people.models import Account
from answerable.people.roles import Role
from answerable.people.second_steps import NoSecondStep, remove_second_steps
from tests.kit.situations import PASSWORD, with_password
from tests.people.situations import OPERATOR, an_account, an_agency

pytestmark = pytest.mark.django_db(databases="__all__")
ADDRESS = "ada@north.example"


@pytest.fixture(autouse=True)
def no_limits_from_before() -> Iterator[None]:
    """The library counts attempts in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ada() -> Account:
    an_agency()
    return with_password(an_account("ada", Role.OWNER))


def sign_in(client: Client, password: str = PASSWORD, address: str = ADDRESS) -> int:
    return client.post("/accounts/login/", {"login": address, "password": password}).status_code


def who(client: Client) -> bytes:
    return client.get("/account/").content


def test_the_right_password_lets_in_and_signing_out_ends_it(ada: Account, client: Client) -> None:
    assert 302 == sign_in(client)
    assert ada.email.encode() in who(client)
    client.post("/accounts/logout/")
    assert b"" == who(client)


@pytest.mark.parametrize(("address", "password"), [(ADDRESS, "wrong"), ("x@y.example", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    ada: Account, client: Client, address: str, password: str
) -> None:
    del ada
    answer = client.post("/accounts/login/", {"login": address, "password": password})
    assert 200 == answer.status_code
    assert "The email address and/or password you specified are not correct." in (
        answer.content.decode()
    )
    assert b"" == who(client)


def test_after_five_wrong_passwords_the_right_one_opens_nothing_for_a_while(
    ada: Account, client: Client
) -> None:
    del ada
    statuses = [sign_in(client, f"wrong {turn}") for turn in range(5)]
    assert 429 == statuses[-1]
    assert 429 == sign_in(client)
    assert b"" == who(client)


def test_sessions_and_wrong_passwords_are_deleted_once_they_count_no_more(
    ada: Account, client: Client
) -> None:
    del ada
    sign_in(client, "wrong", "x@y.example")
    sign_in(client)
    assert (1, 1) == (AccessAttempt.objects.count(), Session.objects.count())
    # While they count they stay: the lock-out lasts 15 minutes, a session 12 hours.
    assert 0 == clear_leftovers(at=now() + timedelta(minutes=14))
    assert 1 == clear_leftovers(at=now() + timedelta(minutes=16))
    assert (0, 1) == (AccessAttempt.objects.count(), Session.objects.count())
    assert 1 == clear_leftovers(at=now() + timedelta(hours=13))
    assert 0 == clear_leftovers(at=now() + timedelta(hours=13))


def test_an_account_that_was_switched_off_is_not_let_in(ada: Account, client: Client) -> None:
    ada.is_active = False
    ada.save()
    sign_in(client)
    assert b"" == who(client)


@pytest.mark.parametrize(
    "name",
    ["signup", "email", "set_password", "reset_password", "confirm_login_code"],
)
def test_nobody_makes_an_account_or_changes_an_address_alone(client: Client, name: str) -> None:
    assert 404 == client.get(reverse(f"account_{name}")).status_code
    assert 404 == client.post(reverse(f"account_{name}"), {"email": "x@y.example"}).status_code
    assert not Account.objects.exists()


def test_a_password_link_opens_a_page_once_and_leads_to_the_door(client: Client) -> None:
    an_agency()
    olga = an_account("olga", Role.OWNER)
    # The page asks the clock of the machine whether the link still opens.
    secret = make_link(account=olga, agency="north", by=OPERATOR, at=now()).secret
    address = f"/accounts/first-password/{secret}/"
    assert b"olga@north.example" in client.get(address).content
    differ = client.post(address, {"password": PASSWORD, "again": "another"})
    assert (422, True) == (differ.status_code, b"The two passwords differ" in differ.content)
    set_now = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert (302, "/accounts/login/") == (set_now.status_code, set_now["Location"])
    assert 404 == client.get(address).status_code
    assert 302 == sign_in(client, address="olga@north.example")
    assert b"olga@north.example" in who(client)


def test_with_an_authenticator_app_the_password_alone_opens_nothing(
    ada: Account, client: Client
) -> None:
    secret = with_an_app(client)
    kept = Authenticator.objects.get(user_id=ada.pk, type="totp").data["secret"]
    assert secret not in kept
    client.logout()

    assert 302 == sign_in(client)
    assert b"" == who(client)
    wrong = client.post("/accounts/second-step/authenticate/", {"code": "000000"})
    assert b"Incorrect code" in wrong.content
    client.post("/accounts/second-step/authenticate/", {"code": code_of(secret)})
    assert ada.email.encode() in who(client)


def test_a_recovery_code_works_once_in_place_of_the_app(ada: Account, client: Client) -> None:
    with_an_app(client)
    codes = RecoveryCodes(Authenticator.objects.get(user_id=ada.pk, type="recovery_codes"))
    code = codes.get_unused_codes()[0]
    for works in (True, False):
        client.logout()
        sign_in(client)
        client.post("/accounts/second-step/authenticate/", {"code": code})
        assert works == (ada.email.encode() in who(client))


def test_whoever_lost_the_second_step_sets_a_new_one_before_anything_opens(
    ada: Account, client: Client
) -> None:
    with_an_app(client)
    client.logout()
    remove_second_steps(account=ada, agency="north", by=OPERATOR, at=now())
    assert not Authenticator.objects.exists()

    sign_in(client)
    for path in ("/", "/systems/", "/policy/", "/people/"):
        assert "/account/" == client.get(path)["Location"], path
    assert b"Your second step was removed" in who(client)
    with_an_app(client)
    assert b"Your second step was removed" not in who(client)
    assert 200 == client.get("/systems/").status_code
    [told] = EntryRow.objects.filter(kind="people.second_step.removed")
    assert b"ada" not in bytes(told.payload)


def test_where_there_is_no_second_step_none_is_removed_and_none_is_owed(
    ada: Account, client: Client
) -> None:
    with pytest.raises(NoSecondStep):
        remove_second_steps(account=ada, agency="north", by=OPERATOR, at=now())
    sign_in(client)
    assert 200 == client.get("/systems/").status_code


def test_a_second_step_is_added_only_after_the_password_was_typed_again(
    ada: Account, client: Client
) -> None:
    client.force_login(ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/accounts/second-step/totp/activate/")
    assert "/accounts/reauthenticate/" in answer["Location"]


def test_the_matrix_code_is_the_one_picture_written_into_its_page(
    ada: Account, client: Client
) -> None:
    del ada
    sign_in(client)
    type_the_password_again(client)
    allowed = client.get("/accounts/second-step/totp/activate/")["Content-Security-Policy"]
    assert "img-src 'self' data:" in allowed
    assert "data:" not in client.get("/account/")["Content-Security-Policy"]


def with_an_app(client: Client) -> str:
    """Sign in, switch an authenticator app on, and give its secret."""
    sign_in(client)
    type_the_password_again(client)
    client.get("/accounts/second-step/totp/activate/")
    secret: str = client.session["mfa.totp.secret"]
    client.post("/accounts/second-step/totp/activate/", {"code": code_of(secret)})
    return secret


def type_the_password_again(client: Client) -> None:
    assert 302 == client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code


def code_of(secret: str) -> str:
    """What the app shows now; near the end of its half minute, what it shows next."""
    left = 30 - time.time() % 30
    time.sleep(left if left < 3 else 0)
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code
