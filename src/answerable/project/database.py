"""Bringing the tables up to date, and saying whether they are."""

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from answerable.errors import AnswerableError
from answerable.intake.hot import guards


class TablesOutOfDate(AnswerableError):
    """The tables are those of another release."""

    code = "project.tables_out_of_date"
    message = "The database lacks {count} changes of its tables ({first} and after)."
    hint = "Run `answerable init`: it brings an installation up to date and changes nothing else."


def bring_up_to_date() -> tuple[str, ...]:
    """Make every change of the tables that is missing; give their names."""
    missing = pending()
    for alias in settings.DATABASES:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
    # A change that rebuilds a table on SQLite drops its triggers.
    guards.put_up()
    return missing


def pending() -> tuple[str, ...]:
    """Name the changes of the tables that were not made yet."""
    missing = []
    for alias in settings.DATABASES:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        missing += [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
    return tuple(dict.fromkeys(missing))


def check_up_to_date() -> None:
    """Refuse to go on with the tables of another release, or without what guards them.

    The guards of the ledger's rows are looked at with the ledger: whoever looks into a
    misfit there needs these commands.
    """
    missing = pending()
    if missing:
        raise TablesOutOfDate(count=len(missing), first=missing[0])
    guards.check()
