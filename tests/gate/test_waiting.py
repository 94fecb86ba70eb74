"""What of the gate waits for whom."""

import pytest

from answerable.gate.queries import waiting
from answerable.gate.terms import Finding
from answerable.kit.waiting import Urgency
from answerable.people.actors import Actor
from answerable.people.roles import Role
from tests.gate.situations import a_running_use, approved, record, small_law
from tests.inventory.situations import APPROVER, HOUR, NINE, OWNER, REVIEWER, an_actor

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + 3 * HOUR


def lines(viewer: Actor) -> list[tuple[str, Urgency]]:
    found = waiting(viewer, at=NOW, ledger_fits=True, law=small_law)
    return [(line.what.partition(": ")[2], line.urgency) for line in found]


def test_an_owner_is_told_what_holds_their_use_and_nobody_else_is() -> None:
    a_running_use()
    record("P2.5b", Finding.NOT_MET, at=NINE + 2 * HOUR)
    held = "1 row holds the gate; its page says what each needs."
    assert lines(OWNER) == [(held, Urgency.BLOCKED)]
    assert lines(an_actor("another", Role.OWNER)) == lines(APPROVER) == lines(REVIEWER) == []


def test_an_official_who_never_owned_it_is_told_what_can_be_approved_until_it_is() -> None:
    a_running_use()
    ready = "every row is cleared; it can be approved or refused."
    assert lines(APPROVER) == [(ready, Urgency.WAITING)]
    both = Actor(ref=OWNER.ref, roles=OWNER.roles | APPROVER.roles)
    assert lines(both) == lines(an_actor("x", Role.APPROVER, agency="south")) == []
    approved(at=NINE + 2 * HOUR)
    assert lines(APPROVER) == []
