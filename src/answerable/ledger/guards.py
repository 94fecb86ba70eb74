"""The triggers that must stand before the ledger's rows, and whether they do.

A migration puts them up. A later one that rebuilds a guarded table on SQLite drops them
without a word, and whoever rules the machine can take them down: so the start-up looks,
and compares every trigger and function with its text here.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections
from django.db.backends.utils import CursorWrapper

GUARDED = {"ledger_entry": "index", "ledger_checkpoint": "number"}

_SQLITE = {
    "next_only": """CREATE TRIGGER "{table}_next_only" BEFORE INSERT ON "{table}"
WHEN NEW."{key}" IS NOT (SELECT coalesce(max("{key}"), -1) + 1 FROM "{table}")
BEGIN SELECT RAISE(ABORT, '{table}: only the next row is added'); END""",
    "no_update": """CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table}: a row is never changed'); END""",
    "no_delete": """CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table}: a row is never deleted'); END""",
}

# As PostgreSQL writes them back.
_POSTGRES = {
    "next_only": (
        "CREATE TRIGGER {table}_next_only BEFORE INSERT ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION ledger_next_only('{key}')"
    ),
    "no_change": (
        "CREATE TRIGGER {table}_no_change BEFORE DELETE OR UPDATE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_no_change()"
    ),
}
_BODIES = {
    "next_only": """
DECLARE wanted bigint; given bigint;
BEGIN
EXECUTE format('SELECT coalesce(max(%1$I), -1) + 1, ($1).%1$I FROM %2$I.%3$I',
TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO wanted, given USING NEW;
IF given IS DISTINCT FROM wanted THEN
RAISE EXCEPTION '%: only the next row is added', TG_TABLE_NAME;
END IF;
RETURN NEW;
END """,
    "no_change": """
BEGIN
RAISE EXCEPTION '%: a row is never changed or deleted', TG_TABLE_NAME;
END """,
}
# 'A': fires always, also in a session that plays a replica.
_ALWAYS = "A"

_TRIGGERS_OF_SQLITE = """
SELECT tbl_name, name, sql, '', '' FROM sqlite_master
WHERE type = 'trigger' AND lower(tbl_name) IN (SELECT value FROM json_each(%s))
"""
_TRIGGERS_OF_POSTGRES = """
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true), p.prosrc, t.tgenabled::text
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND t.tgrelid IN
(SELECT to_regclass(value) FROM json_array_elements_text(%s::json))
UNION ALL
SELECT c.relname, r.rulename, pg_get_ruledef(r.oid), '', ''
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
WHERE r.ev_class IN (SELECT to_regclass(value) FROM json_array_elements_text(%s::json))
"""


@dataclass(frozen=True, order=True, slots=True)
class Guard:
    """One trigger: where it stands, its name, its text, its function's, and when it fires."""

    table: str
    name: str
    text: str
    function: str = ""
    fires: str = ""


def expected(vendor: str) -> frozenset[Guard]:
    """Give the triggers that must stand, and beside which there must be none."""
    pairs = GUARDED.items()
    if vendor == "postgresql":
        return frozenset(
            Guard(
                table,
                f"{table}_{name}",
                text.format(table=table, key=key),
                _BODIES[name],
                _ALWAYS,
            )
            for name, text in _POSTGRES.items()
            for table, key in pairs
        )
    return frozenset(
        Guard(table, f"{table}_{name}", text.format(table=table, key=key))
        for name, text in _SQLITE.items()
        for table, key in pairs
    )


def faults(database: str) -> tuple[str, ...]:
    """Name what is wrong with the guards of the ledger's rows; empty where all stand."""
    return compare(database, wanted=expected(connections[database].vendor))


def compare(database: str, *, wanted: frozenset[Guard]) -> tuple[str, ...]:
    """Name every guard that is missing or changed, and every trigger that does not belong.

    Looks at the tables that the wanted guards name. Empty where all stand as they must.
    """
    connection = connections[database]
    with connection.cursor() as cursor:
        found = _standing(cursor, connection.vendor, {guard.table for guard in wanted})
    missing = _names(wanted - found)
    strange = _names(found - wanted) - missing
    return (
        *(f"{name} is missing or changed" for name in sorted(missing)),
        *(f"{name} does not belong there" for name in sorted(strange)),
    )


def _standing(cursor: CursorWrapper, vendor: str, tables: Iterable[str]) -> frozenset[Guard]:
    named = json.dumps(sorted(tables))
    if vendor == "postgresql":
        cursor.execute(_TRIGGERS_OF_POSTGRES, [named, named])
    else:
        cursor.execute(_TRIGGERS_OF_SQLITE, [named])
    return frozenset(Guard(*(str(part) for part in row)) for row in cursor.fetchall())


def _names(guards: Iterable[Guard]) -> set[str]:
    return {guard.name for guard in guards}
