"""Make the tables of the inventory."""

import django.db.models.deletion
from django.db import migrations, models

import answerable.inventory.stages


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_make_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="System",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=110, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("enrolled_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.agency",
                        to_field="ref",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=110, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("reasons", models.JSONField(default=list)),
                ("attributes", models.JSONField(default=list)),
                ("running_since", models.DateTimeField(null=True)),
                ("enrolled_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.agency",
                        to_field="ref",
                    ),
                ),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="inventory.system",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ownership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=100)),
                ("since", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owners",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UseContext",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contexts",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=20)),
                ("recorded_at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "system",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="inventory.system",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("system", "digest"), name="a_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="StageEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            (
                                answerable.inventory.stages.Stage["DESIGN"],
                                answerable.inventory.stages.Stage["DESIGN"],
                            ),
                            (
                                answerable.inventory.stages.Stage["DEVELOP"],
                                answerable.inventory.stages.Stage["DEVELOP"],
                            ),
                            (
                                answerable.inventory.stages.Stage["PROCURE"],
                                answerable.inventory.stages.Stage["PROCURE"],
                            ),
                            (
                                answerable.inventory.stages.Stage["DEPLOY"],
                                answerable.inventory.stages.Stage["DEPLOY"],
                            ),
                            (
                                answerable.inventory.stages.Stage["USE"],
                                answerable.inventory.stages.Stage["USE"],
                            ),
                            (
                                answerable.inventory.stages.Stage["DECOMMISSION"],
                                answerable.inventory.stages.Stage["DECOMMISSION"],
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("rights_entry", models.BigIntegerField(null=True, unique=True)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="inventory.use",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.version",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Deployment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deployments",
                        to="inventory.use",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.version",
                    ),
                ),
            ],
        ),
    ]
