"""A lease says what holds now, no longer than it holds, and never gives a decision twice."""

from datetime import datetime, timedelta

import pytest

from answerable.gate import permits
from answerable.gate.holds import stop
from answerable.gate.leases import cap_left, lease_for, return_unused
from answerable.gate.models import Approval, LeaseGiven
from answerable.gate.optouts import (
    erase_opt_outs,
    opt_out_list,
    place_opt_out,
    withdraw_opt_out,
)
from answerable.inventory.models import Use
from answerable.inventory.queries import UnknownUse
from answerable.ledger.models import EntryRow
from answerable.record.leases import OptOutList, State
from tests.gate.situations import a_pilot, a_running_use, an_open_use, small_law
from tests.inventory.situations import (
    APPROVER,
    CASEWORKER,
    DAY,
    HOUR,
    NINE,
    OPERATOR,
    USE,
    VERSION_A,
    VERSION_B,
    a_use,
)

pytestmark = pytest.mark.django_db(databases="__all__")

NOW = NINE + 3 * HOUR
SECOND = timedelta(seconds=1)


def asked(*, at: datetime = NOW, **changes: object) -> tuple[State, str, int, int | None]:
    """The state, reason, seconds and cap of a lease."""
    fields = {
        "agency": "north",
        "use": USE,
        "version": VERSION_A,
        "nonce": "0123456789abcdef",
        "checkpoint": "0:" + "00" * 32,
        "ledger_fits": True,
        "law": small_law,
    } | changes
    lease = lease_for(at=at, **fields)  # type: ignore[arg-type]  # by the names of the fields
    return lease.state, lease.reason, lease.seconds, lease.cap


def test_an_open_use_gets_a_lease_of_a_minute_without_a_cap() -> None:
    an_open_use()
    assert asked() == (State.OPEN, "permit_open", 60, None)


def test_a_lease_lasts_what_is_asked_for_within_the_limit() -> None:
    an_open_use()
    assert asked(seconds=5)[2] == 5
    assert asked(seconds=86_400)[2] == 900


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"version": VERSION_B}, (State.PEOPLE_ONLY, "version_not_running", 60, None)),
        ({"version": "cc" * 32}, (State.PEOPLE_ONLY, "version_not_running", 60, None)),
        ({"use": "north.unheard-of"}, (State.PEOPLE_ONLY, "unknown_use", 60, None)),
        ({"ledger_fits": False}, (State.PEOPLE_ONLY, "ledger_does_not_fit", 60, None)),
    ],
)
def test_anything_else_is_people_only_as_an_answer(
    change: dict[str, object], answer: tuple[State, str, int, int | None]
) -> None:
    an_open_use()
    assert asked(**change) == answer  # type: ignore[arg-type]  # by the names of the fields


def test_another_agency_learns_nothing_of_a_use() -> None:
    an_open_use()
    for use in (USE, "north.unheard-of"):
        with pytest.raises(UnknownUse):
            asked(agency="south", use=use)


def test_a_use_that_was_only_enrolled_or_runs_unapproved_is_people_only() -> None:
    a_use()
    assert asked()[0] is State.PEOPLE_ONLY


def test_under_the_real_profile_no_permit_opens_on_rows_nobody_has_judged() -> None:
    an_open_use()
    lease = lease_for(
        agency="north",
        use=USE,
        version=VERSION_A,
        nonce="0123456789abcdef",
        checkpoint="0:" + "00" * 32,
        at=NOW,
        ledger_fits=True,
    )
    assert lease.state is State.PEOPLE_ONLY
    assert lease.reason == "cannot_say:S2"


def test_a_lease_does_not_outlive_its_approval() -> None:
    a_running_use()
    until = NOW + 30 * SECOND
    permits.approve(
        use=USE, version=VERSION_A, until=until, by=APPROVER, at=NINE + 2 * HOUR, law=small_law
    )
    assert asked() == (State.OPEN, "permit_open", 30, None)
    assert asked(at=until - SECOND / 2) == (State.PEOPLE_ONLY, "no_live_approval", 1, None)
    assert asked(at=until)[0] is State.PEOPLE_ONLY


def test_the_lease_after_a_stop_is_stopped() -> None:
    an_open_use()
    assert asked()[0] is State.OPEN
    stop(use=USE, ground="breaker", by=OPERATOR, at=NOW + SECOND, law=small_law)
    assert asked(at=NOW + SECOND) == (State.STOPPED, "hold_stopped", 60, None)


def test_a_cap_is_allotted_in_parts_and_never_overspent() -> None:
    a_pilot(cap=40)
    # 40 / 20 = 2 at a time, 20 times; then nothing is left.
    assert [asked()[3] for _ in range(20)] == [2] * 20
    assert asked() == (State.PEOPLE_ONLY, "cap_spent", 60, 0)


def test_what_is_asked_for_is_given_as_far_as_it_is_left() -> None:
    a_pilot(cap=40)
    assert [asked(wanted=30)[3], asked(wanted=30)[3], asked(wanted=30)[3]] == [30, 10, 0]


def test_what_a_lease_did_not_use_comes_back_once() -> None:
    a_pilot(cap=40)
    asked(wanted=30)
    lease = LeaseGiven.objects.get()
    approval = Approval.objects.get()
    back = [
        return_unused(agency="north", lease=lease.pk, unused=unused, at=NOW)
        for unused in (31, -1, 25, 25, 30)
    ]
    assert back == [False, False, True, False, False]
    # 40 - 30 + 25 = 35.
    assert cap_left(approval) == 35


def test_another_agency_returns_nothing() -> None:
    a_pilot(cap=40)
    asked(wanted=30)
    lease = LeaseGiven.objects.get()
    assert not return_unused(agency="south", lease=lease.pk, unused=30, at=NOW)
    assert return_unused(agency="north", lease=lease.pk, unused=30, at=NOW)


def test_a_lease_names_the_list_of_those_who_opted_out() -> None:
    use = an_open_use()
    empty = _digest()
    place_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW)
    place_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW + SECOND)
    listed = opt_out_list(use)
    assert (listed.names("person-1"), listed.names("person-2")) == (True, False)
    assert len(listed.marks) == 1
    assert _digest() == listed.digest() != empty
    withdraw_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW + HOUR)
    assert opt_out_list(use) == OptOutList(salt=listed.salt, marks=frozenset())


def test_a_person_who_comes_back_may_opt_out_again() -> None:
    use = an_open_use()
    for number in range(2):
        at = NOW + number * DAY
        place_opt_out(use=USE, person="person-1", by=CASEWORKER, at=at)
        withdraw_opt_out(use=USE, person="person-1", by=CASEWORKER, at=at + HOUR)
    assert Use.objects.get(pk=use.pk).opt_outs.count() == 2


def test_an_erased_person_stands_in_no_list_and_in_no_entry_and_others_stay_out() -> None:
    use = an_open_use()
    for person in ("person-1", "person-2"):
        place_opt_out(use=USE, person=person, by=CASEWORKER, at=NOW)
    listed = opt_out_list(use)
    withdraw_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW + HOUR)
    place_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW + 2 * HOUR)
    assert erase_opt_outs(agency="south", person="person-1", by=OPERATOR, at=NOW + DAY) == 0
    assert erase_opt_outs(agency="north", person="person-1", by=OPERATOR, at=NOW + DAY) == 1
    assert opt_out_list(use) == OptOutList.of(["person-2"], salt=listed.salt)
    assert use.opt_outs.count() == 1
    told = [bytes(row.payload) for row in EntryRow.objects.filter(kind__startswith="gate.optout")]
    assert len(told) == 5
    # With the salt and the other marks, a guess could be tested against a digest.
    digests = (str(listed.digest()), str(opt_out_list(use).digest()))
    for guess in (*(mark.hex() for mark in listed.marks), *digests):
        assert not [payload for payload in told if guess.encode() in payload]
    assert erase_opt_outs(agency="north", person="person-1", by=OPERATOR, at=NOW + DAY) == 0


def test_an_opt_out_that_was_withdrawn_leaves_no_mark_either() -> None:
    use = an_open_use()
    place_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW)
    withdraw_opt_out(use=USE, person="person-1", by=CASEWORKER, at=NOW + HOUR)
    found = erase_opt_outs(agency="north", person="person-1", by=OPERATOR, at=NOW + DAY)
    assert (found, use.opt_outs.count()) == (0, 0)


def _digest() -> str:
    return lease_for(
        agency="north",
        use=USE,
        version=VERSION_A,
        nonce="0123456789abcdef",
        checkpoint="0:" + "00" * 32,
        at=NOW,
        ledger_fits=True,
        law=small_law,
    ).opt_outs
