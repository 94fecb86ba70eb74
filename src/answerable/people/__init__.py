"""Agencies, the people who work for them, their roles, and tokens for their software."""
