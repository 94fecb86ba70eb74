"""The name under which Django knows this room."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    """What a use rests on: purpose, legal basis, rights, red lines, and whether it is high-risk."""

    name = "answerable.practices.obligations"
    label = "obligations"
