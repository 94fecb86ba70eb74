"""The decision process: leases go out, decisions come in."""
