"""Ending the holds of this room on what shows that they may end."""

from collections.abc import Sequence
from datetime import datetime

from answerable.gate.holds import lift_hold
from answerable.gate.models import Hold
from answerable.people.actors import Actor
from answerable.practices.remedy.models import Notice


def release(hold: Hold | None, *, rests_on: Sequence[str], by: Actor, at: datetime) -> bool:
    """Lift a hold that nobody has lifted yet; say whether there was one."""
    if hold is None or hasattr(hold, "lift"):
        return False
    lift_hold(hold=hold.pk, rests_on=tuple(rests_on), by=by, at=at)
    return True


def release_found(decided: Notice, *, rests_on: Sequence[str], by: Actor, at: datetime) -> None:
    """Lift what look-backs hold of a decision that a person has looked at since.

    Any other hold on it stays: that of a letter until the person has it, and that of a
    challenge for good where the decision fell.
    """
    found = Notice.objects.filter(
        use=decided.use, source=decided.source, record=decided.record, look_back__isnull=False
    )
    for notice in found.select_related("hold__lift").order_by("pk"):
        release(notice.hold, rests_on=rests_on, by=by, at=at)
