"""What the person affected gets: a notice, a hearing, a repair, and the others found."""
