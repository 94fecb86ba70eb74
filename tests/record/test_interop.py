"""Documents that other people made, read with our code."""

import json
from typing import Any

from answerable.record import envelopes, notes, statements
from answerable.record.keys import VerifierKey
from answerable.record.tree import Tree
from tests.interop import interop_file
from tests.record.situations import a_key


def vectors() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(interop_file("attestation/vectors.json").read_bytes())
    return found


def test_the_roots_are_those_of_the_vectors() -> None:
    merkle = vectors()["rfc6962_merkle"]
    tree = Tree()
    assert tree.root().hex() == merkle["empty_root_hex"]
    for entry in merkle["leaves_hex"]:
        tree.append(bytes.fromhex(entry))
    roots = {str(size): tree.root(size).hex() for size in range(1, tree.size + 1)}
    assert roots == merkle["roots_hex_by_size"]


def test_the_signed_note_of_the_vectors_opens_with_its_key() -> None:
    example = vectors()["signed_note"]
    key = VerifierKey.parse(example["verifier_key"])
    assert str(key) == example["verifier_key"]
    opened = notes.open_signed(example["note"].encode(), known=[key])
    assert opened.verified == (key,)
    assert example["note"].startswith(opened.text)


def test_the_encoding_is_that_of_the_vectors() -> None:
    example = vectors()["dsse_pae"]
    encoded = envelopes.pae(example["type"], example["payload"].encode())
    assert encoded == example["pae"].encode()


def test_the_statement_of_in_toto_is_read_and_travels_in_an_envelope() -> None:
    payload = interop_file("attestation/in-toto-test-result.statement.json").read_bytes()
    statement = statements.Statement.from_payload(payload)
    (subject,) = statement.subjects
    assert subject.name == ""
    assert dict(subject.digests) == {"gitCommit": "d20ace7968ba43c0219f62d71334c1095bab1602"}
    assert statement.predicate_type == "https://in-toto.io/attestation/test-result/v0.1"
    assert statement.predicate["result"] == "PASSED"

    # The payload keeps the bytes it came in; only what we write ourselves is canonical.
    key = a_key()
    envelope = envelopes.sign(payload, payload_type=statements.PAYLOAD_TYPE, keys=[key])
    again = envelopes.read_own(envelope.to_bytes())
    assert again.payload == payload
    assert envelopes.verify(again, key=key.verifier).key == key.verifier
    assert statements.statement_in(again) == statement
