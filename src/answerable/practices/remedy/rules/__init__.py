"""What follows from what, in this room: pure, without a table."""
