"""What every test of this room needs."""

from tests.ledger.emptying import the_ledger_can_be_emptied

__all__ = ["the_ledger_can_be_emptied"]
