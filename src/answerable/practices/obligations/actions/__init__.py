"""What changes in this room.

- `doors`: who may review, and when.
- `dossier`: the owner says what a use rests on, part by part.
- `screening`: a reviewer's blind answers, and the rebuttal of a presumption.
- `rights`: a check of the rights for one stage, by two people.
- `rulings`: a court or an authority rules.
- `review`: a reviewer goes through it all and records the verdicts of the room's rows.
- `clocks`: what was signed off and is shown no longer.
"""
