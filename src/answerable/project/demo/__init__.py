"""The demonstration: a system that ran, replayed day by day through every practice."""
