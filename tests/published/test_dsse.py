"""DSSE protocol v1: the example under "Test Vectors".

Source: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md. Its signature is
ECDSA, which we do not use; its encoding and its envelope are checked here.
"""

from answerable.record import envelopes

EXAMPLE = b"""{"payload": "aGVsbG8gd29ybGQ=",
 "payloadType": "http://example.com/HelloWorld",
 "signatures": [{"sig": "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA=="}]}
"""  # noqa: E501  # as published


def test_the_encoding_is_the_published_one() -> None:
    encoded = envelopes.pae("http://example.com/HelloWorld", b"hello world")
    assert encoded == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_the_published_envelope_is_read() -> None:
    envelope = envelopes.read(EXAMPLE)
    assert envelope.payload == b"hello world"
    assert envelope.payload_type == "http://example.com/HelloWorld"
    assert [signature.key_id for signature in envelope.signatures] == [""]
    assert len(envelope.signatures[0].value) == 64
