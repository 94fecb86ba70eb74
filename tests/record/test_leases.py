"""Leases: what opens, what each thing out of order is called, and the marks of opt-outs."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import AnswerableError
from answerable.record import envelopes, leases
from answerable.record.canonical import canonical_bytes
from answerable.record.leases import (
    Lease,
    LeaseForAnotherRequest,
    LeaseForAnotherUse,
    LeaseForAnotherVersion,
    LeaseMalformed,
    LeaseNotSigned,
    OptOutList,
    OptOutListMalformed,
    State,
)
from tests.record.situations import a_key, flipped, is_refused

KEY, STRANGER = a_key("agency.example/leases"), a_key("stranger.example/leases")
LEASE = Lease(
    id="lease-1",
    agency="north",
    use="north.benefit-check",
    version="ab" * 32,
    state=State.OPEN,
    reason="permit_open",
    issued_at=datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC),
    seconds=60,
    nonce="0123456789abcdef",
    opt_outs="cd" * 32,
    cap=None,
    checkpoint="7:" + "ef" * 32,
)
SIGNED = leases.sign(LEASE, key=KEY)


def opened(data: bytes = SIGNED, **asked: Any) -> Lease:
    wanted = {"use": LEASE.use, "version": LEASE.version, "nonce": LEASE.nonce, **asked}
    return leases.open_signed(data, keys=[KEY.verifier], **wanted)


def signed(fields: dict[str, Any]) -> bytes:
    envelope = envelopes.sign(canonical_bytes(fields), payload_type=leases.PAYLOAD_TYPE, keys=[KEY])
    return envelope.to_bytes()


def payload() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(LEASE.to_payload())
    return found


# -- what opens ----------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("cap", [None, 0, 25])
def test_a_signed_lease_opens_as_it_was(state: State, cap: int | None) -> None:
    lease = replace(LEASE, state=state, cap=cap)
    assert lease == opened(leases.sign(lease, key=KEY))


def test_any_of_the_trusted_keys_may_have_signed() -> None:
    asked = {"use": LEASE.use, "version": LEASE.version, "nonce": LEASE.nonce}
    keys = [STRANGER.verifier, KEY.verifier]
    assert LEASE == leases.open_signed(SIGNED, keys=keys, **asked)


# -- what does not -------------------------------------------------------------------


def test_a_lease_that_a_stranger_signed_is_refused() -> None:
    with pytest.raises(LeaseNotSigned):
        opened(leases.sign(LEASE, key=STRANGER))


def test_without_a_trusted_key_nothing_opens() -> None:
    asked = {"use": LEASE.use, "version": LEASE.version, "nonce": LEASE.nonce}
    with pytest.raises(LeaseNotSigned):
        leases.open_signed(SIGNED, keys=[], **asked)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"use": "north.other"}, LeaseForAnotherUse),
        ({"version": "00" * 32}, LeaseForAnotherVersion),
        ({"nonce": "fedcba9876543210"}, LeaseForAnotherRequest),
    ],
)
def test_a_good_lease_for_something_else_is_refused(
    asked: dict[str, str], refusal: type[AnswerableError]
) -> None:
    with pytest.raises(refusal):
        opened(SIGNED, **asked)


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_flipped_byte_never_makes_another_lease(at: int, mask: int) -> None:
    changed = flipped(SIGNED, at=at, mask=mask)
    assert is_refused(opened, changed) or LEASE == opened(changed)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_lease(data: bytes) -> None:
    assert is_refused(opened, data)


def test_a_lease_of_another_payload_type_is_refused() -> None:
    data = envelopes.sign(LEASE.to_payload(), payload_type="text/plain", keys=[KEY]).to_bytes()
    with pytest.raises(LeaseMalformed, match="payloadType"):
        opened(data)


def test_a_very_large_document_is_refused_unread() -> None:
    with pytest.raises(LeaseMalformed, match="larger than"):
        opened(SIGNED + b" " * leases.MAX_BYTES)


def test_a_lease_that_says_more_than_is_understood_is_refused() -> None:
    with pytest.raises(LeaseMalformed, match="does not have a lease's fields"):
        opened(signed({**payload(), "but": "only on Mondays"}))


@pytest.mark.parametrize("name", sorted(payload()))
def test_a_lease_without_one_of_its_fields_is_refused(name: str) -> None:
    fields = payload()
    del fields[name]
    with pytest.raises(LeaseMalformed):
        opened(signed(fields))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", ""),
        ("id", "two words"),
        ("agency", "North"),
        ("use", "south.benefit-check"),
        ("use", "north"),
        ("version", "v1"),
        ("version", 7),
        ("state", "closed"),
        ("state", None),
        ("reason", "free text"),
        ("issued_at", "2026-11-23"),
        ("issued_at", "2026-13-23T12:00:00.000000Z"),
        ("issued_at", 7),
        ("seconds", 0),
        ("seconds", 901),
        ("seconds", 60.5),
        ("seconds", True),
        ("nonce", "short"),
        ("opt_outs", ""),
        ("cap", -1),
        ("cap", "3"),
        ("cap", True),
        ("checkpoint", "7"),
        ("checkpoint", "07:" + "ef" * 32),
    ],
)
def test_a_field_out_of_form_is_refused_even_if_signed(name: str, value: object) -> None:
    with pytest.raises(LeaseMalformed):
        opened(signed({**payload(), name: value}))


def test_a_lease_is_not_made_out_of_form_either() -> None:
    with pytest.raises(LeaseMalformed, match="seconds"):
        replace(LEASE, seconds=901)
    with pytest.raises(LeaseMalformed, match="issued_at"):
        replace(LEASE, issued_at=LEASE.issued_at.astimezone(timezone(timedelta(hours=1))))
    with pytest.raises(LeaseMalformed, match="issued_at"):
        replace(LEASE, issued_at=LEASE.issued_at.replace(tzinfo=None))


# -- opt-outs ------------------------------------------------------------------------

SALT, OTHER_SALT = bytes(32), bytes([1]) * 32
people = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), max_size=8)


@given(people, st.text(st.characters(codec="utf-8"), min_size=1, max_size=8))
def test_the_list_names_those_who_opted_out_and_nobody_else(listed: list[str], one: str) -> None:
    again = OptOutList.from_bytes(OptOutList.of(listed, salt=SALT).to_bytes())
    assert all(again.names(person) for person in listed)
    assert (one in listed) == again.names(one)


@given(people)
def test_the_order_of_people_does_not_change_the_digest(listed: list[str]) -> None:
    digest = OptOutList.of(listed, salt=SALT).digest()
    assert digest == OptOutList.of(reversed(listed), salt=SALT).digest()


def test_the_digest_covers_the_salt_and_every_mark() -> None:
    lists = [
        OptOutList.of([], salt=SALT),
        OptOutList.of([], salt=OTHER_SALT),
        OptOutList.of(["a"], salt=SALT),
        OptOutList.of(["a", "b"], salt=SALT),
    ]
    assert 4 == len({one.digest() for one in lists})


def test_marks_of_two_uses_cannot_be_joined() -> None:
    mark = leases.opt_out_mark("person-1", salt=SALT)
    assert mark == leases.opt_out_mark("person-1", salt=SALT)
    assert mark != leases.opt_out_mark("person-1", salt=OTHER_SALT)


@pytest.mark.parametrize("data", [b"", bytes(31), bytes(33), bytes(47)])
def test_bytes_that_are_not_a_salt_and_whole_marks_are_refused(data: bytes) -> None:
    with pytest.raises(OptOutListMalformed):
        OptOutList.from_bytes(data)


def test_a_list_of_another_salt_or_mark_is_not_made() -> None:
    with pytest.raises(OptOutListMalformed, match="salt"):
        OptOutList(salt=b"short", marks=frozenset())
    with pytest.raises(OptOutListMalformed, match="mark"):
        OptOutList(salt=SALT, marks=frozenset({b"short"}))
