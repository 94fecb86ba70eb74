"""Other people's software reads what we sign, and we read what it signs."""

import pytest

from answerable.record import envelopes
from answerable.record.canonical import canonical_bytes, parse_json
from answerable.record.keys import VerifierKey
from answerable.record.statements import PAYLOAD_TYPE
from tests.record.situations import a_key

peer = pytest.importorskip("securesystemslib.signer", reason="needs securesystemslib")
dsse = pytest.importorskip("securesystemslib.dsse", reason="needs securesystemslib")
peer_errors = pytest.importorskip("securesystemslib.exceptions", reason="needs securesystemslib")

PAYLOAD = b'{"_type":"https://in-toto.io/Statement/v1"}\xff'
KEY = a_key("agency.example/evidence")


def as_the_peer_knows_it(key: VerifierKey) -> object:
    """Give the public key to the other library, under the key id we write."""
    return peer.SSlibKey(
        keyid=str(key), keytype="ed25519", scheme="ed25519", keyval={"public": key.public.hex()}
    )


def test_the_peer_verifies_what_we_sign() -> None:
    ours = envelopes.sign(PAYLOAD, payload_type=PAYLOAD_TYPE, keys=[KEY])
    theirs = dsse.Envelope.from_dict(parse_json(ours.to_bytes()))
    verified = theirs.verify([as_the_peer_knows_it(KEY.verifier)], 1)
    assert list(verified) == [str(KEY.verifier)]
    assert theirs.payload == PAYLOAD
    assert theirs.pae() == envelopes.pae(PAYLOAD_TYPE, PAYLOAD)


def test_the_peer_refuses_what_we_sign_once_it_is_changed() -> None:
    ours = envelopes.sign(PAYLOAD, payload_type=PAYLOAD_TYPE, keys=[KEY])
    theirs = dsse.Envelope.from_dict(parse_json(ours.to_bytes()))
    theirs.payload += b" "
    with pytest.raises(peer_errors.VerificationError):
        theirs.verify([as_the_peer_knows_it(KEY.verifier)], 1)


def test_we_verify_what_the_peer_signs() -> None:
    signer = peer.CryptoSigner(KEY.private)
    theirs = dsse.Envelope(PAYLOAD, PAYLOAD_TYPE, {})
    theirs.sign(signer)
    ours = envelopes.read(canonical_bytes(theirs.to_dict()))
    assert ours.payload == PAYLOAD
    assert envelopes.verify(ours, key=KEY.verifier).key == KEY.verifier
    with pytest.raises(envelopes.EnvelopeNotSignedByKey):
        envelopes.verify(ours, key=a_key("another.example").verifier)
