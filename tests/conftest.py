"""Settings that hold for every test."""

from hypothesis import settings

from tests.ledger.emptying import the_ledger_can_be_emptied

__all__ = ["the_ledger_can_be_emptied"]

# The machines are noisy: how long an example takes says nothing about the code.
settings.register_profile("answerable", deadline=None, print_blob=True)
settings.load_profile("answerable")
