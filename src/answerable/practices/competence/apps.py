"""The name under which Django knows this room."""

from django.apps import AppConfig


class CompetenceConfig(AppConfig):
    """Who has shown on real cases that they can oversee a version."""

    name = "answerable.practices.competence"
    label = "competence"
