"""The pages of this room: public ones read published records only; staff ones show what to do."""
