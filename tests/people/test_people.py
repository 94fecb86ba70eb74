"""Agencies, accounts and roles: who is let in, by whom, and what stays on record."""

import pytest
from django.db import IntegrityError, transaction

from answerable.errors import AnswerableError
from answerable.ledger.queries import entries_visible_to
from answerable.people import actions, queries
from answerable.people.actions import (
    AccountExists,
    AgencyRefRefused,
    LastAdministrator,
    RoleHeldAlready,
    RoleNotGiven,
    RoleNotHeld,
)
from answerable.people.actors import Actor, NotPermitted
from answerable.people.models import Membership
from answerable.people.roles import Role
from tests.people.situations import NOON, OPERATOR, an_account, an_agency, somebody

pytestmark = pytest.mark.django_db(databases="__all__")


def kinds_written(agency: str = "north") -> list[str]:
    viewer = Actor(ref="auditor", roles=frozenset({(agency, Role.AUDITOR)}))
    return [entry.kind for entry in entries_visible_to(viewer)]


def test_whoever_runs_the_machine_founds_an_agency_and_the_ledger_says_so() -> None:
    assert "north" == an_agency().ref
    assert ["people.agency.founded"] == kinds_written()


def test_nobody_else_founds_an_agency() -> None:
    an_agency()
    administrator = somebody("ada", Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        actions.found_agency(
            ref="south", name="South", profile="statement", by=administrator, at=NOON
        )


@pytest.mark.parametrize("ref", ["", "North", "no rth", "-north", "a" * 41, "installation"])
def test_a_name_that_is_no_short_address_is_refused(ref: str) -> None:
    with pytest.raises(AgencyRefRefused):
        actions.found_agency(ref=ref, name="X", profile="statement", by=OPERATOR, at=NOON)


def test_two_agencies_are_never_called_the_same() -> None:
    an_agency()
    with pytest.raises(AgencyRefRefused):
        an_agency()


def test_an_agency_under_a_profile_nobody_wrote_is_refused() -> None:
    with pytest.raises(AnswerableError):
        actions.found_agency(ref="north", name="X", profile="lenient", by=OPERATOR, at=NOON)


def test_a_new_account_plays_no_part_until_it_is_given_one() -> None:
    an_agency()
    assert frozenset() == queries.actor_of(an_account("ada")).roles
    assert frozenset({("north", Role.OWNER)}) == somebody("olga", Role.OWNER).roles


def test_the_ledger_does_not_hold_the_address_or_the_name() -> None:
    an_agency()
    # No hexadecimal digits of a commitment can spell this name by chance.
    an_account("tom", Role.OWNER)
    viewer = Actor(ref="auditor", roles=frozenset({("north", Role.AUDITOR)}))
    payloads = b"".join(bytes(entry.payload) for entry in entries_visible_to(viewer))
    text = payloads.decode().lower()
    assert "tom" not in text
    assert "@north" not in text


def test_an_address_is_one_account_however_it_is_written() -> None:
    an_agency()
    an_account("ada")
    with pytest.raises(AccountExists):
        actions.add_account(
            email=" ADA@North.example", name="Ada", agency="north", by=OPERATOR, at=NOON
        )


def test_an_administrator_lets_people_into_her_own_agency_only() -> None:
    an_agency()
    an_agency("south")
    administrator = somebody("ada", Role.ADMINISTRATOR)
    added = actions.add_account(
        email="b@x.example", name="B", agency="north", by=administrator, at=NOON
    )
    actions.give_role(account=added, role=Role.OWNER, agency="north", by=administrator, at=NOON)
    with pytest.raises(NotPermitted):
        actions.give_role(account=added, role=Role.OWNER, agency="south", by=administrator, at=NOON)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_other_role_lets_people_in(role: Role) -> None:
    an_agency()
    someone = Actor(ref="account/0", roles=frozenset({("north", role)}))
    account = an_account("ada", Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted):
        actions.add_account(email="b@x.example", name="B", agency="north", by=someone, at=NOON)
    with pytest.raises(NotPermitted):
        actions.give_role(account=account, role=Role.OWNER, agency="north", by=someone, at=NOON)
    with pytest.raises(NotPermitted):
        actions.end_role(
            account=account, role=Role.ADMINISTRATOR, agency="north", by=someone, at=NOON
        )


def test_nobody_becomes_operator_through_the_database() -> None:
    an_agency()
    account = an_account("ada")
    with pytest.raises(RoleNotGiven):
        actions.give_role(account=account, role=Role.OPERATOR, agency="north", by=OPERATOR, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            account=account, agency=queries.agency("north"), role=Role.OPERATOR, given_at=NOON
        )


def test_a_role_is_given_once_and_ended_once() -> None:
    an_agency()
    account = an_account("olga", Role.OWNER)
    with pytest.raises(RoleHeldAlready):
        actions.give_role(account=account, role=Role.OWNER, agency="north", by=OPERATOR, at=NOON)
    actions.end_role(account=account, role=Role.OWNER, agency="north", by=OPERATOR, at=NOON)
    assert frozenset() == queries.actor_of(account).roles
    with pytest.raises(RoleNotHeld):
        actions.end_role(account=account, role=Role.OWNER, agency="north", by=OPERATOR, at=NOON)


def test_the_last_administrator_stays() -> None:
    an_agency()
    account = an_account("ada", Role.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        actions.end_role(
            account=account, role=Role.ADMINISTRATOR, agency="north", by=OPERATOR, at=NOON
        )
    assert queries.actor_of(account).may(Role.ADMINISTRATOR, agency="north")


def test_an_account_that_was_switched_off_plays_no_part() -> None:
    an_agency()
    account = an_account("olga", Role.OWNER)
    account.is_active = False
    account.save()
    assert frozenset() == queries.actor_of(account).roles


def test_people_are_seen_by_administrators_and_auditors_of_their_agency_alone() -> None:
    an_agency()
    an_agency("south")
    an_account("olga", Role.OWNER)
    for role in Role:
        for agency in ("north", "south"):
            viewer = Actor(ref="viewer", roles=frozenset({(agency, role)}))
            sees = agency == "north" and role in {Role.ADMINISTRATOR, Role.AUDITOR}
            assert sees == queries.accounts_visible_to(viewer).exists(), (role, agency)
            assert [agency] == [one.ref for one in queries.agencies_visible_to(viewer)]
