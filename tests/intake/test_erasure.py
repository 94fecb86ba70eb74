"""An erased person cannot be found, and nothing that was signed has changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections, transaction

from answerable.gate.optouts import opt_out_list, place_opt_out
from answerable.intake import log
from answerable.intake.addresses import parse_address
from answerable.intake.arrival import Arrival, Rows
from answerable.intake.bodies import microseconds
from answerable.intake.commits import Desk, commit
from answerable.intake.erasure import Erased, NobodyNamed, erase_person
from answerable.intake.hot.models import Record, Subject
from answerable.intake.hot.store import open_store
from answerable.intake.marks import Judge
from answerable.intake.subjects import Pseudonyms
from answerable.inventory.models import Use
from answerable.ledger import checkpoints, export, startup
from answerable.ledger.append import append
from answerable.ledger.entries import Person
from answerable.ledger.models import EntryRow
from answerable.ledger.people import indexes_naming
from answerable.measure.tables import Limits
from answerable.people.actors import Actor, NotPermitted
from answerable.people.entries import AccountAdded
from answerable.people.roles import Role
from answerable.record.digests import sha256_of_file
from answerable.record.leases import opt_out_mark
from tests.intake.log_situations import (
    KEY,
    MONDAY,
    RECEIPTS,
    SEALER,
    USE,
    a_decision,
    files_of,
    sealed,
)
from tests.inventory.situations import a_use

# Only what is committed can be looked for in the files of the databases.
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

PSEUDONYMS = Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32)
ANNA, BENNO = "person-anna-4711", "person-benno-0815"
ADMINISTRATOR = Actor(ref="account/9", roles=frozenset({("north", Role.ADMINISTRATOR)}))


def people_arrive() -> None:
    """Anna in two uses of one agency and one of another, Benno in one."""
    desk = Desk(judge=Judge({}), pseudonyms=PSEUDONYMS, key=RECEIPTS, checkpoint="")
    records = [
        ("north", a_decision(1, person=ANNA, attributes={"sex": "F"})),
        ("north", a_decision(2, person=ANNA, use="north.fraud-flag")),
        ("north", a_decision(3, person=BENNO, attributes={"sex": "M"})),
        ("south", a_decision(4, person=ANNA, use="south.parking")),
    ]
    arrivals = [
        Arrival(agency=agency, records=[record], historic=True) for agency, record in records
    ]
    store = open_store()
    rows = Rows(arrivals, pseudonyms=PSEUDONYMS)
    commit(rows, store=store, desk=desk, at_us=microseconds(MONDAY))
    store.close()


def anna_is_named_in_the_ledger() -> None:
    with transaction.atomic():
        append(AccountAdded(account=Person(ANNA)), by=SEALER, at=MONDAY, agency="north")


def erase(person: str = ANNA, *, by: Actor = ADMINISTRATOR) -> Erased:
    return erase_person(agency="north", person=person, pseudonyms=PSEUDONYMS, by=by, at=MONDAY)


def tokens_of(person: str) -> list[bytes]:
    """Everything the database says of a person, to whoever holds the key."""
    return [
        bytes(row.token)
        for row in Subject.objects.filter(agency="north")
        if PSEUDONYMS.open(bytes(row.ciphertext), lookup=bytes(row.lookup)) == person
    ]


def database_files() -> Iterator[Path]:
    for connection in connections.all():
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL overwrites deleted rows when it needs the room")
        name = Path(str(connection.settings_dict["NAME"]))
        yield from (path for path in name.parent.glob(f"{name.name}*"))


def files_with(*needles: bytes) -> list[str]:
    return [
        path.name
        for path in database_files()
        if any(needle in path.read_bytes() for needle in needles)
    ]


def test_an_erased_person_is_tied_to_no_record_of_the_agency(tmp_path: Path) -> None:
    people_arrive()
    sealed(tmp_path)
    assert 2 == len(tokens_of(ANNA))
    assert 2 == erase().uses
    assert [] == tokens_of(ANNA)
    assert 1 == len(tokens_of(BENNO))
    # Another agency knows her by itself, and is asked by itself.
    assert 1 == Subject.objects.filter(agency="south").count()


def test_the_files_of_the_log_are_the_same_to_the_byte(tmp_path: Path) -> None:
    people_arrive()
    sealed(tmp_path)
    before = {path: sha256_of_file(path) for path in files_of(tmp_path)}
    erase()
    assert before == {path: sha256_of_file(path) for path in files_of(tmp_path)}
    viewer = Actor(ref="account/1", roles=frozenset({("north", Role.OWNER)}))
    kept = log.records(
        agency="north", log=tmp_path, keys=[KEY.verifier], viewer=viewer, limits=Limits()
    )
    assert ["d-1", "d-3", "d-2"] == [record.id for record in kept]


def test_the_ledger_verifies_before_and_after(tmp_path: Path) -> None:
    people_arrive()
    anna_is_named_in_the_ledger()
    sealed(tmp_path / "log")
    kept = tmp_path / "checkpoints"
    checkpoints.make(key=KEY, folder=kept, at=MONDAY)
    payloads = list(EntryRow.objects.order_by("index").values_list("payload", flat=True))
    erase()
    after = list(EntryRow.objects.order_by("index").values_list("payload", flat=True))
    assert [bytes(one) for one in payloads] == [bytes(one) for one in after[: len(payloads)]]
    assert isinstance(startup.check(keys=[KEY.verifier], folder=kept), startup.Fits)


def test_no_entry_says_who_was_erased_and_no_entry_can_be_tied_to_them_any_more() -> None:
    anna_is_named_in_the_ledger()
    assert [0] == indexes_naming(ANNA, agency="north")
    erase()
    assert [] == indexes_naming(ANNA, agency="north")
    kinds = EntryRow.objects.order_by("index").values_list("kind", flat=True)
    assert ["people.account.added", "intake.person.erased", "ledger.person.forgotten"] == list(
        kinds
    )
    for row in EntryRow.objects.all():
        assert ANNA.encode() not in bytes(row.payload)


def test_no_export_and_no_query_finds_the_person(tmp_path: Path) -> None:
    people_arrive()
    anna_is_named_in_the_ledger()
    sealed(tmp_path / "log")
    [*tokens] = tokens_of(ANNA)
    erase()
    checkpoints.make(key=KEY, folder=tmp_path / "checkpoints", at=MONDAY)
    exported = export.document(agencies=None)
    for needle in (ANNA.encode(), *(token.hex().encode() for token in tokens)):
        assert needle not in exported
    lookup = PSEUDONYMS.lookup_of(agency="north", use=USE, person=ANNA)
    assert not Subject.objects.filter(lookup=lookup).exists()
    viewer = Actor(ref="account/1", roles=frozenset({("north", Role.OWNER)}))
    with log.materialise(
        parse_address(f"log:{USE}"),
        log=tmp_path / "log",
        keys=[KEY.verifier],
        viewer=viewer,
        limits=Limits(),
    ) as made:
        content = made.path.read_bytes()
    assert not [needle for needle in (ANNA.encode(), *tokens) if needle in content]


def test_no_byte_of_the_person_is_left_in_the_files_of_the_databases(tmp_path: Path) -> None:
    people_arrive()
    sealed(tmp_path)
    rows = Subject.objects.filter(agency="north")
    traces = [
        bytes(trace)
        for row in rows
        if PSEUDONYMS.open(bytes(row.ciphertext), lookup=bytes(row.lookup)) == ANNA
        for trace in (row.ciphertext, row.lookup)
    ]
    assert 4 == len(traces)
    assert files_with(*traces)
    assert erase().without_trace
    assert [] == files_with(*traces, ANNA.encode())


def test_the_person_is_in_no_file_even_before() -> None:
    people_arrive()
    assert [] == files_with(ANNA.encode())


def test_no_guess_can_be_tested_against_the_opt_outs_of_an_erased_person() -> None:
    a_use()
    place_opt_out(use=USE, person=ANNA, by=SEALER, at=MONDAY)
    place_opt_out(use=USE, person=BENNO, by=SEALER, at=MONDAY)
    listed = opt_out_list(Use.objects.get(ref=USE))
    assert (0, 1) == ((erased := erase()).uses, erased.opt_outs_ended)
    # Whoever took the list before, or the salt, finds nothing to compare a guess with.
    left = opt_out_list(Use.objects.get(ref=USE))
    assert (listed.names(ANNA), left.names(ANNA), left.names(BENNO)) == (True, False, True)
    mark = opt_out_mark(ANNA, salt=listed.salt)
    payloads = [bytes(row.payload) for row in EntryRow.objects.all()]
    for needle in (mark.hex(), listed.digest(), ANNA):
        assert not [payload for payload in payloads if needle.encode() in payload]
    kinds = EntryRow.objects.order_by("-index").values_list("kind", flat=True)[:3]
    assert ["ledger.person.forgotten", "intake.person.erased", "gate.optout.erased"] == list(kinds)


def test_an_opt_out_of_an_erased_person_is_in_no_file_of_the_databases() -> None:
    a_use()
    place_opt_out(use=USE, person=ANNA, by=SEALER, at=MONDAY)
    mark = opt_out_mark(ANNA, salt=opt_out_list(Use.objects.get(ref=USE)).salt)
    assert files_with(mark)
    assert erase().without_trace
    assert [] == files_with(mark)


def test_a_record_that_comes_after_an_erasure_is_tied_to_nothing_before() -> None:
    people_arrive()
    before = set(tokens_of(ANNA))
    erase()
    store = open_store()
    desk = Desk(judge=Judge({}), pseudonyms=PSEUDONYMS, key=RECEIPTS, checkpoint="")
    rows = Rows(
        [Arrival(agency="north", records=[a_decision(9, person=ANNA)])], pseudonyms=PSEUDONYMS
    )
    commit(rows, store=store, desk=desk, at_us=microseconds(MONDAY))
    store.close()
    assert not before & set(tokens_of(ANNA))
    assert 5 == Record.objects.count()


def test_erasing_twice_finds_nobody_and_leaves_an_entry_as_well() -> None:
    people_arrive()
    erase()
    assert 0 == erase().uses
    assert 2 == EntryRow.objects.filter(kind="intake.person.erased").count()


@pytest.mark.parametrize("role", sorted({Role.ADMINISTRATOR, Role.OWNER}))
def test_administrator_and_owner_may_erase(role: Role) -> None:
    people_arrive()
    assert 2 == erase(by=Actor(ref="account/3", roles=frozenset({("north", role)}))).uses


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR, Role.OWNER}))
def test_no_other_role_erases_anybody(role: Role) -> None:
    people_arrive()
    with pytest.raises(NotPermitted):
        erase(by=Actor(ref="account/3", roles=frozenset({("north", role)})))
    assert 2 == len(tokens_of(ANNA))
    assert not EntryRow.objects.exists()


@pytest.mark.parametrize("role", sorted(Role))
def test_no_role_in_another_agency_erases_anybody_here(role: Role) -> None:
    people_arrive()
    with pytest.raises(NotPermitted):
        erase(by=Actor(ref="account/3", roles=frozenset({("south", role)})))
    assert 2 == len(tokens_of(ANNA))


def test_nobody_is_erased_when_nobody_is_named() -> None:
    with pytest.raises(NobodyNamed):
        erase("")
