"""Make the tables of assessments."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inventory", "0002_keep_evidence_and_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mitigation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("action", models.CharField(max_length=500)),
                ("responsible", models.CharField(max_length=100)),
                ("due_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                ("overdue_entry", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("version", models.CharField(max_length=64)),
                ("context", models.CharField(max_length=64)),
                ("state", models.CharField(max_length=10)),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                ("submitted_by", models.CharField(blank=True, max_length=100)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=100)),
                ("decided_entry", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("content", models.CharField(blank=True, max_length=64)),
                ("live_before", models.PositiveBigIntegerField(null=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("use", "number"), name="an_assessment_by_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "submitted"])),
                        fields=("use", "version", "context"),
                        name="one_pending_assessment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_entry", None), ("state__in", ["open", "submitted"])),
                            models.Q(
                                ("state__in", ["signed", "refused"]),
                                models.Q(("content", ""), _negated=True),
                                models.Q(("decided_by", ""), _negated=True),
                                models.Q(("decided_by", models.F("opened_by")), _negated=True),
                                models.Q(("decided_by", models.F("submitted_by")), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_entry__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="decided_by_another_on_its_content",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataDescription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=10)),
                ("known", models.BooleanField()),
                ("content", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data",
                        to="assessment.assessment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "part"), name="data_of_a_part_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("part__in", ["training", "testing", "operation"])),
                        name="a_part_of_the_data",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorLimit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("measure", models.CharField(max_length=40)),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="limits",
                        to="assessment.assessment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "measure"), name="a_limit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high__lte", 1), ("low__gte", 0), ("low__lte", models.F("high"))
                        ),
                        name="a_limit_on_a_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroundAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ground", models.CharField(max_length=20)),
                ("how", models.CharField(max_length=12)),
                ("attribute", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grounds",
                        to="assessment.assessment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("assessment", "ground"), name="a_ground_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ground__in",
                                [
                                    "race",
                                    "ethnicity",
                                    "disability",
                                    "gender",
                                    "sexuality",
                                    "gender_identity",
                                    "religion",
                                ],
                            ),
                            ("how__in", ["measured", "estimated", "joined", "qualitative"]),
                        ),
                        name="a_ground_and_how",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Measuring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evidence", models.CharField(max_length=64)),
                ("data", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=300)),
                ("since_on", models.DateField()),
                ("until_on", models.DateField()),
                ("shadow", models.BooleanField()),
                ("attributes", models.JSONField()),
                ("decisions", models.PositiveBigIntegerField()),
                ("verdict", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measurings",
                        to="assessment.assessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MitigationTest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.CharField(max_length=64)),
                ("after", models.CharField(max_length=64)),
                ("measure", models.CharField(max_length=40)),
                ("group", models.JSONField()),
                ("values", models.JSONField()),
                ("finding", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "mitigation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tests",
                        to="assessment.mitigation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("before", models.F("after")), _negated=True),
                        name="measured_twice",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rerun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("matches", models.BooleanField()),
                ("differing", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "measuring",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reruns",
                        to="assessment.measuring",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Risk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("likelihood", models.PositiveSmallIntegerField()),
                ("severity", models.PositiveSmallIntegerField()),
                ("scale", models.PositiveSmallIntegerField()),
                ("reversibility", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                ("number", models.PositiveIntegerField()),
                ("dimension", models.CharField(max_length=20)),
                ("harm", models.CharField(max_length=500)),
                ("group", models.CharField(max_length=200)),
                ("salt", models.CharField(max_length=64)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risks",
                        to="assessment.assessment",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "number"), name="a_risk_by_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("likelihood__range", (1, 5)),
                            ("reversibility__range", (1, 5)),
                            ("scale__range", (1, 5)),
                            ("severity__range", (1, 5)),
                        ),
                        name="risk_scores_on_the_scale",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dimension__in", ["human_rights", "equity", "fairness", "safety"])
                        ),
                        name="a_risk_of_a_dimension",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("likelihood", models.PositiveSmallIntegerField()),
                ("severity", models.PositiveSmallIntegerField()),
                ("scale", models.PositiveSmallIntegerField()),
                ("reversibility", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "risk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="assessment.risk",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("likelihood__range", (1, 5)),
                            ("reversibility__range", (1, 5)),
                            ("scale__range", (1, 5)),
                            ("severity__range", (1, 5)),
                        ),
                        name="review_scores_on_the_scale",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Residue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("likelihood", models.PositiveSmallIntegerField()),
                ("severity", models.PositiveSmallIntegerField()),
                ("scale", models.PositiveSmallIntegerField()),
                ("reversibility", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                ("reason", models.CharField(max_length=500)),
                (
                    "risk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residue",
                        to="assessment.risk",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("likelihood__range", (1, 5)),
                            ("reversibility__range", (1, 5)),
                            ("scale__range", (1, 5)),
                            ("severity__range", (1, 5)),
                        ),
                        name="residue_on_the_scale",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="mitigation",
            name="risk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mitigations",
                to="assessment.risk",
            ),
        ),
        migrations.AddConstraint(
            model_name="mitigation",
            constraint=models.UniqueConstraint(
                fields=("risk", "number"), name="a_mitigation_by_number"
            ),
        ),
    ]
