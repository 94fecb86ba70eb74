"""The decision API, put together for an ASGI server: uvicorn --factory …:application."""

import os

import django
from starlette.types import ASGIApp


def application() -> ASGIApp:
    """Build the gateway of this installation, with the keys of this machine."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "answerable.project.web")
    django.setup()
    # What has tables can be imported only once Django knows its settings.
    from answerable.project.decision_api import build  # noqa: PLC0415

    return build()
