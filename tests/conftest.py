"""Settings that hold for every test."""

from hypothesis import settings

# The machines are noisy: how long an example takes says nothing about the code.
settings.register_profile("answerable", deadline=None, print_blob=True)
settings.load_profile("answerable")
