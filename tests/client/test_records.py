"""Records: what is written of them, and the mistakes that are refused when they are made."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.client import Decision, Effect, Outcome, Reference, Review
from answerable.client.forms import Json
from answerable.client.records import Record, RecordMalformed, row_of
from answerable.record.canonical import parse_json

AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
EARLIER = Reference(source="desk/1", id="d-1")


def written(record: Record) -> dict[str, Json]:
    return record.to_fields(now=AT)


def a_decision(**changed: Any) -> Decision:
    return Decision(**{"person": "p-1", "outcome": "flag", "id": "d-1", **changed})


def test_what_is_not_set_is_not_written() -> None:
    assert {
        "kind": "decision",
        "id": "d-1",
        "person": "p-1",
        "outcome": "flag",
        "occurred_at": "2026-11-23T12:30:00.000000Z",
    } == written(a_decision())


def test_a_score_of_zero_and_a_review_of_no_time_are_written() -> None:
    assert 0.0 == written(a_decision(score=0.0))["score"]
    review = Review(decision=EARLIER, reviewer="s-1", finding="correct", seconds=0)
    assert 0 == written(review)["seconds"]


def test_a_reviewer_accepts_or_overrides_and_does_nothing_else() -> None:
    for action in ("accepted", "overridden"):
        reviewed = a_decision(reviewer="s-1", review_action=action)
        assert action == written(reviewed)["review_action"]
    with pytest.raises(RecordMalformed, match="review_action is not accepted or overridden"):
        a_decision(reviewer="s-1", review_action="looked-at")


def test_times_are_written_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    at = datetime(2026, 11, 23, 13, 30, tzinfo=berlin)
    effect = Effect(decision=EARLIER, effect="cut", carried_out_at=at, occurred_at=at)
    assert "2026-11-23T12:30:00.000000Z" == written(effect)["carried_out_at"]
    assert written(effect)["carried_out_at"] == written(effect)["occurred_at"]


def test_a_later_record_names_the_decision_it_is_about() -> None:
    outcome = Outcome(decision=EARLIER, label="confirmed", found_at=AT)
    assert {"source": "desk/1", "id": "d-1"} == written(outcome)["decision"]


def test_each_record_gets_an_id_of_its_own() -> None:
    ids = {Decision(person="p", outcome="flag").id for _ in range(100)}
    assert 100 == len(ids)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("person", ""),
        ("person", "x" * 201),
        ("person", 7),
        ("person", "\udc00"),
        ("outcome", "free text"),
        ("outcome", ""),
        ("outcome", "x" * 65),
        ("outcome", None),
        ("id", "two words"),
        ("id", ""),
        ("id", None),
        ("occurred_at", datetime(2026, 11, 23)),  # noqa: DTZ001 - the mistake tested
        ("occurred_at", "2026-11-23"),
        ("score", "0.5"),
        ("score", float("nan")),
        ("threshold", float("inf")),
        ("threshold", 2**60),
        ("score", True),
        ("review_seconds", -1),
        ("review_seconds", 1.5),
        ("review_seconds", True),
        ("review_seconds", 2**60),
        ("reasons", "income"),
        ("reasons", ["free text"]),
        ("reasons", ["r"] * 51),
        ("attributes", {"age": "over 65"}),
        ("attributes", {"age group": "65"}),
        ("attributes", ["age"]),
        ("inputs", "ab"),
        ("lease", "two words"),
        ("notice", "Dear Sir"),
        ("shadow", 1),
        ("reviewer", ""),
        ("channel", "\u0430"),
    ],
)
def test_a_mistake_is_refused_when_the_decision_is_made(part: str, value: object) -> None:
    with pytest.raises(RecordMalformed) as refusal:
        a_decision(**{part: value})
    assert part == refusal.value.fields["part"]


@pytest.mark.parametrize("decision", [None, "d-1", ("desk/1", "d-1")])
def test_a_later_record_about_no_decision_is_refused(decision: Any) -> None:
    with pytest.raises(RecordMalformed, match="is no reference"):
        Outcome(decision=decision, label="confirmed", found_at=AT)


def test_a_refusal_does_not_repeat_what_was_said_of_a_person() -> None:
    with pytest.raises(RecordMalformed) as refusal:
        a_decision(outcome="Ms Smith of Elm Street")
    assert "Smith" not in str(refusal.value)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200))
def test_any_pseudonym_stays_on_its_line_and_is_read_back(person: str) -> None:
    row = row_of(written(a_decision(person=person)))
    assert not {b"\n", b"\r"} & {row[at : at + 1] for at in range(len(row))}
    found = parse_json(row)
    assert isinstance(found, dict)
    assert person == found["person"]
