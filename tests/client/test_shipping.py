"""Shipping: at least once, in order, and nothing leaves the spool before it is acknowledged."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from answerable.client import (
    Client,
    Course,
    Decision,
    Effect,
    NotRecorded,
    Outcome,
    Recorded,
    Reference,
    Review,
)
from answerable.client.records import RecordMalformed
from answerable.record import receipts
from tests.client.situations import (
    FORGER,
    RECEIPTS,
    USE,
    VERSION,
    FakeGateway,
    HandClock,
    a_client,
    eventually,
)

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def record(client: Client, *ids: str) -> list[Recorded]:
    """Record a decision for each id; every one is expected to be acknowledged."""
    done = [client.record(Decision(person="p-1", outcome="flag", id=one)) for one in ids]
    return [one for one in done if isinstance(one, Recorded)]


def kept(folder: Path, name: str) -> list[dict[str, Any]]:
    """The lines of a file of the only family."""
    files = list(folder.glob(f"*/*/{name}"))
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]


def empty(client: Client) -> bool:
    return 0 == client.state().spooled_bytes


def test_a_record_reaches_the_gateway_with_source_number_use_and_version(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    with a_client(gateway, tmp_path, source="desk") as client:
        (done,) = record(client, "d-1")
        assert eventually(lambda: empty(client))
    (row,) = gateway.stored.values()
    expected = {"id": "d-1", "sequence": 1, "use": USE, "version": VERSION.digest}
    assert {**row, **expected} == row
    assert done.source == row["source"]
    assert done.source.startswith("desk/")


def test_what_later_becomes_of_a_decision_goes_by_the_same_door_in_order(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    about = Reference(source="desk/1", id="d-1")
    with a_client(gateway, tmp_path) as client:
        client.record(Decision(person="p-1", outcome="flag"))
        client.record(Outcome(decision=about, label="confirmed", found_at=AT))
        client.record(
            Review(decision=about, reviewer="s-1", finding="right", seconds=9, blind=True)
        )
        client.record(Effect(decision=about, effect="cut", carried_out_at=AT))
        assert eventually(lambda: empty(client))
    rows = [row for post in gateway.posts for row in post]
    assert ["decision", "outcome", "review", "effect"] == [row["kind"] for row in rows]
    assert [1, 2, 3, 4] == [row["sequence"] for row in rows]
    assert [True, False, False, False] == ["version" in row for row in rows]


def test_what_is_no_record_is_refused_as_a_mistake(gateway: FakeGateway, tmp_path: Path) -> None:
    nonsense: Any = {"person": "p-1"}
    with (
        a_client(gateway, tmp_path) as client,
        pytest.raises(RecordMalformed, match="dict is none"),
    ):
        client.record(nonsense)


def test_a_lost_answer_sends_the_rows_again(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    gateway.behaviour.lose_answers = 1
    with a_client(gateway, tmp_path, clock=clock) as client:
        record(client, "d-1", "d-2")
        assert eventually(lambda: bool(gateway.stored))
        assert eventually(lambda: bool(client.state().record_problem))
        clock.forward(2)
        assert eventually(lambda: empty(client))
    assert 2 == len(gateway.stored)
    assert sum(map(len, gateway.posts)) > 2


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_rows_wait_while_the_gateway_will_not_have_them(
    gateway: FakeGateway, tmp_path: Path, status: int
) -> None:
    clock = HandClock()
    gateway.behaviour.status = status
    with a_client(gateway, tmp_path, clock=clock) as client:
        record(client, "d-1", "d-2")
        assert eventually(lambda: f"status {status}" in client.state().record_problem)
        assert client.state().spooled_bytes
        gateway.behaviour.status = 200
        clock.forward(2)
        assert eventually(lambda: empty(client))
    assert {"d-1", "d-2"} == {key[1] for key in gateway.stored}


def test_a_gateway_that_asks_for_patience_gets_it(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    gateway.behaviour.status = 503
    gateway.behaviour.headers = {"Retry-After": "100"}
    with a_client(gateway, tmp_path, clock=clock) as client:
        record(client, "d-1")
        assert eventually(lambda: "503" in client.state().record_problem)
        gateway.behaviour.status = 200
        clock.forward(90)
        posted = len(gateway.posts)
        record(client, "d-2")
        assert (0, posted) == (posted, len(gateway.posts))
        clock.forward(20)
        assert eventually(lambda: empty(client))


def test_a_refused_row_is_set_aside_with_the_reason_and_holds_up_nobody(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.behaviour.refuse = lambda row: "d-2" == row["id"]
    with a_client(gateway, tmp_path) as client:
        record(client, "d-1", "d-2", "d-3")
        assert eventually(lambda: {"d-1", "d-3"} == {key[1] for key in gateway.stored})
        assert eventually(lambda: bool(kept(tmp_path, "refused.jsonl")))
        assert eventually(lambda: 1 == client.state().refused)
    (line,) = kept(tmp_path, "refused.jsonl")
    assert "d-2" == line["row"]["id"]
    assert {"code": "intake.no", "message": "No.", "hint": "Do."} == line["refused"]


def test_refused_rows_are_counted_after_a_restart_and_in_the_spools_of_ended_programs(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.behaviour.refuse = lambda row: "d-1" != row["id"]
    with a_client(gateway, tmp_path) as client:
        record(client, "d-1", "d-2", "d-3")
        assert eventually(lambda: 2 == client.state().refused)
    with a_client(gateway, tmp_path) as again:
        assert 2 == again.state().refused
    with a_client(gateway, tmp_path, source="another-desk") as other:
        assert eventually(lambda: 2 == other.state().refused)


def test_a_batch_that_is_too_large_is_halved_until_it_fits(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    gateway.behaviour.most_rows = 3
    gateway.behaviour.hang_up = True
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        record(client, *(f"d-{n}" for n in range(20)))
        gateway.behaviour.hang_up = False
        clock.forward(90)
        assert eventually(lambda: empty(client))
    assert 20 == len(gateway.stored)
    assert max(map(len, gateway.posts)) <= 3


def test_a_row_that_alone_is_too_large_is_set_aside(gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.behaviour.most_rows = 0
    with a_client(gateway, tmp_path) as client:
        record(client, "d-1", "d-2")
        assert eventually(lambda: 2 == len(kept(tmp_path, "refused.jsonl")))
    lines = kept(tmp_path, "refused.jsonl")
    assert ["d-1", "d-2"] == [line["row"]["id"] for line in lines]
    assert {"status_413"} == {line["refused"]["code"] for line in lines}


def test_an_answer_that_does_not_account_for_every_row_settles_none(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    gateway.behaviour.unclear = True
    with a_client(gateway, tmp_path, clock=clock) as client:
        record(client, "d-1")
        assert eventually(lambda: "does not account" in client.state().record_problem)
        assert not empty(client)
        gateway.behaviour.unclear = False
        clock.forward(2)
        assert eventually(lambda: empty(client))


# -- receipts ------------------------------------------------------------------------


def test_receipts_are_kept_and_hold(gateway: FakeGateway, tmp_path: Path) -> None:
    with a_client(gateway, tmp_path, receipts_key=RECEIPTS.verifier) as client:
        record(client, "d-1", "d-2")
        assert eventually(lambda: empty(client))
    proven = {
        item.id
        for receipt in kept(tmp_path, "receipts.jsonl")
        for item in receipts.verify(json.dumps(receipt).encode(), key=RECEIPTS.verifier).items
    }
    assert {"d-1", "d-2"} == proven


def test_a_forged_receipt_settles_nothing(gateway: FakeGateway, tmp_path: Path) -> None:
    clock = HandClock()
    gateway.behaviour.receipt_key = FORGER
    with a_client(gateway, tmp_path, clock=clock, receipts_key=RECEIPTS.verifier) as client:
        record(client, "d-1")
        assert eventually(lambda: "receipt does not hold" in client.state().record_problem)
        assert not empty(client)
        gateway.behaviour.receipt_key = RECEIPTS
        # Stored before by now: whoever lost the first receipt gets it from the gateway.
        gateway.stored.clear()
        clock.forward(2)
        assert eventually(lambda: empty(client))


# -- trouble that `ask` speaks of ----------------------------------------------------


def test_a_full_spool_leaves_everybody_to_people_until_it_was_shipped(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock, spool_bytes=1 << 16) as client:
        assert client.wait_for_lease(seconds=10)
        gateway.behaviour.status = 503
        assert Course.PROCEED is client.ask("p-1").course
        refused = None
        for number in range(1_000):
            done = client.record(Decision(person="p-1", outcome="flag", id=f"d-{number}"))
            if isinstance(done, NotRecorded):
                refused = done
                break
            if "spool_full" == client.ask("p-1").reason:
                assert client.state().spooled_bytes > (1 << 16) * 15 // 16 - 1_000
        assert refused is not None
        assert "spool_full" == refused.reason
        assert "spool_full" == client.ask("p-1").reason
        gateway.behaviour.status = 200
        clock.forward(2)
        assert eventually(lambda: Course.PROCEED is client.ask("p-1").course)


def test_a_spool_that_cannot_be_made_leaves_everybody_to_people_until_it_can(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    (tmp_path / "spool").write_text("in the way")
    with a_client(gateway, tmp_path / "spool") as client:
        assert client.wait_for_lease(seconds=10)
        assert "spool_unwritable" == client.ask("p-1").reason
        refused = client.record(Decision(person="p-1", outcome="flag"))
        assert isinstance(refused, NotRecorded)
        assert "spool_unwritable" == refused.reason
        assert "cannot be written" in client.state().record_problem
        (tmp_path / "spool").unlink()
        assert eventually(lambda: Course.PROCEED is client.ask("p-1").course)
        assert 1 == len(record(client, "d-1"))


def test_a_spool_that_cannot_be_read_leaves_everybody_to_people(
    gateway: FakeGateway, tmp_path: Path
) -> None:
    clock = HandClock()
    with a_client(gateway, tmp_path, clock=clock) as client:
        assert client.wait_for_lease(seconds=10)
        record(client, "d-1")
        (family,) = (tmp_path / USE).iterdir()
        stray = family / "zebra.spool"
        stray.write_text("")
        assert eventually(lambda: "spool_unreadable" == client.ask("p-1").reason)
        stray.unlink()
        clock.forward(2)
        assert eventually(lambda: Course.PROCEED is client.ask("p-1").course)


def test_a_disk_without_room_leaves_everybody_to_people_until_there_is(
    gateway: FakeGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = OSError(28, "No space left on device")

    def refuse(*_: object) -> None:
        raise full

    with a_client(gateway, tmp_path) as client:
        assert client.wait_for_lease(seconds=10)
        with monkeypatch.context() as patched:
            patched.setattr("answerable.client.families.write_all", refuse)
            patched.setattr("answerable.client.spool.write_all", refuse)
            refused = client.record(Decision(person="p-1", outcome="flag"))
            assert isinstance(refused, NotRecorded)
            assert "No space left" in refused.sentence
            assert "spool_unwritable" == client.ask("p-1").reason
        assert eventually(lambda: Course.PROCEED is client.ask("p-1").course)
        (done,) = record(client, "d-1")
        assert 1 == done.sequence
