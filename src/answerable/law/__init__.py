"""Dated and cited rules, the rows of the requirements, profiles, crosswalk and rights catalogue."""
