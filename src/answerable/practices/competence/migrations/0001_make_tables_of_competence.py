"""Make the tables of who is competent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inventory", "0002_keep_evidence_and_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadPosition",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Exercise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("account", models.CharField(max_length=100)),
                ("begun_at", models.DateTimeField()),
                ("begun_entry", models.BigIntegerField(unique=True)),
                ("asked", models.PositiveIntegerField()),
                ("scored_at", models.DateTimeField(null=True)),
                ("right", models.PositiveIntegerField(null=True)),
                ("passed", models.BooleanField(null=True)),
                ("entry", models.BigIntegerField(null=True, unique=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exercises",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("scored_at", None)),
                        fields=("use", "version", "account"),
                        name="one_open_exercise",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("right", None), ("right__lte", models.F("asked")), _connector="OR"
                        ),
                        name="no_more_right_answers_than_cases",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("entry", None),
                                ("passed", None),
                                ("right", None),
                                ("scored_at", None),
                            ),
                            models.Q(
                                ("entry__isnull", False),
                                ("passed__isnull", False),
                                ("right__isnull", False),
                                ("scored_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_exercise_is_scored_as_a_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExerciseCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("source", models.CharField(max_length=200)),
                ("record", models.CharField(max_length=128)),
                ("outcome", models.CharField(max_length=64)),
                ("label", models.CharField(max_length=64)),
                ("occurred_at", models.DateTimeField()),
                ("answer", models.CharField(blank=True, max_length=64)),
                (
                    "exercise",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="competence.exercise",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("exercise", "number"), name="a_case_number_once"
                    ),
                    models.UniqueConstraint(
                        fields=("exercise", "source", "record"), name="a_case_of_an_exercise_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KnownCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=200)),
                ("record", models.CharField(max_length=128)),
                ("outcome", models.CharField(max_length=64)),
                ("label", models.CharField(max_length=64)),
                ("occurred_at", models.DateTimeField()),
                ("drawn_by", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="known_cases",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["use", "version", "outcome", "label"], name="known_cases_by_kind"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("use", "source", "record"), name="a_known_case_once"
                    )
                ],
            },
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
                ("version", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField(unique=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competence_sign_offs",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=100)),
                ("lookup", models.CharField(blank=True, max_length=32)),
                ("since", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField(unique=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_entry", models.BigIntegerField(null=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("use", "account"),
                        name="staff_of_a_use_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("ended_at", None), models.Q(("lookup", ""), _negated=True)
                        ),
                        fields=("use", "lookup"),
                        name="one_person_behind_a_token",
                    ),
                ],
            },
        ),
    ]
