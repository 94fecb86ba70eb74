"""Make the tables of the hot rows."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def _lie_in_the_order_of_their_keys(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make SQLite keep rows in their index, so that a new one touches one page and not two."""
    if editor.connection.vendor != "sqlite":
        return
    with editor.connection.cursor() as cursor:
        for table in ("hot_seen", "hot_subject"):
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
            (made,) = cursor.fetchone()
            cursor.execute(f"DROP TABLE {table}")
            cursor.execute(f"{made} WITHOUT ROWID")


class Migration(migrations.Migration):
    """Nine tables, none of which points to another."""

    initial = True

    dependencies: ClassVar[list[tuple[str, str]]] = []

    operations = (
        migrations.CreateModel(
            name="Allotment",
            fields=[
                ("lease", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("use", models.CharField(max_length=100)),
                ("allotted", models.BigIntegerField()),
                ("decided", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Attribute",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("body", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Commit",
            fields=[
                ("commit_id", models.BigAutoField(primary_key=True, serialize=False)),
                ("recorded_us", models.BigIntegerField()),
                ("envelope", models.BinaryField()),
                ("repeated", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.BinaryField(max_length=140, unique=True)),
                ("agency", models.CharField(max_length=40)),
                ("use", models.CharField(max_length=100)),
                ("source", models.CharField(max_length=200)),
                ("recorded_us", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
                ("commits", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("key", models.BinaryField(max_length=140, primary_key=True, serialize=False)),
                ("digest", models.BinaryField(max_length=16)),
                ("seq", models.BigIntegerField()),
                ("recorded_us", models.BigIntegerField()),
                ("commit_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("lookup", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("agency", models.CharField(max_length=40)),
                ("use", models.CharField(max_length=100)),
                ("token", models.BinaryField(max_length=16)),
                ("ciphertext", models.BinaryField()),
                ("made_us", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("agency", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=10)),
                ("source", models.CharField(max_length=200)),
                ("record_id", models.CharField(max_length=128)),
                ("sequence", models.BigIntegerField(null=True)),
                ("use", models.CharField(max_length=100)),
                ("version", models.CharField(max_length=64)),
                ("subject", models.CharField(max_length=32)),
                ("digest", models.BinaryField(max_length=32)),
                ("marks", models.CharField(max_length=200)),
                ("occurred_us", models.BigIntegerField()),
                ("recorded_us", models.BigIntegerField()),
                ("commit_id", models.BigIntegerField()),
                ("body", models.BinaryField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("marks", ""), _negated=True),
                        fields=["seq"],
                        name="hot_record_marked",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=200)),
                ("highest", models.BigIntegerField()),
                ("missing", models.TextField()),
                ("given_up", models.BigIntegerField()),
                ("changed_us", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "source"), name="one_source")
                ],
            },
        ),
        # The reverse is that of the tables themselves.
        migrations.RunPython(_lie_in_the_order_of_their_keys, migrations.RunPython.noop),
    )
