"""Old records come in through the same door, once, and a bad row says what is wrong with it."""

import csv
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from answerable.intake import historic
from answerable.intake.commits import Desk
from answerable.intake.historic import Imported, import_file
from answerable.intake.hot.models import Attribute, Conflict, Record, Subject
from answerable.intake.hot.store import open_store
from answerable.intake.mappings import ColumnMapping, MappingMalformed, parse_mapping, read_mapping
from answerable.intake.marks import Judge
from answerable.intake.subjects import Pseudonyms
from answerable.inventory.queries import UnknownUse
from answerable.ledger.entries import WrittenEntry
from answerable.ledger.models import EntryRow
from answerable.measure.tables import Limits
from answerable.measure.tables.reader import ColumnMissing, MalformedRow
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from tests.intake.log_situations import RECEIPTS
from tests.inventory.situations import NINE, OWNER, a_use

# The store opens transactions of its own.
pytestmark = pytest.mark.django_db(databases="__all__", transaction=True)

PSEUDONYMS = Pseudonyms(lookup=b"l" * 32, encryption=b"e" * 32)
MAPPING = b"""
use: north.benefit-check
fields:
  source: {constant: legacy}
  id: case
  person: citizen
  version: {named: rules of 2019}
  occurred_at: {column: decided, format: "%d-%m-%Y %H:%M", zone: Europe/Amsterdam}
  outcome: {column: result, values: {J: paid, N: refused}}
  score: score
  reasons: {column: codes, split: ";"}
attributes:
  sex: {column: gender, values: {M: male, V: female}}
"""
HEADER = "case,citizen,decided,result,score,codes,gender"
GOOD = "c-1,Jansen,02-07-2019 14:30,N,0.75,income_missing;too_late,V"


@pytest.fixture(autouse=True)
def a_use_that_decided_before_it_was_enrolled() -> None:
    a_use()


def a_file(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "old.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def a_mapping(text: bytes = MAPPING) -> ColumnMapping:
    return parse_mapping(text, file="mapping.yaml")


def bring_in(
    path: Path, *, mapping: bytes = MAPPING, by: Actor = OWNER, historic: bool = True
) -> Imported:
    store = open_store()
    try:
        return import_file(
            str(path),
            a_mapping(mapping),
            store=store,
            desk=Desk(judge=Judge({}), pseudonyms=PSEUDONYMS, key=RECEIPTS, checkpoint=""),
            refusals=path.with_name("refused.csv"),
            historic=historic,
            by=by,
            at=NINE,
            limits=Limits(),
        )
    finally:
        store.close()


def refusals_of(folder: Path, *rows: str, mapping: bytes = MAPPING) -> list[list[str]]:
    imported = bring_in(a_file(folder, *rows), mapping=mapping)
    assert imported.refusals is not None
    with imported.refusals.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def test_a_row_becomes_a_record_as_the_mapping_says(tmp_path: Path) -> None:
    imported = bring_in(a_file(tmp_path, GOOD))
    assert (1, 0, 0, None) == (
        imported.stored,
        imported.stored_before,
        imported.refused,
        imported.refusals,
    )
    row = Record.objects.get()
    body = json.loads(bytes(row.body))
    assert ("historic", "legacy", "c-1") == (row.marks, row.source, row.record_id)
    assert "2019-07-02T12:30:00Z" == body["occurred_at"]
    assert ("refused", 0.75, ["income_missing", "too_late"]) == (
        body["outcome"],
        body["score"],
        body["reasons"],
    )
    assert b'{"sex":"female"}' == bytes(Attribute.objects.get().body)


def test_a_person_gets_a_token_and_stands_nowhere(tmp_path: Path) -> None:
    bring_in(a_file(tmp_path, GOOD, GOOD.replace("c-1", "c-2")))
    subject = Subject.objects.get()
    assert {bytes(subject.token).hex()} == set(Record.objects.values_list("subject", flat=True))
    assert "Jansen" == PSEUDONYMS.open(bytes(subject.ciphertext), lookup=bytes(subject.lookup))
    assert not [row for row in Record.objects.all() if b"Jansen" in bytes(row.body)]


def test_importing_a_file_again_stores_nothing_twice(tmp_path: Path) -> None:
    path = a_file(tmp_path, GOOD, GOOD.replace("c-1", "c-2"))
    bring_in(path)
    again = bring_in(path)
    assert (0, 2, 0) == (again.stored, again.stored_before, again.refused)
    assert 2 == Record.objects.count()


def test_one_id_with_two_contents_keeps_the_first_and_lists_the_second(tmp_path: Path) -> None:
    other = GOOD.replace(",N,", ",J,")
    [[file, row, column, found, _]] = refusals_of(tmp_path, GOOD, other)
    assert ("old.csv", "2", "case") == (file, row, column)
    assert "intake.other_content" in found
    assert 1 == Record.objects.count()
    assert 1 == Conflict.objects.count()


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    path = tmp_path / "old.parquet"
    duckdb.execute(
        "COPY (SELECT 'c-1' AS case, 12345 AS citizen, "
        "TIMESTAMPTZ '2019-07-02 12:30:00+00' AS decided, "
        "true AS result, 0.75 AS score, NULL AS codes, 'V' AS gender) "
        f"TO '{path}'"
    )
    mapping = MAPPING.replace(
        b'{column: decided, format: "%d-%m-%Y %H:%M", zone: Europe/Amsterdam}', b"decided"
    ).replace(b"J: paid", b"true: paid")
    assert 1 == bring_in(path, mapping=mapping).stored
    body = json.loads(bytes(Record.objects.get().body))
    assert ("2019-07-02T12:30:00Z", "paid", 0.75) == (
        body["occurred_at"],
        body["outcome"],
        body["score"],
    )


def test_outcomes_come_in_too(tmp_path: Path) -> None:
    bring_in(a_file(tmp_path, GOOD))
    mapping = b"""
kind: outcome
use: north.benefit-check
fields:
  source: {constant: court}
  id: judgment
  decision.source: {constant: legacy}
  decision.id: case
  occurred_at: {column: day, zone: Europe/Amsterdam}
  found_at: {column: day, zone: Europe/Amsterdam}
  label: ruling
"""
    path = a_file(tmp_path, "j-1,c-1,2020-03-01,wrong", header="judgment,case,day,ruling")
    assert 1 == bring_in(path, mapping=mapping).stored
    body = json.loads(bytes(Record.objects.get(kind="outcome").body))
    assert ({"source": "legacy", "id": "c-1"}, "wrong") == (body["decision"], body["label"])


REVIEWED = MAPPING.replace(b"  score: score\n", b"  review_action: score\n  reviewer: citizen\n")


def test_a_review_action_is_one_of_the_two_that_there_are(tmp_path: Path) -> None:
    good = GOOD.replace("0.75", "overridden")
    [row] = refusals_of(tmp_path, good, GOOD.replace("0.75", "looked-at"), mapping=REVIEWED)
    assert ["2", "score", "like aaaaaa-aa", "accepted or overridden"] == row[1:]
    assert "overridden" == json.loads(bytes(Record.objects.get().body))["review_action"]


@pytest.mark.parametrize(
    ("before", "after", "column", "found", "expected"),
    [
        (",N,", ",X,", "result", "like A", "one of the 2 values that the mapping names"),
        ("02-07-2019 14:30", "2 juli", "decided", "like 9 aaaa", "written as %d-%m-%Y"),
        ("02-07-2019 14:30", "31-03-2019 02:30", "decided", "like 99-", "the clocks had"),
        ("02-07-2019 14:30", "02-07-2029 14:30", "decided", "like 99-", "not in the future"),
        ("02-07-2019 14:30", "", "decided", "nothing", "a value"),
        ("0.75", "high", "score", "like aaaa", "a number"),
        ("too_late", "came too late", "codes", "28 characters", "a code"),
        ("Jansen", "", "citizen", "nothing", "a value"),
        ("Jansen", "J" * 201, "citizen", "201 characters", "at most 200 characters"),
        ("c-1", "c 1", "case", "like a 9", "visible ASCII"),
        (",V", ",X", "gender", "like A", "one of the 2 values"),
    ],
)
def test_a_bad_cell_is_listed_by_row_and_column_with_what_was_expected(
    before: str, after: str, column: str, found: str, expected: str, tmp_path: Path
) -> None:
    bad = GOOD.replace(before, after)
    [row] = refusals_of(tmp_path, GOOD.replace("c-1", "c-0"), bad)
    assert ("old.csv", "2", column) == (row[0], row[1], row[2])
    assert found in row[3]
    assert expected in row[4]
    # The good row beside it came in.
    assert 1 == Record.objects.count()


def test_no_list_of_refusals_repeats_what_a_cell_holds(tmp_path: Path) -> None:
    swapped = MAPPING.replace(b"column: result, values: {J: paid, N: refused}", b"column: citizen")
    rows = refusals_of(tmp_path, GOOD.replace("Jansen", "Anna de Vries 1957"), mapping=swapped)
    content = (tmp_path / "refused.csv").read_text(encoding="utf-8")
    assert 1 == len(rows)
    for part in ("Anna", "Vries", "1957"):
        assert part not in content
    assert 0o600 == stat.S_IMODE((tmp_path / "refused.csv").stat().st_mode)


def test_no_refusal_is_a_formula(tmp_path: Path) -> None:
    mapping = MAPPING.replace(b"id: case", b'id: "=case"')
    path = a_file(tmp_path, GOOD.replace("c-1", "c 1"), header=HEADER.replace("case", "=case"))
    bring_in(path, mapping=mapping)
    assert "'=case" in (tmp_path / "refused.csv").read_text(encoding="utf-8")


def test_the_hour_that_came_twice_is_read_as_the_first(tmp_path: Path) -> None:
    bring_in(a_file(tmp_path, GOOD.replace("02-07-2019 14:30", "27-10-2019 02:30")))
    assert "2019-10-27T00:30:00Z" == json.loads(bytes(Record.objects.get().body))["occurred_at"]


def test_a_missing_column_is_refused_before_anything_is_stored(tmp_path: Path) -> None:
    path = a_file(tmp_path, GOOD, header=HEADER.replace("citizen", "bsn"))
    with pytest.raises(ColumnMissing, match="no column citizen"):
        bring_in(path)
    assert not Record.objects.exists()


def test_a_broken_line_at_the_end_is_refused_before_anything_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(historic, "ROWS_AT_ONCE", 2)
    rows = [GOOD.replace("c-1", f"c-{number}") for number in range(9)]
    with pytest.raises(MalformedRow, match="line 11"):
        bring_in(a_file(tmp_path, *rows, "c-10,too,few"))
    assert not Record.objects.exists()


def test_an_import_is_told_by_digest_and_numbers_in_the_ledger(tmp_path: Path) -> None:
    imported = bring_in(a_file(tmp_path, GOOD, GOOD.replace(",N,", ",X,")))
    row = EntryRow.objects.order_by("index").last()
    assert row is not None
    entry = WrittenEntry.read(bytes(row.payload))
    assert "intake.records.imported" == entry.kind
    assert (imported.sha256, 1, 1, True) == (
        entry.fields["sha256"],
        entry.fields["stored"],
        entry.fields["refused"],
        entry.fields["historic"],
    )


def test_what_was_decided_once_the_use_was_enrolled_is_not_historic(tmp_path: Path) -> None:
    local = NINE.astimezone(ZoneInfo("Europe/Amsterdam"))
    enrolled, before = (
        GOOD.replace("02-07-2019 14:30", f"{at:%d-%m-%Y %H:%M}").replace("c-1", f"c-{at:%M}")
        for at in (local, local - timedelta(minutes=1))
    )
    [row] = refusals_of(tmp_path, before, enrolled)
    assert ["2", "decided", "like 99-99-9999 99:99"] == row[1:4]
    assert row[4].startswith("a time before the use was enrolled (")
    assert "c-59" == json.loads(bytes(Record.objects.get().body))["id"]
    # As a record like any other it comes in, and is judged.
    again = bring_in(a_file(tmp_path, enrolled), historic=False)
    assert (again.stored, again.refused) == (1, 0)


def test_rows_that_are_not_historic_are_judged_like_any_that_arrive(tmp_path: Path) -> None:
    bring_in(a_file(tmp_path, GOOD), historic=False)
    assert "unknown_use" == Record.objects.get().marks


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OWNER}))
def test_whoever_does_not_own_the_use_imports_nothing(role: Role, tmp_path: Path) -> None:
    by = Actor(ref="account/5", roles=frozenset({("north", role)}))
    with pytest.raises(NotPermitted):
        bring_in(a_file(tmp_path, GOOD), by=by)
    assert not Record.objects.exists()


@pytest.mark.parametrize("role", sorted(Role))
def test_no_role_in_another_agency_imports_anything_here(role: Role, tmp_path: Path) -> None:
    by = Actor(ref="account/5", roles=frozenset({("south", role)}))
    with pytest.raises(UnknownUse):
        bring_in(a_file(tmp_path, GOOD), by=by)
    assert not Record.objects.exists()


def test_a_use_that_nobody_enrolled_takes_no_records(tmp_path: Path) -> None:
    mapping = MAPPING.replace(b"north.benefit-check", b"north.made-up")
    with pytest.raises(UnknownUse):
        bring_in(a_file(tmp_path, GOOD), mapping=mapping, by=Actor.operator())


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (b"use: north.benefit-check", b"use: benefits", "use"),
        (b"score: score", b"marks: score", "fields"),
        (b"  id: case\n", b"", "fields"),
        (b"{constant: legacy}", b"{constant: legacy, column: x}", "source"),
        (b"{constant: legacy}", b"{}", "source"),
        (b"{constant: legacy}", b"!!python/object:os.system x", "the file"),
        (b"Europe/Amsterdam", b"Europe/Atlantis", "occurred_at"),
        (b", zone: Europe/Amsterdam", b"", "occurred_at"),
        (b"id: case", b"id: {column: case, split: x}", "id"),
        (b"id: case", b"id: [case]", "id"),
        (b"use: north", b"kind: verdict\nuse: north", "kind"),
        (b"use: north", b"kind: outcome\nuse: north", "fields"),
        (b"id: case", b"id: case\n  id: other", "the file"),
        (b"J: paid", b"J: he was paid", "outcome"),
        (b"{named: rules of 2019}", b"{constant: v2}", "version"),
    ],
)
def test_a_mapping_that_nobody_can_follow_is_refused_before_anything_is_stored(
    before: bytes, after: bytes, place: str, tmp_path: Path
) -> None:
    assert before in MAPPING
    with pytest.raises(MappingMalformed) as refusal:
        bring_in(a_file(tmp_path, GOOD), mapping=MAPPING.replace(before, after, 1))
    assert place in str(refusal.value.fields["place"])
    assert not Record.objects.exists()


def test_a_mapping_may_be_json(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    fields = {
        "source": {"constant": "legacy"},
        "id": "case",
        "person": "citizen",
        "version": {"constant": "0" * 64},
        "occurred_at": "at",
        "outcome": "result",
    }
    path.write_text(json.dumps({"use": "north.benefit-check", "fields": fields}))
    assert ("case", "citizen", "at", "result") == read_mapping(path).columns


def test_a_mapping_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingMalformed, match="no such file"):
        read_mapping(tmp_path / "mapping.yaml")


def test_a_time_with_its_zone_needs_no_format(tmp_path: Path) -> None:
    mapping = MAPPING.replace(
        b'{column: decided, format: "%d-%m-%Y %H:%M", zone: Europe/Amsterdam}', b"decided"
    )
    row = GOOD.replace("02-07-2019 14:30", "2019-07-02T14:30:00+02:00")
    without = row.replace("+02:00", "").replace("c-1", "c-2")
    [refused] = refusals_of(tmp_path, row, without, mapping=mapping)
    assert ("2", "decided") == (refused[1], refused[2])
    moment = datetime(2019, 7, 2, 12, 30, tzinfo=UTC)
    assert int(moment.timestamp()) * 1_000_000 == Record.objects.get().occurred_us
