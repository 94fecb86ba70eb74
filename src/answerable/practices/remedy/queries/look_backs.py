"""Look-backs of a use, for a viewer, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from answerable.errors import AnswerableError
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.practices.remedy.models import LookBack
from answerable.practices.remedy.rules.roles import STAFF
from answerable.practices.remedy.rules.states import LookBackState, NoticeState


class UnknownLookBack(AnswerableError):
    """No look-back that the actor may know of has this reference."""

    code = "remedy.unknown_look_back"
    message = "There is no look-back {look_back} in an agency you belong to."
    hint = "Look at the look-backs of the use."


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How many of those found have their letter, may have it, or could not be reached.

    ``held`` counts the decisions among them that the look-back still holds.
    """

    found: int
    delivered: int
    sent: int
    unreached: int
    held: int

    @property
    def is_complete(self) -> bool:
        """Whether everyone found was written to, or is on record as not reached."""
        return self.found == self.delivered + self.sent + self.unreached


def look_backs_visible_to(viewer: Actor) -> QuerySet[LookBack]:
    """List the look-backs of the agencies in which the viewer works, newest first."""
    seen = LookBack.objects.select_related("use__agency").order_by("-opened_at", "-pk")
    if is_operator(viewer):
        return seen
    agencies = [agency for agency in viewer.agencies if viewer.may(*STAFF, agency=agency)]
    return seen.filter(use__agency__ref__in=agencies)


def look_back_for(actor: Actor, reference: str, *roles: Role) -> LookBack:
    """Give a look-back to somebody with one of these roles, or to a part of Answerable."""
    found = look_backs_visible_to(actor).filter(reference=reference).first()
    if found is None:
        raise UnknownLookBack(look_back=reference[:20])
    if not is_operator(actor):
        actor.need(*roles, agency=found.use.agency_id)
    return found


def overdue_look_backs(viewer: Actor, *, at: datetime) -> QuerySet[LookBack]:
    """List look-backs that should be done by now."""
    seen = look_backs_visible_to(viewer).exclude(state=LookBackState.CLOSED.value)
    return seen.filter(due_at__lte=at)


def told_of(look_back: LookBack) -> Told:
    """Count what became of the letters to those found."""
    rows = look_back.notices.values_list("state").annotate(count=Count("pk")).order_by()
    by_state = {NoticeState(state): int(count) for state, count in rows}
    return Told(
        found=sum(by_state.values()),
        delivered=by_state.get(NoticeState.DELIVERED, 0),
        sent=by_state.get(NoticeState.SENT, 0),
        unreached=by_state.get(NoticeState.RETURNED, 0),
        held=look_back.notices.filter(hold__isnull=False, hold__lift=None).count(),
    )
