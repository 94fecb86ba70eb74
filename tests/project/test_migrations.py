"""The tables are those that the models describe."""

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db(databases="__all__")
def test_no_model_was_changed_without_a_migration() -> None:
    told = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=told)
    except SystemExit:
        pytest.fail(f"a model has no migration:\n{told.getvalue()}")
