"""The pages of the tests, beside those of the site."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def cakes(settings: Settings) -> None:
    """Serve the site of `tests.kit.addresses` instead of our own."""
    settings.ROOT_URLCONF = "tests.kit.addresses"
    [templates] = settings.TEMPLATES
    settings.TEMPLATES = [
        {**templates, "DIRS": [*templates.get("DIRS", []), Path(__file__).parent / "templates"]}
    ]
