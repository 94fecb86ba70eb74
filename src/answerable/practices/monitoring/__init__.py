"""What is watched while a use runs: limits set before, alarms, the breaker, incidents."""
