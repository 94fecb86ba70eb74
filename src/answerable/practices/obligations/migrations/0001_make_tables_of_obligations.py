"""Make the tables of what a use rests on."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inventory", "0002_keep_evidence_and_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dossier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("context", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("case", models.CharField(max_length=64)),
                ("basis", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField(unique=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dossiers",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("use", "number"), name="a_dossier_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="BlindAnswers",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case", models.CharField(max_length=64)),
                ("answers", models.JSONField()),
                ("equal", models.PositiveSmallIntegerField()),
                ("asked", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField(unique=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blind_answers",
                        to="inventory.use",
                    ),
                ),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="obligations.dossier",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("use", "case", "by"), name="blind_answers_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asked__gt", 0), ("equal__lte", models.F("asked"))),
                        name="no_more_equal_answers_than_questions",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rebuttal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case", models.CharField(max_length=64)),
                ("reasons", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=100)),
                ("proposed_entry", models.BigIntegerField(unique=True)),
                ("agreed", models.BooleanField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=100)),
                ("decided_entry", models.BigIntegerField(null=True)),
                ("until", models.DateTimeField(null=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rebuttals",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("agreed", None)),
                        fields=("use",),
                        name="one_rebuttal_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                        name="nobody_agrees_to_their_own_rebuttal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed", None), ("decided_entry", None)),
                            models.Q(("agreed__isnull", False), ("decided_entry__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_decided_rebuttal_has_an_entry",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RightsCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40)),
                ("stage", models.CharField(max_length=20)),
                ("rights", models.JSONField()),
                ("changed", models.TextField()),
                ("words", models.CharField(max_length=64)),
                ("author", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("proposed_entry", models.BigIntegerField(unique=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=100)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("entry", models.BigIntegerField(null=True, unique=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights_checks",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "words"), name="no_copied_rights_check"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_by", models.F("author")), _negated=True),
                        name="nobody_confirms_their_own_rights_check",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.CharField(max_length=200)),
                ("citation", models.CharField(max_length=500)),
                ("unlawful", models.BooleanField()),
                ("basis", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField(unique=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(blank=True, max_length=64)),
                ("findings", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField(unique=True)),
                (
                    "dossier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_offs",
                        to="obligations.dossier",
                    ),
                ),
            ],
        ),
    ]
