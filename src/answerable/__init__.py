"""Answerable: evidence, permits and repair for a government's use of AI."""

__version__ = "0.1.0"
