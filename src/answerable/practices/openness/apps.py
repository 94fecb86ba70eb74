"""The name under which Django knows this room."""

from django.apps import AppConfig


class OpennessConfig(AppConfig):
    """What everyone may see: the register, the policy, the opt-out."""

    name = "answerable.practices.openness"
    label = "openness"
