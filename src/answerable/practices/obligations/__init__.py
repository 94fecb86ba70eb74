"""What a use rests on: purpose, legal basis, rights, red lines, and whether it is high-risk."""
