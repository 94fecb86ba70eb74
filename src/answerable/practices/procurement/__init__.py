"""What a vendor promised, and what became of it on the case's own data."""
