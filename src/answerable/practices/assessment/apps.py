"""The name under which Django knows this room."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """Whether a version is fit for a use: risks, data, evidence, and an independent review."""

    name = "answerable.practices.assessment"
    label = "assessment"
