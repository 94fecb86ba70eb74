"""The name under which Django knows this room."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger."""

    name = "answerable.ledger"
    label = "ledger"
