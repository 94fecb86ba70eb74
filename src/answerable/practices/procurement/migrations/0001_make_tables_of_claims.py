"""Make the tables of claims."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inventory", "0002_keep_evidence_and_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("version", models.CharField(max_length=64)),
                ("metric", models.CharField(max_length=40)),
                ("population", models.CharField(max_length=300)),
                ("group", models.JSONField(default=dict)),
                ("promise", models.CharField(max_length=10)),
                ("value", models.FloatField()),
                ("as_of", models.DateField()),
                ("document", models.CharField(max_length=300)),
                ("sha256", models.CharField(max_length=64)),
                ("every_days", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                ("withdrawn_entry", models.BigIntegerField(null=True)),
                ("overdue_on", models.DateField(null=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("use", "number"), name="a_claim_by_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every_days__range", (1, 366)),
                            ("value__gte", 0),
                            ("value__lte", 1),
                            (
                                "metric__in",
                                (
                                    "selection_rate",
                                    "false_positive_rate",
                                    "false_negative_rate",
                                    "precision",
                                    "accuracy",
                                    "wrongful_burden",
                                ),
                            ),
                            ("promise__in", ["at_least", "at_most"]),
                        ),
                        name="a_claim_that_can_be_tested",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimTest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verdict", models.CharField(max_length=12)),
                ("needs", models.CharField(blank=True, max_length=300)),
                ("value", models.FloatField(null=True)),
                ("low", models.FloatField(null=True)),
                ("high", models.FloatField(null=True)),
                ("n", models.PositiveBigIntegerField()),
                ("unknown", models.PositiveBigIntegerField()),
                ("since_on", models.DateField()),
                ("until_on", models.DateField()),
                ("shadow", models.BooleanField()),
                ("address", models.CharField(max_length=300)),
                ("data", models.CharField(max_length=64)),
                ("evidence", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tests",
                        to="procurement.claim",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", "cannot_say"),
                            models.Q(
                                ("verdict__in", ["supported", "refuted"]),
                                ("high__isnull", False),
                                ("low__isnull", False),
                                ("n__gt", 0),
                                ("value__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_verdict_on_a_number",
                    )
                ],
            },
        ),
    ]
