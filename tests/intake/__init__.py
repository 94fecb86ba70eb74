"""Records arrive, are sealed, and can be found again."""
