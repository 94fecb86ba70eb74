"""The name under which Django knows this room."""

from django.apps import AppConfig


class RemedyConfig(AppConfig):
    """What the person affected gets: a notice, a hearing, a repair, and the others found."""

    name = "answerable.practices.remedy"
    label = "remedy"
