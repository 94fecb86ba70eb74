"""The trigger that counts in the head when people are unlinked, and whether it stands.

A writer remembers people's tokens until the count changes. Without the trigger it would store
records under the token of somebody who was erased. A migration puts it up, and one that
rebuilds the table on SQLite drops it without a word: so the start-up looks.
"""

from django.db import connections, transaction

from answerable.errors import AnswerableError
from answerable.intake.hot.store import alias
from answerable.ledger import guards
from answerable.ledger.guards import Guard

_TABLE = "hot_subject"
_NAME = "hot_subject_unlinked"
_COUNT = "UPDATE hot_head SET unlinked = unlinked + 1"
_SQLITE = f"CREATE TRIGGER {_NAME} AFTER DELETE ON {_TABLE} BEGIN {_COUNT}; END"
# As PostgreSQL writes it back.
_POSTGRES = (
    f"CREATE TRIGGER {_NAME} AFTER DELETE ON {_TABLE} FOR EACH STATEMENT EXECUTE FUNCTION {_NAME}()"
)
_BODY = f"""
    BEGIN {_COUNT}; RETURN NULL; END """
# Fires in every session that does not play a replica.
_ORIGIN = "O"


class UnlinkingNotCounted(AnswerableError):
    """A writer would not learn that somebody was unlinked from the log."""

    code = "intake.unlinking_not_counted"
    message = "Nothing counts how often people are unlinked from the log: {faults}."
    hint = (
        "Run `answerable init`: it puts that back. Until then a record could be stored under "
        "the token of somebody who was erased, so nothing starts."
    )


def check() -> None:
    """Refuse to go on where the trigger is missing or is another."""
    faults = guards.compare(alias(), wanted=_wanted(connections[alias()].vendor))
    if faults:
        raise UnlinkingNotCounted(faults="; ".join(faults))


def put_up() -> None:
    """Put the trigger back where it is missing, and let every writer forget what it remembers."""
    connection = connections[alias()]
    in_postgres = connection.vendor == "postgresql"
    if not guards.compare(alias(), wanted=_wanted(connection.vendor)):
        return
    with transaction.atomic(using=alias()), connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {_NAME}{f' ON {_TABLE}' if in_postgres else ''}")
        if in_postgres:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_NAME}() RETURNS trigger "
                f"LANGUAGE plpgsql AS $${_BODY}$$"
            )
        cursor.execute(_POSTGRES if in_postgres else _SQLITE)
        # Whoever was unlinked without it was not counted.
        cursor.execute(_COUNT)


def _wanted(vendor: str) -> frozenset[Guard]:
    if vendor == "postgresql":
        return frozenset({Guard(_TABLE, _NAME, _POSTGRES, _BODY, _ORIGIN)})
    return frozenset({Guard(_TABLE, _NAME, _SQLITE)})
