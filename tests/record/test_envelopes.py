"""Envelopes: what a key shows, what the file alone shows, and what one changed byte does."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.record import envelopes
from answerable.record.canonical import NotJson, canonical_bytes
from answerable.record.envelopes import (
    Envelope,
    EnvelopeChanged,
    EnvelopeMalformed,
    EnvelopeNotSignedByKey,
    Signature,
)
from tests.record.situations import a_key, flipped, is_refused

KEY = a_key("agency.example/evidence")
SECOND = a_key("auditor.example")
PAYLOAD = b'{"value":0.2,"n":170}\xfb\xff\xfe'
TYPE = "application/vnd.in-toto+json"
ENVELOPE = envelopes.sign(PAYLOAD, payload_type=TYPE, keys=[KEY])
FILE = ENVELOPE.to_bytes()


Tamper = Callable[[dict[str, Any]], object]


def fields() -> dict[str, Any]:
    """Give the file as a dictionary to tamper with."""
    found: dict[str, Any] = json.loads(FILE)
    return found


def test_a_file_is_read_back_and_its_payload_kept_byte_for_byte() -> None:
    envelope = envelopes.read_own(FILE)
    assert envelope == ENVELOPE
    assert envelope.payload == PAYLOAD
    assert envelopes.verify(envelope, key=KEY.verifier).key == KEY.verifier


def test_the_key_id_is_the_whole_public_key() -> None:
    assert fields()["signatures"][0]["keyid"] == str(KEY.verifier)


def test_a_file_is_canonical_json_and_a_newline() -> None:
    assert canonical_bytes(fields()) + b"\n" == FILE


@settings(deadline=None)
@given(st.binary(max_size=100), st.text(min_size=1, max_size=20))
def test_any_payload_and_type_are_signed_or_refused_cleanly(payload: bytes, kind: str) -> None:
    envelope = envelopes.sign(payload, payload_type=kind, keys=[KEY, SECOND])
    again = envelopes.read_own(envelope.to_bytes())
    assert (again.payload, again.payload_type) == (payload, kind)
    assert envelopes.self_check(again).keys == (KEY.verifier, SECOND.verifier)


@pytest.mark.parametrize("mask", [1, 0x20, 0x80])
def test_one_flipped_byte_anywhere_refuses_the_file(mask: int) -> None:
    for at in range(len(FILE)):
        assert is_refused(envelopes.read_own, flipped(FILE, at=at, mask=mask)), at


@settings(deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255), st.binary(min_size=1, max_size=3))
def test_a_changed_cut_or_lengthened_file_is_refused(at: int, mask: int, more: bytes) -> None:
    changed = flipped(FILE, at=at, mask=mask)
    for file in (changed, FILE[:at], FILE[:at] + more + FILE[at:], FILE + more):
        assert is_refused(envelopes.read_own, file) or file == FILE


@settings(deadline=None)
@given(st.binary(max_size=100))
def test_arbitrary_bytes_are_no_envelope(data: bytes) -> None:
    assert is_refused(envelopes.read, data)
    assert is_refused(envelopes.read_own, data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "payload": json_values | st.just("YWk="),
            "payloadType": json_values | st.just(TYPE),
            "signatures": json_values
            | st.lists(
                st.fixed_dictionaries({}, optional={"keyid": json_values, "sig": json_values})
            ),
        },
    )
)
def test_an_envelope_of_arbitrary_fields_is_read_or_refused_cleanly(
    document: dict[str, object],
) -> None:
    data = json.dumps(document).encode()
    if not is_refused(envelopes.read, data):
        assert is_refused(envelopes.self_check, envelopes.read(data))


@pytest.mark.parametrize(
    ("part", "tamper"),
    [
        ("payload", lambda file: file.update(payload="YWl=")),
        ("payload", lambda file: file.pop("payload")),
        ("payloadType", lambda file: file.update(payloadType=7)),
        ("payloadType", lambda file: file.update(payloadType="")),
        ("signatures", lambda file: file.update(signatures={})),
        ("signatures", lambda file: file.update(signatures=[])),
        ("signatures", lambda file: file.update(signatures=file["signatures"] * 101)),
        (r"signatures\[0\]", lambda file: file.update(signatures=[7])),
        (r"signatures\[0\]\.sig", lambda file: file["signatures"][0].pop("sig")),
        (r"signatures\[0\]\.sig", lambda file: file["signatures"][0].update(sig="YW k=")),
        (r"signatures\[0\]\.keyid", lambda file: file["signatures"][0].update(keyid=None)),
    ],
)
def test_the_refusal_of_a_malformed_envelope_names_the_part(part: str, tamper: Tamper) -> None:
    file = fields()
    tamper(file)
    with pytest.raises(EnvelopeMalformed, match=f"envelope: {part} "):
        envelopes.read(json.dumps(file).encode())


def own(file: dict[str, Any]) -> bytes:
    return canonical_bytes(file) + b"\n"


@pytest.mark.parametrize(
    ("part", "tamper"),
    [
        (r"signatures\[0\]\.sig, payload or", lambda file: file.update(payload="YWk=")),
        (r"signatures\[0\]\.sig, payload or", lambda file: file.update(payloadType="text/plain")),
        (r"signatures\[0\]\.keyid", lambda file: file["signatures"][0].update(keyid="mine")),
        ("the layout, at byte", lambda file: file.update(more=1)),
        ("the layout, at byte", lambda file: file["signatures"][0].pop("keyid")),
    ],
)
def test_the_refusal_of_a_changed_file_names_the_part(part: str, tamper: Tamper) -> None:
    file = fields()
    tamper(file)
    with pytest.raises(EnvelopeChanged, match=f"since it was written: {part}"):
        envelopes.read_own(own(file))


def test_another_layout_is_an_envelope_but_not_our_file() -> None:
    pretty = json.dumps(fields(), indent=2).encode()
    assert envelopes.read(pretty) == ENVELOPE
    for file in (pretty, FILE.removesuffix(b"\n"), FILE + b"\n"):
        with pytest.raises(EnvelopeChanged, match="the layout, at byte"):
            envelopes.read_own(file)


def test_url_safe_base64_is_read_as_the_protocol_demands() -> None:
    file = fields()
    file["payload"] = base64.urlsafe_b64encode(PAYLOAD).decode()
    assert file["payload"] != fields()["payload"]
    assert envelopes.read(own(file)) == ENVELOPE
    with pytest.raises(EnvelopeChanged):
        envelopes.read_own(own(file))


def test_a_key_given_twice_in_the_json_is_refused() -> None:
    with pytest.raises(NotJson, match="stands twice"):
        envelopes.read(FILE.replace(b'{"payload":', b'{"payload":"","payload":'))


def test_a_key_that_did_not_sign_verifies_nothing() -> None:
    with pytest.raises(EnvelopeNotSignedByKey, match=r"None of the 1 signatures is by auditor"):
        envelopes.verify(ENVELOPE, key=SECOND.verifier)


def test_signatures_by_others_are_passed_over_and_key_ids_decide_nothing() -> None:
    signature = ENVELOPE.signatures[0].value
    nameless = Envelope(
        payload=PAYLOAD,
        payload_type=TYPE,
        signatures=(
            Signature(key_id="", value=b"not a signature"),
            Signature(key_id="somebody else", value=signature),
        ),
    )
    envelopes.verify(nameless, key=KEY.verifier)
    with pytest.raises(EnvelopeChanged):
        envelopes.self_check(nameless)


def test_a_forger_passes_the_self_check_and_fails_the_key() -> None:
    forged = envelopes.sign(b'{"value":0}', payload_type=TYPE, keys=[a_key("forger.example")])
    assert (
        envelopes.self_check(envelopes.read_own(forged.to_bytes())).keys[0].name == "forger.example"
    )
    with pytest.raises(EnvelopeNotSignedByKey):
        envelopes.verify(forged, key=KEY.verifier)


@pytest.mark.parametrize("kind", ["", "\ud800"])
def test_an_envelope_without_a_type_is_not_made(kind: str) -> None:
    with pytest.raises(EnvelopeMalformed):
        envelopes.sign(PAYLOAD, payload_type=kind, keys=[KEY])


def test_an_envelope_without_a_signature_is_not_made() -> None:
    with pytest.raises(EnvelopeMalformed, match="signatures has 0 entries"):
        envelopes.sign(PAYLOAD, payload_type=TYPE, keys=[])
