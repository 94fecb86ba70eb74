"""Numbers from tables: everything that divides one count by another lives here."""
