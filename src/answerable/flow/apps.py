"""The name under which Django knows this room."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    """What follows from what."""

    name = "answerable.flow"
    label = "flow"
