"""Count in the head how often people were unlinked, whoever deletes their rows."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_COUNT = "UPDATE hot_head SET unlinked = unlinked + 1"

_SQLITE = (f"CREATE TRIGGER hot_subject_unlinked AFTER DELETE ON hot_subject BEGIN {_COUNT}; END",)
_POSTGRES = (
    f"""
    CREATE FUNCTION hot_subject_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {_COUNT}; RETURN NULL; END $$
    """,
    """
    CREATE TRIGGER hot_subject_unlinked AFTER DELETE ON hot_subject
    FOR EACH STATEMENT EXECUTE FUNCTION hot_subject_unlinked()
    """,
)


def _count_what_is_deleted(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    statements = _SQLITE if editor.connection.vendor == "sqlite" else _POSTGRES
    with editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Migration(migrations.Migration):
    """A writer that remembers tokens sees by the count when to forget them."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("hot", "0001_make_hot_rows")]

    operations = (
        migrations.AddField(
            model_name="head",
            name="unlinked",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.RunPython(_count_what_is_deleted, migrations.RunPython.noop),
    )
