"""Records are read strictly: codes and references, no free text, nothing unknown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.intake.wire import Decision, Door, NotABatch, Read, RowRefused
from tests.gateway.sent import a_decision

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
        {"kind": "outcome"},
        {"kind": "rumour"},
    ],
)
def test_anything_else_is_refused_with_what_was_expected(changes: dict[str, object]) -> None:
    with pytest.raises(RowRefused) as refused:
        read(**changes)
    assert "/api/v1/openapi.json" in refused.value.advice


def test_a_refusal_never_repeats_a_person() -> None:
    with pytest.raises(RowRefused) as refused:
        read(person="p" * 201)
    assert "ppp" not in str(refused.value)


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
