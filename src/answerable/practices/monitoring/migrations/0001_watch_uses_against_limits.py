"""Make the tables of limits, daily counts, alarms and incidents."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inventory", "0002_keep_evidence_and_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stream", models.CharField(max_length=64)),
                ("tier", models.CharField(max_length=5)),
                ("episode", models.PositiveIntegerField()),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("evidence", models.FloatField(null=True)),
                ("data", models.CharField(max_length=64)),
                ("entry", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ("amber", "red"))),
                        name="an_alarm_is_amber_or_red",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_on__lte", models.F("to_on"))),
                        name="an_alarm_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=100)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=100)),
                ("cause", models.CharField(blank=True, max_length=500)),
                ("evidence", models.CharField(blank=True, max_length=64)),
                ("closed_entry", models.BigIntegerField(null=True)),
                (
                    "alarm",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incident",
                        to="monitoring.alarm",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None),
                            models.Q(
                                models.Q(("cause", ""), _negated=True),
                                models.Q(("evidence", ""), _negated=True),
                                models.Q(("closed_entry", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="closed_with_cause_and_evidence",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakerStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("blind_since", models.DateField(null=True)),
                ("grade", models.CharField(max_length=12)),
                ("hold", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaker_steps",
                        to="inventory.use",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="monitoring.incident",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("incident__isnull", False)),
                        fields=("incident", "grade"),
                        name="a_grade_once_an_incident",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("incident__isnull", True)),
                        fields=("use", "blind_since"),
                        name="one_pause_a_blind_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("incident__isnull", True),
                            ("blind_since__isnull", True),
                            _connector="XOR",
                        ),
                        name="a_step_has_one_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("begins_on", models.DateField()),
                ("ends_on", models.DateField(null=True)),
                ("state", models.CharField(default="proposed", max_length=12)),
                ("gains", models.CharField(blank=True, max_length=500)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by", models.CharField(max_length=100)),
                ("proposed_entry", models.BigIntegerField()),
                ("agreed_at", models.DateTimeField(null=True)),
                ("agreed_by", models.CharField(blank=True, max_length=100)),
                ("agreed_entry", models.BigIntegerField(null=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="monitoring_plans",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "agreed")),
                        fields=("use", "version"),
                        name="one_plan_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "proposed"),
                            models.Q(("agreed_at__isnull", False), ("agreed_entry__isnull", False)),
                            _connector="OR",
                        ),
                        name="plan_agreed_with_entry",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agreed_by", models.F("proposed_by")), _negated=True),
                        name="plan_agreed_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField()),
                ("age", models.PositiveIntegerField()),
                ("attribute", models.CharField(blank=True, max_length=64)),
                ("group", models.CharField(blank=True, max_length=64)),
                ("selected_yes", models.PositiveBigIntegerField()),
                ("selected_no", models.PositiveBigIntegerField()),
                ("selected_open", models.PositiveBigIntegerField()),
                ("other_yes", models.PositiveBigIntegerField()),
                ("other_no", models.PositiveBigIntegerField()),
                ("other_open", models.PositiveBigIntegerField()),
                ("late", models.PositiveBigIntegerField(default=0)),
                ("entry", models.BigIntegerField()),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="days",
                        to="monitoring.plan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "age", "on", "attribute", "group"),
                        name="a_day_is_counted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attribute", ""), ("group", "")),
                            models.Q(("attribute", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_group_has_an_attribute",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="alarm",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alarms",
                to="monitoring.plan",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                fields=("plan", "stream", "episode", "tier"), name="one_alarm_of_an_episode"
            ),
        ),
    ]
