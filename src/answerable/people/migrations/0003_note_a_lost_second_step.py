"""Note that an administrator took a lost second step of signing in away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_keep_password_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="second_step_lost_at",
            field=models.DateTimeField(null=True),
        ),
    ]
