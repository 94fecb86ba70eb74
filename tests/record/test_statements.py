"""Statements: strict about what they are and about what, open to fields not known yet."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.record import envelopes, statements
from answerable.record.canonical import NotCanonical
from answerable.record.digests import sha256_of_bytes
from answerable.record.statements import (
    PayloadIsNoStatement,
    Statement,
    StatementMalformed,
    Subject,
)
from tests.record.situations import a_key, is_refused

KIND = "https://answerable.example/measurement/v1"
DIGEST = sha256_of_bytes(b"rows")
STATEMENT = Statement(
    subjects=(Subject.of_sha256(name="decisions.csv", sha256=DIGEST),),
    predicate_type=KIND,
    predicate={"value": "0.2", "n": 170, "groups": ["men", "women"]},
)


def fields() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(STATEMENT.to_payload())
    return found


def read(document: dict[str, Any]) -> Statement:
    return Statement.from_payload(json.dumps(document).encode())


def test_a_statement_is_read_back_as_it_was_written() -> None:
    assert Statement.from_payload(STATEMENT.to_payload()) == STATEMENT


def test_a_statement_has_the_published_fields() -> None:
    assert fields() == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "decisions.csv", "digest": {"sha256": DIGEST}}],
        "predicateType": KIND,
        "predicate": {"value": "0.2", "n": 170, "groups": ["men", "women"]},
    }


def test_a_signed_statement_is_found_in_its_envelope() -> None:
    key = a_key()
    envelope = statements.sign(STATEMENT, keys=[key])
    assert envelope.payload_type == "application/vnd.in-toto+json"
    assert envelope.payload == STATEMENT.to_payload()
    envelopes.verify(envelope, key=key.verifier)
    assert statements.statement_in(envelopes.read_own(envelope.to_bytes())) == STATEMENT


def test_an_envelope_of_another_type_carries_no_statement() -> None:
    other = envelopes.sign(STATEMENT.to_payload(), payload_type="text/plain", keys=[a_key()])
    with pytest.raises(PayloadIsNoStatement, match="text/plain"):
        statements.statement_in(other)


def test_unknown_fields_and_other_digests_are_accepted() -> None:
    document = fields() | {"later": {"version": 2}}
    document["subject"][0] |= {"uri": "https://example.org/a", "annotations": {"a": 1}}
    document["subject"].append({"digest": {"gitCommit": "d20ace79", "sha512": "00"}})
    statement = read(document)
    assert statement.subjects[0] == STATEMENT.subjects[0]
    assert statement.subjects[1] == Subject(
        name="", digests={"gitCommit": "d20ace79", "sha512": "00"}
    )
    assert read(json.loads(statement.to_payload())) == statement


def test_a_predicate_that_is_not_set_is_an_empty_one() -> None:
    document = fields()
    document.pop("predicate")
    assert read(document).predicate == {}


def test_a_subject_knows_its_file() -> None:
    subject = STATEMENT.subjects[0]
    assert subject.is_file(DIGEST)
    assert not subject.is_file(sha256_of_bytes(b"other rows"))
    assert not Subject(name="", digests={"gitCommit": DIGEST}).is_file(DIGEST)


@pytest.mark.parametrize(
    "change",
    [
        {"_type": "https://in-toto.io/Statement/v0.1"},
        {"_type": None},
        {"subject": []},
        {"subject": {}},
        {"subject": [7]},
        {"subject": [{"name": "a"}]},
        {"subject": [{"name": "a", "digest": {}}]},
        {"subject": [{"name": "a", "digest": {"sha256": ""}}]},
        {"subject": [{"name": "a", "digest": {"": "00"}}]},
        {"subject": [{"name": "a", "digest": {"sha512": 7}}]},
        {"subject": [{"name": "a", "digest": {"sha256": "ABCD"}}]},
        {"subject": [{"name": "a", "digest": {"sha256": DIGEST}}, {"digest": {}}]},
        {"subject": [{"name": 7, "digest": {"sha256": DIGEST}}]},
        {"predicateType": ""},
        {"predicateType": None},
        {"predicate": []},
        {"predicate": None},
    ],
)
def test_a_statement_that_says_less_is_refused(change: dict[str, Any]) -> None:
    read(fields())
    with pytest.raises(StatementMalformed):
        read(fields() | change)


@pytest.mark.parametrize("name", ["_type", "subject", "predicateType"])
def test_a_required_field_that_is_missing_is_named(name: str) -> None:
    document = fields()
    document.pop(name)
    with pytest.raises(StatementMalformed, match=f"v1: {name} is"):
        read(document)


def test_a_predicate_that_json_cannot_carry_is_not_written() -> None:
    inexact = Statement(
        subjects=STATEMENT.subjects, predicate_type=KIND, predicate={"value": float("nan")}
    )
    with pytest.raises(NotCanonical, match=r"At predicate\.value"):
        inexact.to_payload()


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_no_statement(data: bytes) -> None:
    assert is_refused(Statement.from_payload, data)
