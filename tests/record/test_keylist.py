"""The list of keys: a chain that one trusted key vouches for, from either end."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from answerable.record import envelopes, keylist
from answerable.record.canonical import canonical_bytes, parse_json
from answerable.record.keylist import (
    KeyListBroken,
    KeyListMalformed,
    KeyListNotSigned,
    Purpose,
    RotationRefused,
    first,
    rotate,
    verify_chain,
)
from tests.record.situations import a_key, flipped, is_refused

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDENTITY = a_key("agency.example")
NEW_IDENTITY = a_key("agency.example", variant="new")
LEDGER = a_key("agency.example/ledger")
NEW_LEDGER = a_key("agency.example/ledger", variant="new")
LEASES = a_key("agency.example/leases")


def on_day(day: int) -> datetime:
    return MONDAY + timedelta(days=day)


def the_first() -> bytes:
    keys = {Purpose.LEDGER: LEDGER.verifier, Purpose.LEASES: LEASES.verifier}
    return first(keys=keys, identity=IDENTITY, at=MONDAY)


def a_chain() -> list[bytes]:
    """The first list, then another ledger key, another identity, and the ledger key again."""
    lists = [the_first()]
    lists.append(
        rotate(
            lists[-1],
            purpose=Purpose.LEDGER,
            key=NEW_LEDGER.verifier,
            identity=IDENTITY,
            at=on_day(1),
        )
    )
    lists.append(
        rotate(
            lists[-1],
            purpose=Purpose.IDENTITY,
            key=NEW_IDENTITY.verifier,
            identity=IDENTITY,
            successor=NEW_IDENTITY,
            at=on_day(2),
        )
    )
    third = a_key("agency.example/ledger", variant="third").verifier
    lists.append(
        rotate(lists[-1], purpose=Purpose.LEDGER, key=third, identity=NEW_IDENTITY, at=on_day(3))
    )
    return lists


def test_a_chain_is_vouched_for_by_the_first_identity_key_and_by_the_newest() -> None:
    for key in (IDENTITY, NEW_IDENTITY):
        newest = verify_chain(a_chain(), key=key.verifier)
        assert 4 == newest.number
        assert 3 == len(newest.of(Purpose.LEDGER))
        assert newest.current(Purpose.IDENTITY) == NEW_IDENTITY.verifier
        assert newest.current(Purpose.LEASES) == LEASES.verifier
    for stranger in (LEDGER, a_key("agency.example", variant="stranger")):
        with pytest.raises(KeyListNotSigned):
            verify_chain(a_chain(), key=stranger.verifier)


def test_a_new_identity_key_can_check_the_chain_at_once() -> None:
    assert 3 == verify_chain(a_chain()[:3], key=NEW_IDENTITY.verifier).number


def test_each_key_is_in_force_until_the_next() -> None:
    newest = verify_chain(a_chain(), key=IDENTITY.verifier)
    assert newest.in_force(Purpose.LEDGER, at=MONDAY - timedelta(seconds=1)) is None
    assert LEDGER.verifier == newest.in_force(Purpose.LEDGER, at=on_day(1) - timedelta(seconds=1))
    assert NEW_LEDGER.verifier == newest.in_force(Purpose.LEDGER, at=on_day(1))
    assert newest.current(Purpose.LEDGER) == newest.in_force(Purpose.LEDGER, at=on_day(9))
    assert newest.current(Purpose.EVIDENCE) is None


@pytest.mark.parametrize("at", range(4))
def test_a_list_left_out_or_moved_breaks_the_chain(at: int) -> None:
    lists = a_chain()
    if at < 3:  # what is left out at the end cannot be noticed
        with pytest.raises(KeyListBroken):
            verify_chain([*lists[:at], *lists[at + 1 :]], key=IDENTITY.verifier)
    with pytest.raises(KeyListBroken):
        verify_chain([*lists[at:], *lists[:at]] if at else lists[::-1], key=IDENTITY.verifier)
    with pytest.raises(KeyListMalformed):
        verify_chain([], key=IDENTITY.verifier)


def test_a_list_that_nobody_in_force_has_signed_breaks_the_chain() -> None:
    lists = a_chain()
    forger = a_key("agency.example", variant="forger")
    payload = envelopes.read(lists[1]).payload
    for signers in ([forger], [IDENTITY, forger], [LEDGER]):
        forged = envelopes.sign(payload, payload_type=keylist.PAYLOAD_TYPE, keys=signers)
        with pytest.raises(KeyListBroken):
            verify_chain([lists[0], forged.to_bytes()], key=IDENTITY.verifier)


def test_a_retired_identity_signs_no_further_list() -> None:
    lists = a_chain()[:3]
    with pytest.raises(RotationRefused):
        rotate(
            lists[-1],
            purpose=Purpose.LEDGER,
            key=a_key("x").verifier,
            identity=IDENTITY,
            at=on_day(3),
        )
    after = keylist.read(a_chain()[3])
    forged = envelopes.sign(after.payload, payload_type=keylist.PAYLOAD_TYPE, keys=[IDENTITY])
    with pytest.raises(KeyListBroken):
        verify_chain([*lists, forged.to_bytes()], key=IDENTITY.verifier)


def test_a_signed_list_that_rewrites_an_older_key_breaks_the_chain() -> None:
    lists = a_chain()
    changed = parse_json(envelopes.read(lists[1]).payload)
    assert isinstance(changed, dict)
    keys = changed["keys"]
    assert isinstance(keys, list)
    for rewritten in (
        [one for one in keys if one["purpose"] != "leases"],
        [one | {"from": "2025-01-01T00:00:00.000000Z"} for one in keys[:1]] + keys[1:],
    ):
        payload = canonical_bytes({**changed, "keys": rewritten})
        signed = envelopes.sign(payload, payload_type=keylist.PAYLOAD_TYPE, keys=[IDENTITY])
        with pytest.raises(KeyListBroken, match="leaves out or changes"):
            verify_chain([lists[0], signed.to_bytes()], key=IDENTITY.verifier)


def test_a_rotation_needs_a_new_key_a_later_moment_and_the_identity_in_force() -> None:
    def rotated(**changed: object) -> bytes:
        fresh = a_key("agency.example/ledger", variant="fresh").verifier
        given = {"purpose": Purpose.LEDGER, "key": fresh, "identity": IDENTITY, "at": on_day(1)}
        return rotate(the_first(), **(given | changed))  # type: ignore[arg-type]

    assert 2 == keylist.read(rotated()).number
    for changed in (
        {"key": LEDGER.verifier},
        {"at": MONDAY - timedelta(seconds=1)},
        {"identity": NEW_IDENTITY},
        {"purpose": Purpose.IDENTITY},
        {"purpose": Purpose.IDENTITY, "successor": NEW_LEDGER},
    ):
        with pytest.raises(RotationRefused):
            rotated(**changed)


def test_a_time_without_utc_is_refused() -> None:
    for at in (
        MONDAY.replace(tzinfo=None),
        MONDAY.astimezone(timezone(timedelta(hours=1))),
    ):
        with pytest.raises(KeyListMalformed):
            first(keys={}, identity=IDENTITY, at=at)


def test_one_flipped_byte_anywhere_refuses_a_list() -> None:
    signed = the_first()
    for at in range(len(signed)):
        assert is_refused(keylist.read, flipped(signed, at=at)), at


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b'{"keys":[],"number":1}',
        b'{"keys":[],"number":0,"previous":""}',
        b'{"keys":[],"number":true,"previous":""}',
        b'{"keys":[{}],"number":1,"previous":""}',
        b'{"keys":[],"more":1,"number":1,"previous":""}',
        b'{"keys": [],"number":1,"previous":""}',
    ],
)
def test_another_form_is_refused_though_signed(payload: bytes) -> None:
    signed = envelopes.sign(payload, payload_type=keylist.PAYLOAD_TYPE, keys=[IDENTITY])
    assert is_refused(keylist.read, signed.to_bytes())
    good = keylist.read(the_first()).payload
    other = envelopes.sign(good, payload_type="application/json", keys=[IDENTITY])
    assert is_refused(keylist.read, other.to_bytes())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"ledger"', b'"budget"'),
        (b"2026-03-02T09:00:00.000000Z", b"2026-03-02T09:00:00Z"),
        (b"2026-03-02T09:00:00.000000Z", b"monday"),
        (b"agency.example/leases+", b"agency.example/lease+"),
        (b'"until":null', b'"until":7'),
        (b'"until":null', b'"until":"2026-03-03T09:00:00.000000Z"'),
    ],
)
def test_a_key_that_cannot_be_read_is_refused_though_signed(old: bytes, new: bytes) -> None:
    payload = keylist.read(the_first()).payload
    assert old in payload
    changed = payload.replace(old, new)
    signed = envelopes.sign(changed, payload_type=keylist.PAYLOAD_TYPE, keys=[IDENTITY])
    with pytest.raises(KeyListMalformed):
        keylist.read(signed.to_bytes())
