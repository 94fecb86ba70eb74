"""Make the tables of the gate."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inventory", "0001_make_inventory_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("context", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("until", models.DateTimeField()),
                ("conditions", models.JSONField()),
                ("cap", models.PositiveBigIntegerField(null=True)),
                ("exit_criteria", models.CharField(blank=True, max_length=500)),
                ("stop_rule", models.CharField(blank=True, max_length=500)),
                ("redress", models.CharField(blank=True, max_length=500)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("refused", models.BooleanField()),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endings",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.CharField(max_length=12)),
                ("ground", models.CharField(max_length=64)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("record", models.CharField(blank=True, max_length=128)),
                ("subject", models.CharField(blank=True, max_length=32)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["use", "source", "record"], name="holds_of_decision"),
                    models.Index(fields=["use", "subject"], name="holds_of_subject"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LeaseGiven",
            fields=[
                ("id", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("allotted", models.PositiveBigIntegerField()),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("unused", models.PositiveBigIntegerField(null=True)),
                ("returned_at", models.DateTimeField(null=True)),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leases",
                        to="gate.approval",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rests_on", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lift",
                        to="gate.hold",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("context", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("until", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observation",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.BinaryField(max_length=16)),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opt_outs",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("use", "mark"),
                        name="one_live_opt_out",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OptOutSalt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("salt", models.BinaryField(max_length=32)),
                (
                    "use",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opt_out_salt",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RowVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("context", models.CharField(max_length=64)),
                ("row", models.CharField(max_length=8)),
                ("finding", models.CharField(max_length=12)),
                ("rests_on", models.JSONField()),
                ("needs", models.JSONField()),
                ("law", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("until", models.DateTimeField(null=True)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["use", "version", "row"], name="verdicts_of_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="ShadowRun",
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
                ("until", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shadow_runs",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StateChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("state", models.CharField(max_length=12)),
                ("reasons", models.JSONField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="state_changes",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.CharField(max_length=64)),
                ("context", models.CharField(max_length=64)),
                ("row", models.CharField(max_length=8)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("until", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "renews",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gate.waiver",
                    ),
                ),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waivers",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
    ]
