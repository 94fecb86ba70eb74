"""The name under which Django knows this room."""

from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    """What a vendor promised, and what became of it on the case's own data."""

    name = "answerable.practices.procurement"
    label = "procurement"
