"""The hot rows: what has arrived and is not sealed yet."""
