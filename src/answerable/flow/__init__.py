"""When this is due, or this entry was written, do that."""
