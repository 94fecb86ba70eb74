"""Challenges of a use, for a viewer, and what about them is overdue."""

from datetime import datetime

from django.db.models import Q, QuerySet

from answerable.errors import AnswerableError
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.practices.remedy.models import Challenge, Element, Notice, Shown
from answerable.practices.remedy.rules.roles import STAFF
from answerable.practices.remedy.rules.states import TO_DO, ChallengeState


class UnknownChallenge(AnswerableError):
    """No challenge that the actor may know of has this reference."""

    code = "remedy.unknown_challenge"
    message = "There is no challenge {challenge} in an agency you belong to."
    hint = "Look at the challenges of the use."


def challenges_visible_to(viewer: Actor) -> QuerySet[Challenge]:
    """List the challenges of the agencies in which the viewer works, the most urgent first."""
    seen = Challenge.objects.select_related("use__agency", "notice").order_by("consider_by", "pk")
    if is_operator(viewer):
        return seen
    agencies = [agency for agency in viewer.agencies if viewer.may(*STAFF, agency=agency)]
    return seen.filter(use__agency__ref__in=agencies)


def challenge_for(actor: Actor, reference: str, *roles: Role) -> Challenge:
    """Give a challenge to somebody with one of these roles, or to a part of Answerable."""
    seen = Challenge.objects.select_related("use__agency", "use__system", "notice", "hold")
    if not is_operator(actor):
        seen = seen.filter(use__agency__ref__in=actor.agencies)
    found = seen.filter(reference=reference).first()
    if found is None:
        raise UnknownChallenge(challenge=reference[:24])
    if not is_operator(actor):
        actor.need(*roles, agency=found.use.agency_id)
    return found


def overdue_challenges(viewer: Actor, *, at: datetime) -> QuerySet[Challenge]:
    """List challenges past one of their times."""
    seen = challenges_visible_to(viewer).exclude(state=ChallengeState.CLOSED.value)
    return seen.filter(
        Q(acknowledged_at=None, acknowledge_by__lte=at)
        | Q(decided_at=None, consider_by__lte=at)
        | Q(redress_by__lte=at)
    )


def was_shown(notice: Notice, viewer: Actor) -> bool:
    """Say whether somebody was shown what was decided in the decision of a notice."""
    seen = Shown.objects.filter(use=notice.use, source=notice.source, record=notice.record)
    return seen.filter(viewer=viewer.ref).exists()


def elements_of(challenge: Challenge) -> QuerySet[Element]:
    """List what has to be undone."""
    return challenge.elements.order_by("promised_at", "pk")


def overdue_elements(viewer: Actor, *, at: datetime) -> QuerySet[Element]:
    """List remedies that were promised by now and are not complete."""
    late = Element.objects.filter(state__in=[state.value for state in TO_DO], due_at__lte=at)
    return late.filter(challenge__in=challenges_visible_to(viewer)).order_by("due_at")
