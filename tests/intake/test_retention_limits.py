"""Whoever answers for a use fixes how long its records are kept, and nobody else does."""

from datetime import timedelta

import pytest

from answerable.intake.retention_limits import RetentionRefused, retention_days, set_retention
from answerable.inventory.queries import UnknownUse
from answerable.ledger.models import EntryRow
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from tests.inventory.situations import NINE, OWNER, USE, a_use

pytestmark = pytest.mark.django_db(databases="__all__")

HOUR = timedelta(hours=1)
MAY = {Role.OWNER, Role.APPROVER}


def whoever(role: Role, agency: str = "north") -> Actor:
    return Actor(ref="account/7", roles=frozenset({(agency, role)}))


def test_the_latest_limit_counts_and_earlier_ones_stay_known() -> None:
    a_use()
    set_retention(use=USE, days=365, by=OWNER, at=NINE)
    set_retention(use=USE, days=90, by=OWNER, at=NINE + 2 * HOUR)
    assert {USE: 365} == retention_days(NINE + HOUR)
    assert {USE: 90} == retention_days(NINE + 2 * HOUR)
    assert 2 == EntryRow.objects.filter(kind="intake.retention.set").count()


def test_a_use_without_a_limit_is_not_named() -> None:
    a_use()
    assert {} == retention_days(NINE)


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_limit_that_is_none_is_refused(days: int) -> None:
    a_use()
    with pytest.raises(RetentionRefused, match=f"for {days} days"):
        set_retention(use=USE, days=days, by=OWNER, at=NINE)


@pytest.mark.parametrize("role", sorted(MAY))
def test_owner_and_approver_fix_the_limit(role: Role) -> None:
    a_use()
    assert 30 == set_retention(use=USE, days=30, by=whoever(role), at=NINE).days


@pytest.mark.parametrize("role", sorted(set(Role) - MAY))
def test_no_other_role_fixes_it(role: Role) -> None:
    a_use()
    with pytest.raises(NotPermitted):
        set_retention(use=USE, days=30, by=whoever(role), at=NINE)
    assert {} == retention_days(NINE)


@pytest.mark.parametrize("role", sorted(Role))
def test_no_role_in_another_agency_fixes_it(role: Role) -> None:
    a_use()
    with pytest.raises(UnknownUse):
        set_retention(use=USE, days=30, by=whoever(role, "south"), at=NINE)
    assert {} == retention_days(NINE)
