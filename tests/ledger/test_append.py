"""An entry is appended with its change or not at all, and names nobody in the clear."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from answerable.ledger import commitments, edge, people, queries
from answerable.ledger.append import NoAgency, OutsideTransaction, append
from answerable.ledger.entries import (
    Entry,
    EntryMalformed,
    EntryUnreadable,
    Person,
    TimeNotUtc,
    WrittenEntry,
)
from answerable.ledger.models import EntryRow, Head, Salt, Subtree
from answerable.record.tree import Tree, leaf_hash
from tests.ledger.situations import (
    IN_POSTGRES,
    MONDAY,
    WAITER,
    Somebody,
    TeaServed,
    serve,
    serve_many,
)

pytestmark = pytest.mark.django_db(databases="__all__")


def payload(index: int) -> bytes:
    return bytes(EntryRow.objects.get(index=index).payload)


def tree_of_rows() -> Tree:
    return Tree(bytes(row.leaf) for row in EntryRow.objects.order_by("index"))


def test_an_entry_is_stored_byte_for_byte_as_it_is_hashed() -> None:
    appended = serve(3, minutes=5)
    row = EntryRow.objects.get()
    assert (0, "north", "example.tea.served") == (row.index, row.agency, row.kind)
    assert "application/vnd.answerable.example.tea.served.v1+json" == row.payload_type
    assert appended.leaf == bytes(row.leaf) == leaf_hash(bytes(row.payload))
    written = WrittenEntry.read(bytes(row.payload))
    assert (0, "north", MONDAY + timedelta(minutes=5)) == (
        written.index,
        written.agency,
        written.at,
    )
    assert 3 == written.fields["cups"]


def test_its_sentence_names_people_only_by_commitment() -> None:
    serve(3)
    written = WrittenEntry.read(payload(0))
    guest = written.fields["guest"]
    assert isinstance(guest, dict)
    assert (
        f"Tea was served to person {guest['person'][:8]} in 3 cups: nothing. Sugar: no."
        == written.sentence
    )


def test_an_entry_of_a_room_that_is_not_installed_is_told_by_its_kind() -> None:
    serve()
    foreign = payload(0).replace(b"example.tea.served", b"example.tea.spilt")
    assert "example.tea.spilt." == WrittenEntry.read(foreign).sentence


def test_a_payload_that_was_not_written_here_is_refused() -> None:
    serve()
    good = payload(0)
    for wrong in (
        b"{}",
        b"[]",
        good.replace(b'"agency"', b'"agent"'),
        good.replace(b"2026-03-02T09:00:00.000000Z", b"2026-03-02T09:00:00Z"),
        good.replace(b"2026-03-02T09:00:00.000000Z", b"monday"),
    ):
        with pytest.raises(EntryUnreadable):
            WrittenEntry.read(wrong)
    short = WrittenEntry.read(good.replace(b'"cups":2,', b""))
    with pytest.raises(EntryUnreadable):
        _ = short.sentence


def test_no_reference_of_anybody_stands_in_an_entry() -> None:
    serve(guest="account/4711")
    assert b"4711" not in payload(0)
    assert WAITER.ref.encode() not in payload(0)


def test_the_same_person_twice_cannot_be_linked_without_the_salts() -> None:
    serve(guest="account/7")
    serve(guest="account/7")
    one, other = (WrittenEntry.read(payload(index)) for index in (0, 1))
    assert one.fields["guest"] != other.fields["guest"]
    assert one.by != other.by


def test_who_is_meant_can_be_found_among_people_one_knows() -> None:
    serve(guest="account/7")
    written = WrittenEntry.read(payload(0))
    assert {written.by: WAITER.ref} == people.who([written.by], among=[WAITER.ref, "account/9"])
    assert {} == people.who([written.by], among=["account/9"])
    assert [0] == people.indexes_naming("account/7", agency="north")
    assert [] == people.indexes_naming("account/7", agency="south")


def test_a_forgotten_person_is_found_no_more_and_no_entry_changes() -> None:
    serve(guest="account/7")
    serve(guest="account/8")
    serve(guest="account/7", agency="south")
    before = [payload(index) for index in range(3)]
    guest = WrittenEntry.read(before[0]).fields["guest"]
    assert isinstance(guest, dict)
    people.forget(ref="account/7", agency="north", by=WAITER, at=MONDAY)
    assert before == [payload(index) for index in range(3)]
    assert [] == people.indexes_naming("account/7", agency="north")
    assert {} == people.who([guest["person"]], among=["account/7"])
    assert [1] == people.indexes_naming("account/8", agency="north")
    assert [2] == people.indexes_naming("account/7", agency="south")
    last = WrittenEntry.read(payload(3))
    assert "What ties 1 names in the ledger to one person was erased." == last.sentence
    assert Head.objects.get().size == 4


@pytest.mark.skipif(IN_POSTGRES, reason="reads the file of an SQLite database")
@pytest.mark.django_db(databases="__all__", transaction=True)
def test_an_erased_salt_is_not_left_in_the_file() -> None:
    serve(guest="account/7")
    salt = bytes(Salt.objects.get(person=commitments.lookup("account/7")).salt)
    file = Path(str(connection.settings_dict["NAME"]))

    def is_in_the_file() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return salt in file.read_bytes()

    assert is_in_the_file()
    people.forget(ref="account/7", agency="north", by=WAITER, at=MONDAY)
    assert not is_in_the_file()


def test_whoever_forgets_themself_is_not_named_by_that_entry() -> None:
    people.forget(ref=WAITER.ref, agency="north", by=WAITER, at=MONDAY)
    assert not Salt.objects.exists()


def test_a_changed_table_of_salts_puts_words_into_nobodys_mouth() -> None:
    serve(guest="account/7")
    written = WrittenEntry.read(payload(0))
    theirs = Salt.objects.exclude(commitment=written.by).get()
    Salt.objects.filter(commitment=written.by).update(person=theirs.person)
    assert {} == people.who([written.by], among=["account/7"])


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_an_entry_without_a_transaction_is_refused() -> None:
    tea = TeaServed(guest=Person("account/7"), cups=2)
    with pytest.raises(OutsideTransaction):
        append(tea, by=WAITER, at=MONDAY, agency="north")
    with transaction.atomic():
        assert 0 == append(tea, by=WAITER, at=MONDAY, agency="north").index


def test_an_entry_goes_with_the_change_that_failed() -> None:
    serve()
    change = transaction.savepoint()
    serve()
    transaction.savepoint_rollback(change)
    assert 1 == serve().index
    assert 2 == EntryRow.objects.count()
    assert 4 == Salt.objects.count()


def test_an_entry_belongs_to_an_agency_and_to_a_moment_in_utc() -> None:
    with pytest.raises(NoAgency):
        serve(agency="")
    tea = TeaServed(guest=Person("account/7"), cups=2)
    for at in (
        datetime(2026, 3, 2),  # noqa: DTZ001 - what is refused
        datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=1))),
    ):
        with pytest.raises(TimeNotUtc), transaction.atomic():
            append(tea, by=WAITER, at=at, agency="north")
    happened = datetime(2026, 3, 1, tzinfo=UTC)
    with transaction.atomic():
        append(tea, by=WAITER, at=MONDAY, agency="north", occurred_at=happened)
    written = WrittenEntry.read(payload(0))
    assert (MONDAY, happened) == (written.at, written.occurred_at)


def test_an_entry_holds_nothing_that_others_spell_otherwise() -> None:
    for wrong in (0.5, MONDAY, b"bytes", ["list"], ("tuple", 1), {"a": 1}):
        given: Any = wrong
        tea = TeaServed(guest=Person("account/7"), cups=given)
        with pytest.raises(EntryMalformed), transaction.atomic():
            append(tea, by=WAITER, at=MONDAY, agency="north")
    assert not EntryRow.objects.exists()


def test_a_kind_belongs_to_one_class_and_a_sentence_to_its_fields() -> None:
    with pytest.raises(TypeError, match="belongs to TeaServed"):

        @dataclass(frozen=True, kw_only=True, slots=True)
        class Again(Entry):
            kind = "example.tea.served"
            sentence = "Again."

    with pytest.raises(TypeError, match="names saucer"):

        @dataclass(frozen=True, kw_only=True, slots=True)
        class Spilt(Entry):
            kind = "example.tea.spilt"
            sentence = "Tea was spilt into {saucer}."

    with pytest.raises(TypeError, match="must read room"):

        @dataclass(frozen=True, kw_only=True, slots=True)
        class Cold(Entry):
            kind = "Tea"
            sentence = "Tea."


def test_the_head_and_the_cached_subtrees_agree_with_the_tree_at_every_size() -> None:
    tree = Tree()
    grown = edge.EMPTY
    kept: dict[tuple[int, int], bytes] = {}
    for number in range(700):
        leaf = leaf_hash(b"%d" % number)
        tree.append_leaf(leaf)
        step = edge.grow(grown, leaf)
        grown = step.edge
        kept |= {(one.level, one.number): one.hash for one in step.completed}
        assert tree.root() == grown.root
    assert {(1, 0), (1, 1)} == kept.keys()
    assert tree.root(256) == kept[1, 0]


def test_the_stored_head_is_that_of_the_rows() -> None:
    serve_many(260)
    head = Head.objects.get()
    stored = edge.Edge(size=head.size, peaks=edge.split(bytes(head.peaks)))
    assert (260, tree_of_rows().root()) == (stored.size, stored.root)
    assert tree_of_rows().root(256) == bytes(Subtree.objects.get().hash)


def test_a_viewer_sees_the_entries_of_their_agencies_only() -> None:
    serve_many(4)
    viewers = {
        "north": [0, 2],
        "south": [1, 3],
        "": [],
    }
    for agency, seen in viewers.items():
        visible = queries.entries_visible_to(Somebody(agencies=frozenset({agency})))
        assert seen == [row.index for row in visible]
    everywhere = Somebody(agencies=frozenset({"north", "south"}))
    assert [0, 1, 2, 3] == [row.index for row in queries.entries_visible_to(everywhere)]


ROOT = Path(__file__).parents[2]
APPENDER = """
import sys
import django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from tests.ledger.situations import serve
for number in range(int(sys.argv[2])):
    serve(number)
"""


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_processes_that_append_at_once_leave_no_gap_and_no_two_of_one_index() -> None:
    name = str(connection.settings_dict["NAME"])
    processes = [
        subprocess.Popen([sys.executable, "-c", APPENDER, name, "25"], cwd=ROOT) for _ in range(4)
    ]
    assert [0] * 4 == [process.wait(timeout=120) for process in processes]
    rows = list(EntryRow.objects.order_by("index"))
    assert list(range(100)) == [row.index for row in rows]
    assert list(range(100)) == [WrittenEntry.read(bytes(row.payload)).index for row in rows]
    head = Head.objects.get()
    peaks = edge.split(bytes(head.peaks))
    assert tree_of_rows().root() == edge.Edge(size=head.size, peaks=peaks).root


def test_an_entry_tells_of_its_own_kind_moment_and_fields_and_of_no_other() -> None:
    index = serve(3, minutes=5).index
    kind, at = TeaServed.kind, MONDAY + timedelta(minutes=5)
    assert queries.tells(index, kind, at=at, cups=3, sugar=False)
    assert queries.tells(index, kind, at=at)
    assert not queries.tells(None, kind, at=at, cups=3)
    assert not queries.tells(index + 1, kind, at=at, cups=3)
    assert not queries.tells(index, "example.tea.spilt", at=at, cups=3)
    assert not queries.tells(index, kind, at=MONDAY, cups=3)
    assert not queries.tells(index, kind, at=None, cups=3)
    assert not queries.tells(index, kind, at=at, cups=4, sugar=False)
    assert not queries.tells(index, kind, at=at, biscuits=1)
