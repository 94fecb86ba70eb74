"""What waits for somebody in this room."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from answerable.inventory.models import Use
from answerable.inventory.queries import owner_of, uses_visible_to
from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.obligations.models import Dossier, RightsCheck
from answerable.practices.obligations.queries.records import (
    authors_of,
    blind_answers,
    content_of,
    fits,
    is_signed,
    latest_dossier,
    must_be_blind,
    rebuttal_of,
    waiting_rebuttal,
)
from answerable.practices.obligations.rules.duties import may_review
from answerable.practices.obligations.rules.screening import missing_to_screen


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List what the viewer can do about the uses of their agencies now."""
    lines: list[Waiting] = []
    for use in uses_visible_to(viewer):
        lines += _waiting_of(use, viewer, at=at)
    return lines


def _waiting_of(use: Use, viewer: Actor, *, at: datetime) -> list[Waiting]:
    latest = latest_dossier(use)
    lines = _of_reviewer(use, latest, viewer) if latest is not None else []
    if owner_of(use) == viewer.ref:
        lines += _of_owner(use, latest, at=at)
    return lines


def _of_owner(use: Use, latest: Dossier | None, *, at: datetime) -> list[Waiting]:
    content = content_of(latest)
    last = None if latest is None else rebuttal_of(use, case=latest.case)
    if latest is None or not fits(latest, use):
        what = f"Say what {use.name} rests on in its present context"
        return [_line(use, what, "use", since=use.enrolled_at, urgency=Urgency.BLOCKED)]
    if not (content.purpose and content.basis and content.screening and content.red_lines):
        what = f"Say all that {use.name} rests on: parts of its dossier are missing"
        return [_line(use, what, "use", since=latest.at, urgency=Urgency.BLOCKED)]
    if last is not None and last.until is not None and last.until <= at:
        what = f"The rebuttal of {use.name} is over: it is high-risk again"
        return [_line(use, what, "use", since=last.until, urgency=Urgency.OVERDUE, due=last.until)]
    return []


def _of_reviewer(use: Use, latest: Dossier, viewer: Actor) -> list[Waiting]:
    independent = may_review(viewer.ref, authors=authors_of(use))
    reviews = independent and viewer.may(Role.REVIEWER, agency=use.agency_id)
    lines: list[Waiting] = []
    if reviews and not missing_to_screen(content_of(latest)) and fits(latest, use):
        lines += _to_review(use, latest, viewer)
    if independent and viewer.may(Role.REVIEWER, Role.APPROVER, agency=use.agency_id):
        checks = RightsCheck.objects.filter(use=use, entry=None).exclude(author=viewer.ref)
        lines += [
            _line(
                use,
                f"Confirm the rights check of {use.name} for the stage {check.stage}",
                "confirm",
                check.pk,
                since=check.at,
            )
            for check in checks.order_by("at")
        ]
    return lines


def _to_review(use: Use, latest: Dossier, viewer: Actor) -> Iterator[Waiting]:
    if must_be_blind(use, viewer):
        if not blind_answers(use, case=latest.case):
            what = f"Screen {use.name} before you see its owner's answers"
            yield _line(use, what, "blind", since=latest.at)
        return
    if not is_signed(latest):
        what = f"Go through dossier {latest.number} of {use.name}"
        yield _line(use, what, "sign_off", since=latest.at)
    argued = waiting_rebuttal(use, case=latest.case)
    if argued is not None:
        what = f"Decide on the rebuttal of {use.name}"
        yield _line(use, what, "decide", since=argued.proposed_at)


def _line(
    use: Use,
    what: str,
    page: str,
    *rest: int,
    since: datetime,
    urgency: Urgency = Urgency.WAITING,
    due: datetime | None = None,
) -> Waiting:
    return Waiting(
        what=what,
        url=reverse(f"obligations:{page}", args=(use.ref, *rest)),
        agency=use.agency_id,
        since=since,
        urgency=urgency,
        due=due,
    )
