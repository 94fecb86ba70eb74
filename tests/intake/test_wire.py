"""Records are read strictly: codes and references, no free text, nothing unknown."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.client import forms
from answerable.intake import grammar
from answerable.intake.wire import Decision, Door, NotABatch, NotYet, Read, RowRefused
from tests.gateway.sent import USE, a_decision

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DOOR = Door("decision", "outcome", "review", "effect")


def read(**changes: object) -> Decision:
    record = DOOR.read_one(json.dumps(a_decision(1, **changes)).encode())
    assert isinstance(record, Decision)
    return record


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 0.5, "threshold": 0, "reasons": ["a", "b"], "shadow": True},
        {"attributes": {"sex": "f"}, "inputs": "00" * 32, "sequence": 1},
        {"occurred_at": "2026-11-23T11:00:00.123456+01:00"},
        {"reviewer": "clerk-9", "review_action": "accepted", "review_seconds": 0},
        {"reviewer": "clerk-9", "review_action": "overridden"},
        {"person": "any text of an agency's own, ünïcode too"},
    ],
)
def test_a_whole_decision_is_read(changes: dict[str, object]) -> None:
    assert "desk-1" == read(**changes).source


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "he said so"},
        {"outcome": "refused\n"},
        {"outcome": ""},
        {"outcome": "x" * 65},
        {"reasons": ["fine", "not fine"]},
        {"attributes": {"sex": "f f"}},
        {"channel": "-"},
        {"source": "a desk"},
        {"source": "dësk"},
        {"source": ""},
        {"id": "x" * 129},
        {"id": None},
        {"use": "north"},
        {"use": "North.check"},
        {"version": "AB" * 32},
        {"version": "ab" * 31},
        {"inputs": "zz" * 32},
        {"person": ""},
        {"person": "x" * 201},
        {"sequence": 0},
        {"sequence": 1.5},
        {"score": "0.5"},
        {"occurred_at": "2026-11-23T10:00:00"},
        {"occurred_at": "yesterday"},
        {"shadow": 1},
        {"remarks": "he said so"},
        {"review_action": "looked-at"},
        {"review_action": "Accepted"},
        {"review_action": ""},
        {"kind": "outcome"},
        {"kind": "rumour"},
    ],
)
def test_anything_else_is_refused_with_what_was_expected(changes: dict[str, object]) -> None:
    with pytest.raises(RowRefused) as refused:
        read(**changes)
    assert "/api/v1/openapi.json" in refused.value.advice
    # Among many it is refused for the same reason, and the others are read.
    rows = [a_decision(1), {**a_decision(2), **changes}, a_decision(3)]
    among = DOOR.read_lines("\n".join(map(json.dumps, rows)).encode())
    assert ["d-1", "d-3"] == [row.id for row in among.rows]
    assert [(1, refused.value.sentence)] == [(one.row, one.message) for one in among.refused]


def test_a_refusal_never_repeats_a_person() -> None:
    with pytest.raises(RowRefused) as refused:
        read(person="p" * 201)
    assert "ppp" not in str(refused.value)


def test_a_review_action_that_is_none_is_named_and_not_repeated() -> None:
    with pytest.raises(RowRefused, match="A review_action is accepted or overridden") as refused:
        read(review_action="hesitated")
    assert "hesitated" not in str(refused.value)


def test_client_and_gateway_know_the_same_review_actions() -> None:
    assert grammar.REVIEW_ACTIONS == forms.REVIEW_ACTIONS


TIMED = Door("decision", "outcome", "review", "effect", now=lambda: NOON)
ABOUT = {"decision": {"source": "desk-1", "id": "d-1"}}
OF_KINDS: dict[str, dict[str, object]] = {
    "outcome": {**ABOUT, "label": "wrong"},
    "effect": {**ABOUT, "effect": "paid"},
}


def a_later_record(kind: str, **times: str) -> dict[str, object]:
    common = {"source": "desk-1", "id": "x-1", "use": USE, "kind": kind}
    return {**common, **OF_KINDS[kind], **times}


@pytest.mark.parametrize(
    ("at", "taken"),
    [
        ("2026-11-23T12:05:00Z", True),
        ("2026-11-23T13:05:00+01:00", True),
        ("2026-11-23T12:05:00.000001Z", False),
        ("2036-11-23T12:00:00Z", False),
    ],
)
def test_what_has_not_happened_yet_is_refused_beyond_what_a_clock_may_be_fast(
    at: str, *, taken: bool
) -> None:
    body = json.dumps(a_decision(1, occurred_at=at)).encode()
    if taken:
        assert "d-1" == TIMED.read_one(body).id
        return
    with pytest.raises(NotYet, match="occurred_at is in the future") as refused:
        TIMED.read_one(body)
    assert ("intake.not_yet", True) == (refused.value.code, "clock" in refused.value.advice)


@pytest.mark.parametrize(("kind", "field"), [("outcome", "found_at"), ("effect", "carried_out_at")])
def test_no_moment_of_a_later_record_lies_in_the_future(kind: str, field: str) -> None:
    past, future = "2026-11-23T11:00:00Z", "2026-11-24T12:00:00Z"
    record = a_later_record(kind, occurred_at=past, **{field: past})
    assert "x-1" == TIMED.read_one(json.dumps(record).encode()).id
    with pytest.raises(NotYet, match=field):
        TIMED.read_one(json.dumps({**record, field: future}).encode())
    only = Door(kind, now=lambda: NOON)
    rows = [record, {**record, field: future}]
    assert ([0], [1]) == rows_in(only.read_array(json.dumps(rows).encode()))


def test_a_row_of_the_future_is_refused_by_itself_in_every_form_of_a_batch() -> None:
    rows = [a_decision(1), a_decision(2, occurred_at="2026-11-23T12:06:00Z"), a_decision(3)]
    array = TIMED.read_array(json.dumps(rows).encode())
    lines = TIMED.read_lines("\n".join(map(json.dumps, rows)).encode())
    events = [
        {
            "specversion": "1.0",
            "type": "org.answerable.decision.v1",
            "source": "/desks/1",
            "id": f"e-{at}",
            "time": row.pop("occurred_at"),
            "data": {name: row[name] for name in row if name not in {"source", "id"}},
        }
        for at, row in enumerate(rows)
    ]
    batch = TIMED.read_events(json.dumps(events).encode())
    for found in (array, lines, batch):
        assert ([0, 2], [1]) == rows_in(found)
        assert "intake.not_yet" == found.refused[0].code


def test_a_door_of_one_kind_takes_no_other() -> None:
    body = json.dumps({**a_decision(1), "kind": "decision"}).encode()
    with pytest.raises(RowRefused):
        Door("outcome").read_one(body)


def rows_in(found: Read) -> tuple[list[int], list[int]]:
    return list(found.numbers), [one.row for one in found.refused]


@given(st.lists(st.booleans(), max_size=12))
def test_rows_keep_their_numbers_whichever_are_good(good: list[bool]) -> None:
    rows = [a_decision(at) if fine else {"id": 7} for at, fine in enumerate(good)]
    fine = [at for at, one in enumerate(good) if one]
    bad = [at for at, one in enumerate(good) if not one]
    array = DOOR.read_array(json.dumps(rows).encode())
    lines = DOOR.read_lines("\n".join(map(json.dumps, rows)).encode())
    assert (fine, bad) == rows_in(array) == rows_in(lines)


def test_an_empty_line_counts_and_holds_nothing() -> None:
    one = json.dumps(a_decision(1)).encode()
    assert ([0, 2], [3]) == rows_in(DOOR.read_lines(one + b"\n\n" + one + b"\n7\n"))


@pytest.mark.parametrize("body", [b"[", b"{}", b"[1,]", b'"\xff"', b""])
def test_what_is_no_array_is_no_batch(body: bytes) -> None:
    with pytest.raises(NotABatch):
        DOOR.read_array(body)


@given(st.binary(max_size=60))
def test_no_bytes_whatever_break_a_door(body: bytes) -> None:
    for take in (DOOR.read_one, DOOR.read_event):
        with pytest.raises(RowRefused):
            take(body)
    for take_many in (DOOR.read_array, DOOR.read_events):
        try:
            take_many(body)
        except NotABatch:
            continue
    DOOR.read_lines(body)


@pytest.mark.parametrize("start", [b"[", b'{"data":', b'{"a":'])
def test_deep_nesting_is_refused_like_anything_else(start: bytes) -> None:
    body = start * 200_000
    for take in (DOOR.read_one, DOOR.read_event):
        with pytest.raises(RowRefused):
            take(body)
    with pytest.raises(NotABatch):
        DOOR.read_array(body)
    assert ([], [0]) == rows_in(DOOR.read_lines(body))
