"""The name under which Django knows this room."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Systems, versions, uses."""

    name = "answerable.inventory"
    label = "inventory"
