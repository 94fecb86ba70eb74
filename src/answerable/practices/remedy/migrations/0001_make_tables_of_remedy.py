"""Make the tables of remedy."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("gate", "0001_make_gate_tables"),
        ("inventory", "0002_keep_evidence_and_figures"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lookup", models.BinaryField(max_length=16, unique=True)),
                ("agency", models.CharField(max_length=40)),
                ("closed", models.BinaryField()),
                ("at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="DaySalt",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("salt", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.BinaryField(max_length=16, primary_key=True, serialize=False)),
                ("day", models.DateField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="LookBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("cause", models.BigIntegerField()),
                ("rule", models.JSONField()),
                ("state", models.CharField(max_length=12)),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("looked_at", models.BigIntegerField(null=True)),
                ("found", models.BigIntegerField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("searched_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="look_backs",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("use", "cause"), name="one_look_back_of_a_cause"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("found", None), ("state", "opened")),
                            models.Q(("found__isnull", False), ("state", "searched")),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("found__isnull", False),
                                ("state", "closed"),
                            ),
                            _connector="OR",
                        ),
                        name="a_look_back_is_searched_before_it_is_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("source", models.CharField(max_length=200)),
                ("record", models.CharField(max_length=128)),
                ("version", models.CharField(max_length=64)),
                ("outcome", models.CharField(max_length=64)),
                ("reasons", models.JSONField()),
                ("subject", models.CharField(db_index=True, max_length=32)),
                ("decider", models.CharField(blank=True, max_length=32)),
                ("occurred_at", models.DateTimeField()),
                ("state", models.CharField(max_length=12)),
                ("missing", models.JSONField(default=list)),
                ("secret_hash", models.CharField(blank=True, max_length=64)),
                ("letter", models.BinaryField(default=b"")),
                ("letter_digest", models.CharField(blank=True, max_length=64)),
                ("challenge_by", models.DateField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("prepared_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("how", models.CharField(blank=True, max_length=30)),
                ("effect_from", models.DateTimeField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("entry", models.BigIntegerField()),
                (
                    "hold",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gate.hold",
                    ),
                ),
                (
                    "look_back",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="remedy.lookback",
                    ),
                ),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["use", "state"], name="notices_of_use")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("look_back", None)),
                        fields=("use", "source", "record"),
                        name="one_notice_of_a_decision",
                    ),
                    models.UniqueConstraint(
                        fields=("look_back", "source", "record"), name="found_once_in_a_look_back"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["opened", "prepared", "sent", "unknown", "returned", "delivered"],
                            )
                        ),
                        name="a_state_of_a_notice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("delivered_at__isnull", False), ("state", "delivered")),
                            models.Q(
                                models.Q(("state", "delivered"), _negated=True),
                                ("delivered_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="delivered_at_a_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lifted_at", None), ("state", "delivered"), _connector="OR"
                        ),
                        name="no_effect_before_delivery",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=32, unique=True)),
                ("state", models.CharField(max_length=12)),
                ("secret", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("failure", models.CharField(blank=True, max_length=100)),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mailings",
                        to="remedy.notice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "claimed"])),
                        fields=("notice",),
                        name="one_sending_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["waiting", "claimed", "sent", "refused", "unknown", "withdrawn"],
                            )
                        ),
                        name="a_state_of_a_mailing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=24, unique=True)),
                ("channel", models.CharField(max_length=20)),
                ("urgent", models.JSONField()),
                ("state", models.CharField(max_length=12)),
                ("received_at", models.DateTimeField()),
                ("late", models.BooleanField(default=False)),
                ("acknowledge_by", models.DateTimeField()),
                ("consider_by", models.DateTimeField()),
                ("redress_by", models.DateTimeField()),
                ("calendar", models.CharField(max_length=100)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("reviewer", models.CharField(blank=True, max_length=100)),
                ("assigned_at", models.DateTimeField(null=True)),
                ("finding", models.CharField(blank=True, max_length=64)),
                ("finding_words", models.BinaryField(default=b"")),
                ("found_at", models.DateTimeField(null=True)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("outcome", models.CharField(blank=True, max_length=64)),
                ("overturned", models.BooleanField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_entry", models.BigIntegerField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("entry", models.BigIntegerField()),
                (
                    "hold",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="gate.hold",
                    ),
                ),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="inventory.use",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="challenges",
                        to="remedy.notice",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["use", "state"], name="challenges_of_use")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed"), _negated=True),
                        fields=("notice",),
                        name="one_open_challenge_of_a_notice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["received", "assigned", "found", "upheld", "overturned", "closed"],
                            )
                        ),
                        name="a_state_of_a_challenge",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_at", None),
                            models.Q(
                                ("found_at__isnull", False),
                                ("found_at__lte", models.F("decided_at")),
                            ),
                            _connector="OR",
                        ),
                        name="found_blind_before_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["closed", "overturned", "upheld"]), _negated=True
                            ),
                            models.Q(("decided_at__isnull", False), ("overturned__isnull", False)),
                            _connector="OR",
                        ),
                        name="decided_before_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offices",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="remedy_offices",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Point",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("words", models.BinaryField()),
                ("accepted", models.BooleanField(null=True)),
                ("answer", models.BinaryField(default=b"")),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="remedy.challenge",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("challenge", "number"), name="a_point_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Shown",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=200)),
                ("record", models.CharField(max_length=128)),
                ("viewer", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.use",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("use", "source", "record", "viewer"), name="shown_once_to_a_viewer"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.CharField(max_length=20)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("language", models.CharField(max_length=12)),
                ("words", models.CharField(max_length=2000)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("entry", models.BigIntegerField()),
                (
                    "use",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wordings",
                        to="inventory.use",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Element",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("harm", models.CharField(max_length=50)),
                ("state", models.CharField(max_length=12)),
                ("due_at", models.DateTimeField()),
                ("promised_at", models.DateTimeField()),
                ("proof", models.CharField(blank=True, max_length=200)),
                ("completed_at", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("entry", models.BigIntegerField()),
                (
                    "challenge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="elements",
                        to="remedy.challenge",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("challenge", "harm"), name="a_harm_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["promised", "completed", "confirmed", "disputed"])
                        ),
                        name="a_state_of_an_element",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "promised"),
                            models.Q(
                                ("completed_at__isnull", False),
                                models.Q(("proof", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="complete_with_a_proof",
                    ),
                ],
            },
        ),
    ]
