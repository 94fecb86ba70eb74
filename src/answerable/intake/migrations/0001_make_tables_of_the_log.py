"""Make the tables of segments, samples, limits and findings."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """What is known of the log, in the main database."""

    initial = True

    dependencies: ClassVar[list[tuple[str, str]]] = []

    operations = (
        migrations.CreateModel(
            name="ScanPosition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("effect", models.BigIntegerField()),
                ("conflict", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Sealing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed", models.BigIntegerField()),
                ("planned", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="RetentionLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("use", models.CharField(max_length=110)),
                ("days", models.PositiveIntegerField()),
                ("set_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("use", models.CharField(blank=True, max_length=100)),
                ("kind", models.CharField(max_length=40)),
                ("about", models.CharField(blank=True, max_length=200)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("count", models.BigIntegerField()),
                ("detail", models.TextField(blank=True)),
                ("state", models.CharField(default="open", max_length=10)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("agency", "use", "kind", "about"),
                        name="one_open_finding",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("use", models.CharField(max_length=100)),
                ("day", models.DateField()),
                ("seed", models.CharField(max_length=64)),
                ("kept", models.BigIntegerField()),
                ("drawn", models.IntegerField()),
                ("rebuilt", models.IntegerField()),
                ("problems", models.TextField()),
                ("drawn_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("use", "day"), name="one_sample_of_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="Segment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("use", models.CharField(max_length=100)),
                ("day", models.DateField()),
                ("first", models.BigIntegerField()),
                ("last", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                ("path", models.CharField(max_length=300, unique=True)),
                ("manifest", models.BinaryField()),
                ("occurred_from_us", models.BigIntegerField()),
                ("occurred_until_us", models.BigIntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                ("laid", models.BooleanField(default=False)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("files_gone", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["use", "day"], name="segment_of_use")],
            },
        ),
    )
