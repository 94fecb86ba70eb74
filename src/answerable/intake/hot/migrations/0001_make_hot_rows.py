"""Make the tables of the hot rows."""

from typing import ClassVar

from django.db import migrations, models


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
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("body", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Commit",
            fields=[
                ("commit_id", models.BigIntegerField(primary_key=True, serialize=False)),
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
                ("key", models.BinaryField(max_length=16, unique=True)),
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
                ("key", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
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
                ("token", models.BinaryField(max_length=16, unique=True)),
                ("ciphertext", models.BinaryField()),
                ("made_us", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
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
    )
