"""What Answerable promises, as sentences that run."""
