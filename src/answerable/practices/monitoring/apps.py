"""The name under which Django knows this room."""

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """What is watched while a use runs: limits set before, alarms, the breaker, incidents."""

    name = "answerable.practices.monitoring"
    label = "monitoring"
