"""Pure decisions of this room.

- `dossier`: what an owner says a use rests on, part by part, and what may not be said.
- `screening`: when a use is high-risk, and how far two assessors agree.
- `duties`: who may not do what, whatever role they hold.
- `rows`: what follows for the rows S2, S3 and P1a to P1d.
"""
