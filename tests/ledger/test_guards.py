"""The rows of the ledger are changed by nobody, by no way in, on either database."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F

from answerable.ledger import guards
from answerable.ledger.append import DATABASE
from answerable.ledger.models import CheckpointRow, EntryRow
from tests.ledger.situations import (
    IN_POSTGRES,
    MONDAY,
    guards_down,
    put_guards_up,
    serve_many,
)

pytestmark = pytest.mark.django_db(databases="__all__")

COLUMNS = "agency, kind, payload_type, payload, leaf, recorded_at"
ROW_ONE = """SELECT agency, kind, payload_type, payload, leaf, recorded_at
FROM ledger_entry WHERE "index" = 1"""


def copy_of_row_one(to: int, *, verb: str = "INSERT", tail: str = "") -> str:
    select = f"SELECT {to}, r.* FROM ({ROW_ONE}) r WHERE true"  # noqa: S608 - words of ours
    return f"{verb} INTO ledger_entry {select} {tail}"


EVERYWHERE = [
    "UPDATE ledger_entry SET agency = 'south' WHERE \"index\" = 0",
    "UPDATE ledger_entry SET payload = leaf",
    'UPDATE ledger_entry SET "index" = 9 WHERE "index" = 2',
    "DELETE FROM ledger_entry",
    'DELETE FROM ledger_entry WHERE "index" = 2',
    "UPDATE ledger_checkpoint SET size = 1",
    "DELETE FROM ledger_checkpoint",
    # Over the first, over the last, past the next, before the first.
    *(copy_of_row_one(to) for to in (0, 2, 4, -1)),
    copy_of_row_one(0, tail="ON CONFLICT (\"index\") DO UPDATE SET agency = 'south'"),
    copy_of_row_one(0, tail="ON CONFLICT DO NOTHING"),
    "INSERT INTO ledger_checkpoint SELECT number, 1, root, note, made_at FROM ledger_checkpoint",
]
ON_SQLITE = [
    *(
        copy_of_row_one(to, verb=verb)
        for verb in ("REPLACE", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL")
        for to in (0, 2, 4)
    ),
    f"INSERT OR REPLACE INTO ledger_entry ({COLUMNS}) {ROW_ONE}",
    'UPDATE OR REPLACE ledger_entry SET "index" = 0 WHERE "index" = 2',
    "UPDATE OR IGNORE ledger_entry SET agency = 'south'",
    "UPDATE ledger_entry SET rowid = 9 WHERE rowid = 1",
]
HOLLOW = """CREATE OR REPLACE FUNCTION ledger_no_change() RETURNS trigger
LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'"""
MERGE = "MERGE INTO ledger_entry e USING (SELECT 1 AS i) s ON e.index = s.i WHEN MATCHED THEN"
ON_POSTGRES = [
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_entry CASCADE",
    "TRUNCATE ledger_head, ledger_checkpoint",
    "WITH gone AS (DELETE FROM ledger_entry RETURNING *) SELECT count(*) FROM gone",
    f"{MERGE} UPDATE SET agency = 'south'",
    f"{MERGE} DELETE",
]


def rows() -> list[tuple[object, ...]]:
    stored = (EntryRow.objects.values_list(), CheckpointRow.objects.values_list())
    return [
        tuple(bytes(part) if isinstance(part, memoryview) else part for part in row)
        for table in stored
        for row in table.order_by("pk")
    ]


def is_refused(attempt: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            attempt()
    except DatabaseError as error:
        return "ledger_" in str(error)
    return False


@pytest.fixture(autouse=True)
def three_entries_and_a_checkpoint() -> None:
    serve_many(3)
    CheckpointRow.objects.create(number=0, size=3, root=bytes(32), note=b"note", made_at=MONDAY)


@pytest.mark.parametrize("replica", [False, True] if IN_POSTGRES else [False])
@pytest.mark.parametrize("statement", [*EVERYWHERE, *(ON_POSTGRES if IN_POSTGRES else ON_SQLITE)])
def test_no_statement_changes_a_row(statement: str, *, replica: bool) -> None:
    before = rows()

    def attempt() -> None:
        with connection.cursor() as cursor:
            if replica:
                cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)

    assert is_refused(attempt)
    assert before == rows()


def _save() -> None:
    row = EntryRow.objects.get(index=0)
    row.agency = "south"
    row.save()


def _upsert() -> None:
    row = EntryRow.objects.get(index=0)
    row.agency = "south"
    EntryRow.objects.bulk_create(
        [row], update_conflicts=True, update_fields=["agency"], unique_fields=["index"]
    )


@pytest.mark.parametrize(
    "attempt",
    [
        _save,
        _upsert,
        lambda: EntryRow.objects.update(agency="south"),
        lambda: EntryRow.objects.filter(index=2).update(index=F("index") + 7),
        lambda: EntryRow.objects.all().delete(),
        lambda: EntryRow.objects.get(index=1).delete(),
        lambda: EntryRow.objects.filter(index=1)._raw_delete(DATABASE),
        lambda: CheckpointRow.objects.all().delete(),
        lambda: CheckpointRow.objects.update(size=1),
    ],
)
def test_the_orm_changes_no_row_either(attempt: Callable[[], object]) -> None:
    before = rows()
    assert is_refused(attempt)
    assert before == rows()


def test_the_next_row_is_added() -> None:
    with transaction.atomic():
        CheckpointRow.objects.create(number=1, size=3, root=bytes(32), note=b"", made_at=MONDAY)
    assert 2 == CheckpointRow.objects.count()


def test_nothing_cascades_into_the_guarded_tables_nor_out_of_them() -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields(include_hidden=True):
            ends = {model, field.related_model}
            if isinstance(field, models.ForeignKey | models.ManyToManyField):
                assert not ends & {EntryRow, CheckpointRow}, field


def test_the_guards_of_a_fresh_database_stand() -> None:
    assert () == guards.faults(DATABASE)


def test_a_guard_that_is_gone_is_named() -> None:
    with guards_down():
        found = guards.faults(DATABASE)
        assert len(guards.expected(connection.vendor)) == len(found)
        assert "ledger_entry_next_only is missing or changed" in found
    assert () == guards.faults(DATABASE)


@pytest.mark.skipif(IN_POSTGRES, reason="only SQLite has row ids")
def test_a_replace_aimed_at_another_row_id_replaces_nothing() -> None:
    before = rows()
    into = f'INTO ledger_entry (rowid, "index", {COLUMNS})'
    with connection.cursor() as cursor:
        aimed = f"INSERT OR REPLACE {into} SELECT 0, 3, r.* FROM ({ROW_ONE}) r"  # noqa: S608 - ours
        cursor.execute(aimed)
    # The index is the row id: there is no other to aim at.
    assert before == [row for row in rows() if row[0] != 3]


@pytest.mark.skipif(IN_POSTGRES, reason="PostgreSQL does not rebuild tables")
@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_table_rebuild_drops_the_guards_and_is_noticed() -> None:
    # The way in which a migration changes a column: copy, drop, rename.
    for wide in (41, 40):
        old, new = models.CharField(max_length=81 - wide), models.CharField(max_length=wide)
        for column in (old, new):
            column.set_attributes_from_name("agency")
            column.model = EntryRow
        with connection.schema_editor(atomic=False) as editor:
            editor.alter_field(EntryRow, old, new)
    assert {
        "ledger_entry_next_only is missing or changed",
        "ledger_entry_no_update is missing or changed",
        "ledger_entry_no_delete is missing or changed",
    } == set(guards.faults(DATABASE))


@pytest.mark.skipif(IN_POSTGRES, reason="as SQLite writes it")
def test_a_guard_of_another_body_is_noticed_on_sqlite() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_entry_no_update")
        cursor.execute(
            "CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry "
            "WHEN NEW.agency = 'never' BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        cursor.execute(
            "CREATE TRIGGER swallow BEFORE INSERT ON ledger_entry BEGIN SELECT RAISE(IGNORE); END"
        )
    found = guards.faults(DATABASE)
    assert (
        "ledger_entry_no_update is missing or changed",
        "swallow does not belong there",
    ) == found


@pytest.mark.skipif(not IN_POSTGRES, reason="as PostgreSQL writes it")
@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_no_change",
            "ledger_entry_no_change is missing or changed",
        ),
        (
            "ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_no_change",
            "ledger_entry_no_change is missing or changed",
        ),
        (
            HOLLOW,
            "ledger_checkpoint_no_change is missing or changed",
        ),
        (
            "CREATE RULE swallow AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
            "swallow does not belong there",
        ),
    ],
)
def test_a_guard_of_another_body_is_noticed_on_postgres(statement: str, found: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert found in guards.faults(DATABASE)
    with connection.cursor() as cursor:
        cursor.execute("DROP RULE IF EXISTS swallow ON ledger_entry")


def test_guards_put_up_again_are_the_same() -> None:
    with guards_down():
        pass
    assert () == guards.faults(DATABASE)
    with pytest.raises(DatabaseError, match="exists"), transaction.atomic():
        put_guards_up()
