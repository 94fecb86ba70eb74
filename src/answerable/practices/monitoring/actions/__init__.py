"""What changes in this room: limits, counts, alarms, incidents, the breaker."""
