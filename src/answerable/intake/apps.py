"""The name under which Django knows this room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Records arriving and sealed."""

    name = "answerable.intake"
    label = "intake"
