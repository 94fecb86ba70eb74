"""What follows from limits and counts, without a database or a clock."""
