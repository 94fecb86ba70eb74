"""Make the tables of reactions to entries."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("flow", "0001_make_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReactionPosition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("next_index", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="DueReaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reaction", models.CharField(max_length=60)),
                ("index", models.BigIntegerField()),
                ("tried_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=300)),
                ("attempts", models.PositiveIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at", None)),
                        fields=["index"],
                        name="flow_not_done",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reaction", "index"), name="one_reaction_per_entry"
                    )
                ],
            },
        ),
    ]
