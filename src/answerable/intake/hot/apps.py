"""The name under which Django knows this room."""

from django.apps import AppConfig


class HotConfig(AppConfig):
    """The hot rows of the decision log."""

    name = "answerable.intake.hot"
    label = "hot"
