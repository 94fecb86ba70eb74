"""Notices of a use, for a viewer, and what about them is overdue."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from answerable.errors import AnswerableError
from answerable.law.notices import notice_elements
from answerable.law.profiles import profile
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.practices.remedy.models import Mailing, Notice, Position
from answerable.practices.remedy.rules.references import tidy
from answerable.practices.remedy.rules.roles import STAFF
from answerable.practices.remedy.rules.states import LOST, MailingState, NoticeState

WRITTEN_WITHIN = timedelta(days=1)
"""A letter that is not on its way by then is overdue."""

_THE_ONE = 1


class UnknownNotice(AnswerableError):
    """No notice that the actor may know of has this reference."""

    code = "remedy.unknown_notice"
    message = "There is no notice {notice} in an agency you belong to."
    hint = "Check the reference; it stands at the top of the letter."


def position() -> int:
    """Give the number of the last record looked at; nothing later may be sealed."""
    found = Position.objects.filter(pk=_THE_ONE).values_list("seq", flat=True).first()
    return found or 0


def unsent_letters(*, at: datetime) -> int:
    """Count the letters that are laid out and due to be sent."""
    return Mailing.objects.filter(state=MailingState.WAITING.value, next_at__lte=at).count()


def refused_letters() -> QuerySet[Mailing]:
    """List the sendings that were tried, failed, and wait to be tried again."""
    waiting = Mailing.objects.filter(state=MailingState.WAITING.value)
    return waiting.exclude(failure="").order_by("pk")


def notices_visible_to(viewer: Actor) -> QuerySet[Notice]:
    """List the notices of the agencies in which the viewer works, newest first."""
    seen = Notice.objects.select_related("use__agency", "use__system").order_by("-opened_at", "-pk")
    if is_operator(viewer):
        return seen
    agencies = [agency for agency in viewer.agencies if viewer.may(*STAFF, agency=agency)]
    return seen.filter(use__agency__ref__in=agencies)


def notice_for(actor: Actor, reference: str, *roles: Role) -> Notice:
    """Give a notice to somebody with one of these roles, or to a part of Answerable."""
    seen = Notice.objects.select_related("use__agency", "use__system", "hold", "look_back")
    if not is_operator(actor):
        seen = seen.filter(use__agency__ref__in=actor.agencies)
    found = seen.filter(reference=tidy(reference)).first()
    if found is None:
        raise UnknownNotice(notice=reference[:20])
    if not is_operator(actor):
        actor.need(*roles, agency=found.use.agency_id)
    return found


def may_be_sent_again(notice: Notice) -> bool:
    """Say whether a letter may go out once more: it is lost, and what it says was not erased."""
    return notice.state in LOST and bool(notice.letter or not notice.letter_digest)


def overdue_notices(viewer: Actor, *, at: datetime) -> QuerySet[Notice]:
    """List notices that people should have been sent by now, or of which nobody knows."""
    latest = at - WRITTEN_WITHIN
    waiting = Q(state=NoticeState.OPENED.value) | Q(state=NoticeState.PREPARED.value)
    unknown = Q(state__in=[state.value for state in LOST])
    # One that was tried in vain is shown at once, and not only when its day is over.
    failed = Q(pk__in=refused_letters().order_by().values("notice"))
    seen = notices_visible_to(viewer)
    return seen.filter(waiting & Q(opened_at__lt=latest) | unknown | failed)


def failed_mailings(viewer: Actor) -> QuerySet[Mailing]:
    """List sendings that failed and wait to be tried again, or are not to be."""
    failed = Mailing.objects.exclude(failure="").exclude(state=MailingState.SENT.value)
    return failed.filter(notice__in=notices_visible_to(viewer)).order_by("made_at")


def counts_of(viewer: Actor, ref: str) -> list[tuple[NoticeState, int]]:
    """Count the notices of a use by state, every state named."""
    seen = notices_visible_to(viewer).filter(use__ref=ref, look_back=None).order_by()
    counted = dict(seen.values_list("state").annotate(count=Count("pk")))
    return [(state, int(counted.get(state.value, 0))) for state in NoticeState]


def lacking(notice: Notice) -> tuple[str, ...]:
    """Say what a letter does not say yet, as a clause each: "what part AI played in it"."""
    held = profile(notice.use.agency.profile)
    says = {element.name: element.says for element in notice_elements(held)}
    return tuple(
        f"{clause[0].lower()}{clause[1:].rstrip('.')}"
        for clause in (says[name] for name in notice.missing)
    )
