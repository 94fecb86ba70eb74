"""Who has shown on real cases that they can oversee a version."""
