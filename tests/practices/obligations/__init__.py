"""What a use rests on: purpose, basis, rights, red lines, screening."""
