"""Records come in by every door: stored once, acknowledged after, refused one by one."""

import hashlib
import json
from typing import Any

import pytest

from answerable.intake.hot.models import Attribute, Conflict, Record, Seen, Subject
from answerable.intake.hot.sqlite import SqliteStore
from answerable.intake.hot.store import Head, Store, StoreUnavailable, open_store
from answerable.people.tokens import Scope
from answerable.record import receipts
from tests.gateway.asking import NOON, PSEUDONYMS, RECEIPTS, AGateway, Answered
from tests.gateway.sent import TOKEN, USE, a_decision
from tests.gateway.situations import token_facts

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

DECISIONS = "/api/v1/decisions"
LINES = "application/x-ndjson"


def ask(*requests: tuple[str, object], gateway: AGateway | None = None) -> list[Answered]:
    """Post values as JSON, one after the other."""

    async def talk(open_one: AGateway) -> list[Answered]:
        return [await open_one.post(path, value) for path, value in requests]

    return (gateway or AGateway()).run(talk)


def send(body: bytes, *, form: str, gateway: AGateway | None = None) -> Answered:
    """Post bytes of some form to the door of decisions."""

    async def talk(open_one: AGateway) -> Answered:
        return await open_one.ask("POST", DECISIONS, body, form=form)

    return (gateway or AGateway()).run(talk)


def verified(answer: Answered) -> tuple[receipts.Item, ...]:
    document = json.dumps(answer.json["receipt"]).encode()
    return receipts.verify(document, key=RECEIPTS.verifier).items


# -- stored once ---------------------------------------------------------------------


def test_a_decision_is_stored_and_its_receipt_names_the_digest_of_what_is_kept() -> None:
    (answer,) = ask((DECISIONS, a_decision(1)))
    kept = Record.objects.get()
    assert (201, "stored") == (answer.status, answer.json["status"])
    (item,) = verified(answer)
    assert ("decision", "desk-1", "d-1") == (item.kind, item.source, item.id)
    assert bytes(kept.digest).hex() == item.digest == receipts_digest(bytes(kept.body))
    assert ("north", USE, "", 1) == (kept.agency, kept.use, kept.marks, kept.seq)


def receipts_digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def test_the_log_holds_a_token_in_the_place_of_the_person_and_of_staff() -> None:
    ask((DECISIONS, a_decision(1, reviewer="clerk-9", review_action="accepted")))
    kept = Record.objects.get()
    assert b"person-1" not in bytes(kept.body)
    assert b"clerk-9" not in bytes(kept.body)
    of_person = Subject.objects.get(use=USE)
    opened = PSEUDONYMS.open(bytes(of_person.ciphertext), lookup=bytes(of_person.lookup))
    assert "person-1" == opened
    assert bytes(of_person.token).hex() == kept.subject == json.loads(bytes(kept.body))["person"]
    assert {USE, ""} == set(Subject.objects.values_list("use", flat=True))


def test_one_person_has_one_token_in_a_use() -> None:
    ask((DECISIONS, a_decision(1, person="p")), (DECISIONS, a_decision(2, person="p")))
    assert 1 == len(set(Record.objects.values_list("subject", flat=True)))


def test_group_attributes_sit_apart_and_the_body_only_commits_to_them() -> None:
    ask((DECISIONS, a_decision(1, attributes={"sex": "f", "age": "30-39"})))
    kept = Record.objects.get()
    assert b'{"age":"30-39","sex":"f"}' == bytes(Attribute.objects.get(pk=kept.seq).body)
    assert b"30-39" not in bytes(kept.body)
    assert 32 == len(json.loads(bytes(kept.body))["attributes"])


def test_the_same_record_again_is_acknowledged_again_and_stored_once() -> None:
    first, again = ask((DECISIONS, a_decision(1)), (DECISIONS, a_decision(1)))
    assert ("stored", "stored_before") == (first.json["status"], again.json["status"])
    assert verified(first) == verified(again)
    assert 1 == Record.objects.count()


def test_the_same_record_is_known_after_its_row_was_sealed_away() -> None:
    ask((DECISIONS, a_decision(1)))
    Record.objects.all().delete()
    again, other = ask((DECISIONS, a_decision(1)), (DECISIONS, a_decision(1, outcome="refused")))
    assert ("stored_before", 409) == (again.json["status"], other.status)
    assert 0 == Record.objects.count()


def test_other_content_under_the_same_id_is_refused_and_noted_and_the_first_stays() -> None:
    _, other = ask((DECISIONS, a_decision(1)), (DECISIONS, a_decision(1, person="another")))
    assert (409, "intake.other_content") == (other.status, other.json["code"])
    assert "hint" in other.json
    assert 1 == Record.objects.count()
    assert ["desk-1"] == list(Conflict.objects.values_list("source", flat=True))


def test_a_repeat_never_links_again_a_person_who_was_unlinked() -> None:
    ask((DECISIONS, a_decision(1)))
    Subject.objects.all().delete()
    (again,) = ask((DECISIONS, a_decision(1)))
    assert 409 == again.status
    assert 0 == Subject.objects.count()


def test_late_and_out_of_order_records_are_accepted() -> None:
    late = a_decision(1, occurred_at="2026-02-01T00:00:00+01:00", sequence=9)
    early = a_decision(2, occurred_at="2026-11-23T10:00:00Z", sequence=2)
    assert [201, 201] == [answer.status for answer in ask((DECISIONS, late), (DECISIONS, early))]
    assert b'"2026-01-31T23:00:00Z"' in bytes(Record.objects.get(record_id="d-1").body)


# -- many at once --------------------------------------------------------------------


def test_bad_rows_are_told_one_by_one_and_the_good_ones_are_kept() -> None:
    rows = [a_decision(1), a_decision(2, outcome="he said so"), 7, a_decision(3), a_decision(1)]
    (answer,) = ask((DECISIONS, rows))
    assert 200 == answer.status
    assert (2, 1) == (answer.json["stored"], answer.json["stored_before"])
    assert [1, 2] == [row["row"] for row in answer.json["refused"]]
    assert all(row["hint"] for row in answer.json["refused"])
    assert ["d-1", "d-3", "d-1"] == [item.id for item in verified(answer)]


def test_a_row_with_other_content_is_refused_and_its_neighbours_are_kept() -> None:
    _, answer = ask(
        (DECISIONS, a_decision(1)),
        (DECISIONS, [a_decision(0), a_decision(1, outcome="refused"), a_decision(2)]),
    )
    assert (2, 0) == (answer.json["stored"], answer.json["stored_before"])
    assert [(1, "intake.other_content")] == [
        (row["row"], row["code"]) for row in answer.json["refused"]
    ]


def test_lines_of_every_kind_come_in_one_stream() -> None:
    about = {"source": "desk-1", "id": "d-1"}
    common = {"source": "desk-1", "use": USE, "occurred_at": "2026-11-23T11:00:00Z"}
    rows: list[dict[str, Any]] = [
        a_decision(1),
        {**common, "kind": "outcome", "id": "o-1", "decision": about, "label": "granted",
         "found_at": "2026-11-23T11:00:00Z"},
        {**common, "kind": "review", "id": "r-1", "decision": about, "reviewer": "clerk-9",
         "finding": "agreed", "seconds": 40, "blind": True},
        {**common, "kind": "effect", "id": "e-1", "decision": about, "effect": "paid",
         "carried_out_at": "2026-11-23T11:30:00Z"},
        {**common, "kind": "rumour", "id": "x-1"},
    ]  # fmt: skip
    answer = send("\n".join(map(json.dumps, rows)).encode() + b"\n", form=LINES)
    assert 4 == answer.json["stored"]
    assert [4] == [row["row"] for row in answer.json["refused"]]
    kinds = Record.objects.order_by("seq").values_list("kind", flat=True)
    assert ["decision", "outcome", "review", "effect"] == list(kinds)


def test_an_event_carries_its_source_id_and_time_outside() -> None:
    data = {
        name: value
        for name, value in a_decision(1).items()
        if name not in {"source", "id", "occurred_at"}
    }
    event = {
        "specversion": "1.0",
        "type": "org.answerable.decision.v1",
        "source": "/desks/1",
        "id": "e-1",
        "time": "2026-11-23T10:00:00Z",
        "traceparent": "passed over",
        "data": data,
    }
    one = send(json.dumps(event).encode(), form="application/cloudevents+json")
    assert ("/desks/1", "e-1") == (verified(one)[0].source, verified(one)[0].id)
    wrong = {**event, "id": "e-2", "type": "org.other.v1"}
    batch = send(json.dumps([event, wrong]).encode(), form="application/cloudevents-batch+json")
    assert (1, [1]) == (
        batch.json["stored_before"],
        [row["row"] for row in batch.json["refused"]],
    )


def test_a_batch_of_nothing_good_has_no_receipt() -> None:
    (answer,) = ask((DECISIONS, [{}]))
    assert (200, 0, None) == (answer.status, answer.json["stored"], answer.json["receipt"])


def test_more_rows_than_one_answer_can_acknowledge_are_refused_whole() -> None:
    answer = send(b"{}\n" * 20_001, form=LINES)
    assert (413, "intake.too_many_rows") == (answer.status, answer.json["code"])


def test_a_body_that_is_too_large_is_refused_by_what_it_announces() -> None:
    async def talk(gateway: AGateway) -> Answered:
        return await gateway.ask("POST", DECISIONS, b"[]", headers={"content-length": str(2**40)})

    assert 413 == AGateway().run(talk).status


@pytest.mark.parametrize(
    ("form", "body", "status"),
    [
        ("text/csv", b"a,b", 415),
        ("application/json", b"{", 422),
        ("application/json", b"[", 400),
        ("application/json", b'{"\xff": 1}', 422),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_a_hint(form: str, body: bytes, status: int) -> None:
    answer = send(body, form=form)
    assert status == answer.status
    assert "application/problem+json" == answer.headers["content-type"]
    assert answer.json["hint"]


def test_what_has_not_happened_yet_is_refused_alone_and_row_by_row() -> None:
    future = {"occurred_at": "2026-11-23T12:06:00Z"}
    alone, batch, again = ask(
        (DECISIONS, a_decision(1, **future)),
        (DECISIONS, [a_decision(0), a_decision(1, **future), a_decision(2)]),
        (DECISIONS, a_decision(1)),
    )
    assert (422, "intake.not_yet") == (alone.status, alone.json["code"])
    assert "clock" in alone.json["hint"]
    assert 2 == batch.json["stored"]
    assert [(1, "intake.not_yet")] == [(row["row"], row["code"]) for row in batch.json["refused"]]
    # Nothing of it was kept: with its time put right, it comes in under the same id.
    assert (201, "stored") == (again.status, again.json["status"])


# -- marks ---------------------------------------------------------------------------


def test_a_decision_of_an_unknown_use_or_version_is_kept_and_marked() -> None:
    answers = ask(
        (DECISIONS, a_decision(1, use="north.no-such-use")),
        (DECISIONS, a_decision(2, version="cd" * 32)),
        (DECISIONS, a_decision(3, outcome="refused")),
    )
    assert [201, 201, 201] == [answer.status for answer in answers]
    marks = Record.objects.order_by("seq").values_list("marks", flat=True)
    assert ["unknown_use", "wrong_version", "no_reasons"] == list(marks)


# -- who may -------------------------------------------------------------------------


def test_a_token_opens_its_scopes_for_its_use_until_it_ends() -> None:
    gateway = AGateway()
    gateway.tokens = {
        "lean": token_facts(Scope.LEASES),
        "bound": token_facts(use="north.other"),
        "ended": token_facts(expires_at=NOON),
    }

    async def talk(open_one: AGateway) -> list[Answered]:
        return [
            await open_one.post(DECISIONS, a_decision(1), token=token)
            for token in ("lean", "bound", "ended", "unheard-of", None)
        ]

    answers = gateway.run(talk)
    assert [403, 403, 401, 401, 401] == [answer.status for answer in answers]
    assert all(answer.json["hint"] for answer in answers)
    assert "Bearer" == answers[-1].headers["www-authenticate"]
    assert 0 == Record.objects.count()


def test_rows_that_the_token_does_not_cover_are_refused_by_themselves() -> None:
    gateway = AGateway()
    gateway.tokens = {TOKEN: token_facts(Scope.DECISIONS, use=USE)}
    (answer,) = ask((DECISIONS, [a_decision(1), a_decision(2, use="north.x")]), gateway=gateway)
    assert 1 == answer.json["stored"]
    assert [(1, "gateway.use_not_covered")] == [
        (row["row"], row["code"]) for row in answer.json["refused"]
    ]


def test_a_revoked_token_opens_nothing_after_five_seconds() -> None:
    gateway = AGateway()

    async def talk(open_one: AGateway) -> list[int]:
        statuses = [(await open_one.post(DECISIONS, a_decision(1))).status]
        open_one.tokens.clear()
        statuses.append((await open_one.post(DECISIONS, a_decision(2))).status)
        open_one.clock.at = NOON.replace(second=6)
        statuses.append((await open_one.post(DECISIONS, a_decision(3))).status)
        return statuses

    assert [201, 201, 401] == gateway.run(talk)
    assert 2 == gateway.looked_up


# -- when something fails ------------------------------------------------------------


class AFailingStore:
    """A store whose database fails until it is mended, as a full disk does."""

    def __init__(self, fault: type[Exception] | None) -> None:
        self.fault = fault
        self.inner: Store = open_store()

    def begin(self) -> Head:
        if self.fault is StoreUnavailable:
            raise StoreUnavailable
        if self.fault is not None:
            raise self.fault
        return self.inner.begin()

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


@pytest.mark.parametrize(("fault", "status"), [(StoreUnavailable, 503), (ZeroDivisionError, 500)])
def test_a_failing_database_acknowledges_nothing_and_recovers(
    fault: type[Exception], status: int
) -> None:
    store = AFailingStore(fault)
    gateway = AGateway(open_store=lambda: store)  # type: ignore[arg-type, return-value]

    async def talk(open_one: AGateway) -> list[Answered]:
        first = await open_one.post(DECISIONS, a_decision(1))
        store.fault = None
        return [first, await open_one.post(DECISIONS, a_decision(1))]

    failed, stored = gateway.run(talk)
    assert (status, 201) == (failed.status, stored.status)
    assert "stored" == stored.json["status"]
    assert ("retry-after" in failed.headers) is (status == 503)
    assert 1 == Seen.objects.count()


def test_a_full_disk_is_no_answer_and_the_gateway_goes_on(settings: Any) -> None:
    if "decisions" not in settings.DATABASES:
        pytest.skip("SQLite's own words for it")
    store = SqliteStore()
    gateway = AGateway(open_store=lambda: store)

    async def talk(open_one: AGateway) -> list[Answered]:
        answers = [await open_one.post(DECISIONS, a_decision(1))]
        raw = store._connected()
        # What earlier tests left free in the file would make room.
        raw.execute("VACUUM")
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages}")
        rows = [a_decision(number) for number in range(2, 2_000)]
        answers.append(await open_one.post(DECISIONS, rows))
        answers.append(await open_one.post(DECISIONS, rows))
        return answers

    first, full, after = AGateway.run(gateway, talk)
    # The limit belongs to the connection that was dropped: as if space had been made.
    assert (201, 503, 200) == (first.status, full.status, after.status)
    assert 1_998 == after.json["stored"]


def test_nothing_is_judged_before_the_gate_was_read() -> None:
    gateway = AGateway()
    gateway.gate.failing = True
    (answer,) = ask((DECISIONS, a_decision(1)), gateway=gateway)
    assert (503, "gateway.not_ready") == (answer.status, answer.json["code"])
    assert "1" == answer.headers["retry-after"]
