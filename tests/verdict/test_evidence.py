"""Evidence: written, read back into the question it answers, and compared."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.record.canonical import JsonValue
from answerable.record.statements import Statement
from answerable.verdict.document import audit_document
from answerable.verdict.evidence import (
    EvidenceMalformed,
    code_digest,
    differences,
    evidence_statement,
    read_evidence,
)
from tests.verdict.situations import audited_as_it_is, audited_file

MEASURED_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

RICH: Mapping[str, object] = {
    "positive": "1",
    "favourable": "1",
    "reference": {"office": "north"},
    "norms": ("selection_rate.ratio=0.9,1.11", "precision.difference=-0.1,0.1"),
    "profile": "none",
}


def a_statement(folder: Path, **changes: object) -> Statement:
    return evidence_statement(audited_file(folder, **changes), at=MEASURED_AT)


def changed(statement: Statement, *place: str, to: JsonValue) -> Statement:
    """The same statement with one field of its predicate replaced."""
    predicate: dict[str, JsonValue] = deepcopy(dict(statement.predicate))
    inside = predicate
    for name in place[:-1]:
        found = inside[name]
        assert isinstance(found, dict)
        inside = found
    inside[place[-1]] = to
    return Statement(
        subjects=statement.subjects, predicate_type=statement.predicate_type, predicate=predicate
    )


# -- there and back ------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, RICH], ids=["by default", "with every option"])
def test_the_question_read_back_is_the_question_that_was_asked(
    tmp_path: Path, changes: Mapping[str, object]
) -> None:
    audited = audited_file(tmp_path, **changes)
    statement = evidence_statement(audited, at=MEASURED_AT)
    evidence = read_evidence(Statement.from_payload(statement.to_payload()))
    assert evidence.question == audited.question
    assert evidence.question.plan() == audited.question.plan()
    assert evidence.measured_at == MEASURED_AT
    assert evidence.code == code_digest()
    assert evidence.digests == {"decisions.csv": audited.digest.sha256}


def test_the_result_read_back_is_no_different(tmp_path: Path) -> None:
    audited = audited_file(tmp_path)
    payload = evidence_statement(audited, at=MEASURED_AT).to_payload()
    evidence = read_evidence(Statement.from_payload(payload))
    assert differences(dict(evidence.document), audit_document(audited)) == ()


def test_the_statement_names_the_file_by_its_digest(tmp_path: Path) -> None:
    audited = audited_file(tmp_path)
    (subject,) = evidence_statement(audited, at=MEASURED_AT).subjects
    assert subject.name == "decisions.csv"
    assert subject.digests == {"sha256": audited.digest.sha256}


# -- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (("question",), "text", "predicate.question is not an object"),
        (("result",), [], "predicate.result is not an object"),
        (("code", "sha256"), 1, "predicate.code.sha256 is not text"),
        (("question", "decision"), None, "predicate.question.decision is not text"),
        (("question", "label"), 1, "predicate.question.label is not text"),
        (("question", "by"), "office", "predicate.question.by is not a list"),
        (("question", "by"), [1], "predicate.question.by is not a list of text"),
        (("question", "norms"), [["x"]], "predicate.question.norms is not a list of text"),
        (("question", "reference"), {"office": 1}, "reference.office is not text"),
        (("question", "on"), "yesterday", "predicate.question.on is not a day"),
        (("measured_at",), "noon", "predicate.measured_at is not a time"),
        (("measured_at",), "2026-11-23T12:00:00", "is not a time with its zone"),
    ],
)
def test_a_field_of_another_kind_is_refused_by_name(
    tmp_path: Path, place: tuple[str, ...], value: JsonValue, message: str
) -> None:
    statement = a_statement(tmp_path)
    assert read_evidence(statement).measured_at == MEASURED_AT
    with pytest.raises(EvidenceMalformed, match=message):
        read_evidence(changed(statement, *place, to=value))


def test_a_statement_of_another_kind_is_no_evidence(tmp_path: Path) -> None:
    statement = a_statement(tmp_path)
    other = Statement(
        subjects=statement.subjects,
        predicate_type="https://example.org/other/v1",
        predicate=statement.predicate,
    )
    with pytest.raises(EvidenceMalformed, match="predicateType"):
        read_evidence(other)


def test_an_empty_predicate_is_no_evidence(tmp_path: Path) -> None:
    statement = a_statement(tmp_path)
    empty = Statement(
        subjects=statement.subjects, predicate_type=statement.predicate_type, predicate={}
    )
    with pytest.raises(EvidenceMalformed, match=r"predicate\.question"):
        read_evidence(empty)


# -- differences -------------------------------------------------------------------------------


def places(recorded: JsonValue, recomputed: JsonValue) -> list[str]:
    return [difference.place for difference in differences(recorded, recomputed)]


@pytest.mark.parametrize(
    ("recorded", "recomputed"),
    [
        ({"value": 0.5}, {"value": 0.5 + 1e-15}),
        ({"value": 1}, {"value": 1.0}),
        ({"value": 0}, {"value": 1e-15}),
        ({"answerable": "0.1"}, {"answerable": "0.2"}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
    ids=["rounding", "one and 1.0", "nothing", "the version", "the order of keys"],
)
def test_what_is_no_difference(recorded: JsonValue, recomputed: JsonValue) -> None:
    assert places(recorded, recomputed) == []


@pytest.mark.parametrize(
    ("recorded", "recomputed", "place"),
    [
        ({"n": 2}, {"n": 3}, "n"),
        ({"n": 5_000_000_000}, {"n": 5_000_000_001}, "n"),
        ({"p": 1e-4}, {"p": 1.000001e-4}, "p"),
        ({"exact": True}, {"exact": 1}, "exact"),
        ({"a": {"b": "x"}}, {"a": {"b": "y"}}, "a.b"),
        ({"a": None}, {"a": 0}, "a"),
        ({"a": [1, 2]}, {"a": [1, 3]}, "a[1]"),
        ({"a": [1]}, {"a": [1, 2]}, "a (length)"),
        ({"a": 1}, {}, "a"),
        ({}, {"a": 1}, "a"),
        ({"data": {"answerable": "0.1"}}, {"data": {"answerable": "0.2"}}, "data.answerable"),
    ],
)
def test_what_is_a_difference_and_where(
    recorded: JsonValue, recomputed: JsonValue, place: str
) -> None:
    assert places(recorded, recomputed) == [place]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=3),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_nothing_differs_from_itself(value: JsonValue) -> None:
    assert differences(value, deepcopy(value)) == ()


def test_one_changed_record_is_told_by_the_figures_that_moved(tmp_path: Path) -> None:
    before = audit_document(audited_file(tmp_path))
    assert places(before, audit_document(audited_as_it_is(tmp_path))) == []
    path = tmp_path / "decisions.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("south,1,0", "south,0,0", 1), encoding="utf-8")
    moved = places(before, audit_document(audited_as_it_is(tmp_path)))
    assert "data.digest" in moved
    assert any(place.endswith("selection_rate.numerator") for place in moved)
    assert "data.rows" not in moved
