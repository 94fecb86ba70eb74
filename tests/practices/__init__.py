"""The practices, each in its folder."""
