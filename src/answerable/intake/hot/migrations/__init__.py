"""Changes of the tables, each named for what it does."""
