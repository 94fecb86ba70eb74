"""The name under which Django knows this room."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    """The shared look of every page."""

    name = "answerable.kit"
    label = "kit"
