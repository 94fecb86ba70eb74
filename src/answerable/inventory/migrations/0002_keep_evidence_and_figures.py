"""Make the tables of evidence and figures."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_make_inventory_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("envelope", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("use", "digest"), name="evidence_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("practice", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=60)),
                ("about", models.CharField(blank=True, max_length=200)),
                ("unit", models.CharField(max_length=12)),
                ("value", models.FloatField()),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("level", models.FloatField()),
                ("n", models.BigIntegerField()),
                ("first_on", models.DateField()),
                ("last_on", models.DateField()),
                ("data", models.CharField(max_length=64)),
                ("command", models.CharField(max_length=500)),
                ("evidence", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("entry", models.BigIntegerField(unique=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["use", "practice", "name", "about"], name="figures_by_name"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high__gte", models.F("value")), ("low__lte", models.F("value"))
                        ),
                        name="a_figure_lies_in_its_interval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__gt", 0), ("level__lt", 1), ("n__gt", 0)),
                        name="a_figure_counts_something",
                    ),
                ],
            },
        ),
    ]
