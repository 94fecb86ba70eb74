"""The name under which Django knows this room."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    """Permits, holds, leases."""

    name = "answerable.gate"
    label = "gate"
