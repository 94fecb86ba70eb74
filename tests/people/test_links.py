"""Links with which somebody sets a password: shown once, used once, ending."""

from datetime import timedelta

import pytest

from answerable.ledger.queries import entries_visible_to
from answerable.people import actions
from answerable.people.actors import Actor, NotPermitted
from answerable.people.links import (
    LENGTH,
    PasswordTooWeak,
    UnknownPasswordLink,
    WorksElsewhere,
    account_of,
    make_link,
    set_password,
)
from answerable.people.models import PasswordLink
from answerable.people.roles import Role
from tests.people.situations import NOON, OPERATOR, an_account, an_agency, somebody

pytestmark = pytest.mark.django_db(databases="__all__")
PASSWORD = "ochre lantern mule parsnip"  # noqa: S105 - of an invented person


@pytest.fixture
def administrator() -> Actor:
    an_agency()
    an_agency("south")
    return somebody("ada", Role.ADMINISTRATOR)


def test_a_link_sets_the_password_once(administrator: Actor) -> None:
    olga = an_account("olga", Role.OWNER)
    secret = make_link(account=olga, agency="north", by=administrator, at=NOON).secret
    assert not olga.has_usable_password()
    assert olga == account_of(secret, at=NOON)
    assert set_password(secret=secret, password=PASSWORD, at=NOON).check_password(PASSWORD)
    with pytest.raises(UnknownPasswordLink):
        set_password(secret=secret, password=PASSWORD, at=NOON)


def test_both_steps_are_in_the_ledger_and_the_secret_is_nowhere(administrator: Actor) -> None:
    olga = an_account("olga", Role.OWNER)
    secret = make_link(account=olga, agency="north", by=administrator, at=NOON).secret
    set_password(secret=secret, password=PASSWORD, at=NOON)
    entries = list(entries_visible_to(administrator))
    assert ["people.link.made", "people.password.set"] == [one.kind for one in entries[-2:]]
    kept = repr(list(PasswordLink.objects.values())) + repr([one.payload for one in entries])
    assert secret not in kept


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda _: "", str.swapcase])
def test_another_text_opens_nothing(administrator: Actor, change: type[str]) -> None:
    olga = an_account("olga", Role.OWNER)
    secret = make_link(account=olga, agency="north", by=administrator, at=NOON).secret
    with pytest.raises(UnknownPasswordLink):
        account_of(change(secret), at=NOON)


def test_a_link_ends_after_three_days(administrator: Actor) -> None:
    olga = an_account("olga", Role.OWNER)
    secret = make_link(account=olga, agency="north", by=administrator, at=NOON).secret
    assert olga == account_of(secret, at=NOON + LENGTH - timedelta(seconds=1))
    with pytest.raises(UnknownPasswordLink):
        account_of(secret, at=NOON + LENGTH)


def test_a_new_link_takes_the_place_of_the_one_before(administrator: Actor) -> None:
    olga = an_account("olga", Role.OWNER)
    first, second = (
        make_link(account=olga, agency="north", by=administrator, at=NOON).secret for _ in range(2)
    )
    assert olga == account_of(second, at=NOON)
    with pytest.raises(UnknownPasswordLink):
        account_of(first, at=NOON)


@pytest.mark.parametrize("password", ["short", "password1234", "olga@north.example"])
def test_a_password_that_would_be_guessed_is_refused_and_the_link_stays(
    administrator: Actor, password: str
) -> None:
    olga = an_account("olga", Role.OWNER)
    secret = make_link(account=olga, agency="north", by=administrator, at=NOON).secret
    with pytest.raises(PasswordTooWeak):
        set_password(secret=secret, password=password, at=NOON)
    assert olga == account_of(secret, at=NOON)


def test_nobody_becomes_somebody_of_another_agency_by_a_link(administrator: Actor) -> None:
    stranger = an_account("zoe", Role.OWNER, agency="south")
    both = an_account("bo", Role.OWNER)
    actions.give_role(account=both, role=Role.OWNER, agency="south", by=OPERATOR, at=NOON)
    without_a_part = an_account("nobody")
    for account in (stranger, both, without_a_part):
        with pytest.raises(WorksElsewhere):
            make_link(account=account, agency="north", by=administrator, at=NOON)
        made = make_link(account=account, agency="north", by=OPERATOR, at=NOON)
        assert account == account_of(made.secret, at=NOON)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_makes_links(administrator: Actor, role: Role) -> None:
    del administrator
    olga = an_account("olga", Role.OWNER)
    someone = Actor(ref="account/0", roles=frozenset({("north", role)}))
    with pytest.raises(NotPermitted):
        make_link(account=olga, agency="north", by=someone, at=NOON)


def test_a_link_of_an_account_that_was_switched_off_opens_nothing(administrator: Actor) -> None:
    olga = an_account("olga", Role.OWNER)
    secret = make_link(account=olga, agency="north", by=administrator, at=NOON).secret
    olga.is_active = False
    olga.save()
    with pytest.raises(UnknownPasswordLink):
        account_of(secret, at=NOON)
