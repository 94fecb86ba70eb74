"""The name under which Django knows this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Agencies and people."""

    name = "answerable.people"
    label = "people"
