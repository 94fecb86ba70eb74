"""The pages of this room: `case` for the person affected, the others for staff."""
