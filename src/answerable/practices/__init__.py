"""The seven practices of the joint statement: rooms that speak to each other only by entries."""
