"""A person challenges a decision: the clocks start, and nothing happens to them meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.holds import CHALLENGE, place_hold
from answerable.intake.subjects import Pseudonyms
from answerable.law import clocks
from answerable.law.profiles import Profile, profile
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.practices.remedy.actions.parts import move
from answerable.practices.remedy.entries import ChallengeAcknowledged, ChallengeReceived
from answerable.practices.remedy.models import Challenge, Notice, Point
from answerable.practices.remedy.queries.challenges import challenge_for
from answerable.practices.remedy.queries.notices import notice_for
from answerable.practices.remedy.queries.people import close
from answerable.practices.remedy.queries.standing import bar_to_challenge
from answerable.practices.remedy.rules.roles import HEARERS
from answerable.practices.remedy.rules.states import WRITTEN, ChallengeState, NoticeState

PAGE = "page"
"""The channel on which the person sees at once that it is here, and by when they hear."""

MOST_POINTS, LONGEST_POINT = 20, 4_000
_OPEN = tuple(state.value for state in ChallengeState if state is not ChallengeState.CLOSED)


class ChallengeRefused(AnswerableError):
    """A challenge cannot be taken in like this."""

    code = "remedy.challenge_refused"
    message = "The challenge was not taken in: {reason}."
    hint = "To challenge a decision, say in your own words what is wrong; nothing more is needed."


def file_challenge(
    *,
    notice: str,
    points: Sequence[str],
    urgent: Sequence[str] = (),
    channel: str,
    pseudonyms: Pseudonyms,
    by: Actor,
    at: datetime,
) -> Challenge:
    """Take in what a person says is wrong with a decision, and hold its effect.

    Filed by the person behind the secret (`parts.PERSON`), or by a caseworker for somebody
    who called or wrote. One that comes late is taken in all the same, and marked. The
    times by which the person hears are computed once and kept.
    """
    found = notice_for(by, notice, Role.CASEWORKER)
    said = [point.strip() for point in points if point.strip()]
    held = profile(found.use.agency.profile)
    reason = _bar(found, said, urgent=urgent, held=held)
    if reason:
        raise ChallengeRefused(reason=reason)
    dues = _dues(held, urgent=bool(urgent), at=at)
    with transaction.atomic():
        locked(found.use)
        reason = bar_to_challenge(found)
        if reason:
            raise ChallengeRefused(reason=reason)
        number = Challenge.objects.filter(notice=found).count() + 1
        reference = f"{found.reference}-C{number}"
        hold = place_hold(
            use=found.use.ref,
            ground=CHALLENGE,
            source=found.source,
            record=found.record,
            by=by,
            at=at,
        )
        told = ChallengeReceived(
            use=found.use.ref,
            challenge=reference,
            notice=found.reference,
            channel=channel,
            urgent=tuple(sorted(urgent)),
            points=len(said),
            acknowledge_by=text_of_time(dues["acknowledge_by"].at),
            consider_by=text_of_time(dues["consider_by"].at),
            redress_by=text_of_time(dues["redress_by"].at),
            calendar=dues["consider_by"].calendar,
            hold=hold.entry,
        )
        challenge = Challenge.objects.create(
            use=found.use,
            notice=found,
            reference=reference,
            channel=channel,
            urgent=sorted(urgent),
            state=ChallengeState.RECEIVED.value,
            received_at=at,
            late=_is_late(found, held, at=at),
            calendar=dues["consider_by"].calendar,
            hold=hold,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
            **{name: due.at for name, due in dues.items()},
        )
        Point.objects.bulk_create(
            Point(
                challenge=challenge,
                number=place,
                words=close(words, pseudonyms, what="point", of=f"{reference}/{place}"),
            )
            for place, words in enumerate(said, start=1)
        )
        if channel == PAGE and is_operator(by):
            _acknowledge(challenge, how=PAGE, by=by, at=at)
    return challenge


def acknowledge(*, challenge: str, how: str, by: Actor, at: datetime) -> Challenge:
    """Note that the person was told that their challenge is here, and by when they hear."""
    found = challenge_for(by, challenge, *HEARERS)
    if found.acknowledged_at is not None:
        return found
    with transaction.atomic():
        _acknowledge(found, how=how[:40], by=by, at=at)
    return found


def _acknowledge(challenge: Challenge, *, how: str, by: Actor, at: datetime) -> None:
    told = ChallengeAcknowledged(use=challenge.use.ref, challenge=challenge.reference, how=how)
    append(told, by=by, at=at, agency=challenge.use.agency_id)
    move(challenge, what="The challenge", of=_OPEN, acknowledged_at=at)


def _bar(notice: Notice, said: Sequence[str], *, urgent: Sequence[str], held: Profile) -> str:
    if notice.state not in WRITTEN:
        return "no letter about this decision was written yet"
    if not said:
        return "it does not say what is wrong"
    if len(said) > MOST_POINTS or max(map(len, said)) > LONGEST_POINT:
        return f"it has more than {MOST_POINTS} points, or one of over {LONGEST_POINT} characters"
    if not set(urgent) <= set(held.urgent):
        return f"what makes it urgent is one of {', '.join(held.urgent)}"
    return ""


def _is_late(notice: Notice, held: Profile, *, at: datetime) -> bool:
    """Say whether the last day has passed; until the person has the letter, it has not begun."""
    if notice.state != NoticeState.DELIVERED or notice.challenge_by is None:
        return False
    return clocks.day_of(at, calendar=clocks.calendar_for(held.name)) > notice.challenge_by


def _dues(held: Profile, *, urgent: bool, at: datetime) -> dict[str, clocks.Due]:
    calendar = clocks.calendar_for(held.name)
    consider = "urgent_human_consideration" if urgent else "human_consideration"
    rules = {
        "acknowledge_by": "challenge_acknowledgement",
        "consider_by": consider,
        "redress_by": "full_redress",
    }
    return {
        name: clocks.due(held.value(rule, on=at.date()), start=at, calendar=calendar)
        for name, rule in rules.items()
    }
