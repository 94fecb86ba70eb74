"""Make the tables of the ledger. None has a foreign key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the tables."""

    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="CheckpointRow",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_checkpoint",
            },
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField()),
                ("peaks", models.BinaryField()),
            ],
            options={
                "db_table": "ledger_head",
            },
        ),
        migrations.CreateModel(
            name="EntryRow",
            fields=[
                ("index", models.BigAutoField(primary_key=True, serialize=False)),
                ("agency", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=100)),
                ("payload_type", models.CharField(max_length=150)),
                ("payload", models.BinaryField()),
                ("leaf", models.BinaryField(max_length=32)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_entry",
                "indexes": [
                    models.Index(fields=["agency", "index"], name="ledger_entry_of_agency"),
                    models.Index(fields=["kind", "index"], name="ledger_entry_of_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Salt",
            fields=[
                ("commitment", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("person", models.CharField(max_length=64)),
                ("agency", models.CharField(max_length=40)),
                ("index", models.BigIntegerField()),
                ("salt", models.BinaryField(max_length=32)),
            ],
            options={
                "db_table": "ledger_salt",
                "indexes": [
                    models.Index(fields=["person", "agency"], name="ledger_salts_of_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Subtree",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "db_table": "ledger_subtree",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "number"), name="one_subtree_of_a_place"
                    )
                ],
            },
        ),
    )
