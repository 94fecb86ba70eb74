"""Bind a rebuttal to the presumptions it answers; one may wait for each case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0002_keep_evidence_and_figures"),
        ("obligations", "0001_make_tables_of_obligations"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="rebuttal",
            name="one_rebuttal_at_a_time",
        ),
        migrations.AddField(
            model_name="rebuttal",
            name="presumed",
            field=models.JSONField(default=list),
        ),
        migrations.AddConstraint(
            model_name="rebuttal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreed", None)),
                fields=("use", "case"),
                name="one_rebuttal_of_a_case_at_a_time",
            ),
        ),
    ]
