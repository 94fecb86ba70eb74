"""Put up the triggers that refuse every change of the ledger's rows."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

KEYS = {"ledger_entry": "index", "ledger_checkpoint": "number"}

SQLITE = (
    # RAISE(ABORT) holds whatever OR clause the statement has; before an insert it also
    # stops REPLACE, which would delete the row in the way without firing a trigger.
    """CREATE TRIGGER "{table}_next_only" BEFORE INSERT ON "{table}"
WHEN NEW."{key}" IS NOT (SELECT coalesce(max("{key}"), -1) + 1 FROM "{table}")
BEGIN SELECT RAISE(ABORT, '{table}: only the next row is added'); END""",
    """CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table}: a row is never changed'); END""",
    """CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table}: a row is never deleted'); END""",
)

POSTGRES_FUNCTIONS = (
    # The table is named in full, so that no other table of its name is looked into.
    """CREATE FUNCTION ledger_next_only() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE wanted bigint; given bigint;
BEGIN
EXECUTE format('SELECT coalesce(max(%1$I), -1) + 1, ($1).%1$I FROM %2$I.%3$I',
TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO wanted, given USING NEW;
IF given IS DISTINCT FROM wanted THEN
RAISE EXCEPTION '%: only the next row is added', TG_TABLE_NAME;
END IF;
RETURN NEW;
END $body$""",
    """CREATE FUNCTION ledger_no_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
RAISE EXCEPTION '%: a row is never changed or deleted', TG_TABLE_NAME;
END $body$""",
)
POSTGRES = (
    """CREATE TRIGGER "{table}_next_only" BEFORE INSERT ON "{table}"
FOR EACH ROW EXECUTE FUNCTION ledger_next_only('{key}')""",
    """CREATE TRIGGER "{table}_no_change" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION ledger_no_change()""",
    # Not even a session that plays a replica turns them off.
    """ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_next_only" """,
    """ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{table}_no_change" """,
)


def guard(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the triggers for the database at hand."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        for statement in POSTGRES_FUNCTIONS:
            schema_editor.execute(statement, params=None)
    for template in SQLITE if vendor == "sqlite" else POSTGRES:
        for table, key in KEYS.items():
            schema_editor.execute(template.format(table=table, key=key), params=None)


class Migration(migrations.Migration):
    """Guard entries and checkpoints. There is no way back."""

    dependencies = (("ledger", "0001_make_tables"),)
    operations = (migrations.RunPython(guard),)
