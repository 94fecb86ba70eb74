"""A cap shared out to many at once is never overspent."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from answerable.gate.leases import cap_left, lease_for, return_unused
from answerable.gate.models import Approval, LeaseGiven
from tests.gate.situations import a_pilot, small_law
from tests.inventory.situations import HOUR, NINE, USE, VERSION_A

NOW = NINE + 3 * HOUR


def a_part(_number: int) -> tuple[str, int]:
    """Ask for ten decisions, give three of them back twice, and say which lease that was."""
    try:
        lease = lease_for(
            agency="north",
            use=USE,
            version=VERSION_A,
            nonce="0123456789abcdef",
            checkpoint="0:" + "00" * 32,
            at=NOW,
            ledger_fits=True,
            wanted=10,
            law=small_law,
        )
        for _ in range(2):
            return_unused(agency="north", lease=lease.id, unused=3, at=NOW)
        return lease.id, lease.cap or 0
    finally:
        connections.close_all()


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_eight_that_ask_at_once_are_given_no_more_than_the_cap() -> None:
    a_pilot(cap=100)
    with ThreadPoolExecutor(max_workers=8) as pool:
        given = [cap for _, cap in pool.map(a_part, range(24))]
    # Each spends seven of its ten: what is spent and what is left make up the cap.
    spent = sum(lease.allotted - (lease.unused or 0) for lease in LeaseGiven.objects.all())
    left = cap_left(Approval.objects.get())
    assert spent + left == 100
    assert 0 <= left < 10
    assert max(given) == 10
    assert 0 in given
