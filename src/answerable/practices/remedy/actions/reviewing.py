"""A person considers a challenge: afresh first, then with what was decided, then point by point."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.intake.subjects import Pseudonyms
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of, owners_ever
from answerable.ledger.append import append
from answerable.ledger.entries import Entry, Person
from answerable.people.actors import Actor
from answerable.practices.remedy import entries
from answerable.practices.remedy.actions.challenges import LONGEST_POINT
from answerable.practices.remedy.actions.holds import release, release_found
from answerable.practices.remedy.actions.parts import REMEDY, move
from answerable.practices.remedy.models import Challenge, Notice, Point, Shown
from answerable.practices.remedy.queries.challenges import challenge_for
from answerable.practices.remedy.queries.notices import notice_for
from answerable.practices.remedy.queries.people import close, tokens_of_staff
from answerable.practices.remedy.queries.standing import challenges_to
from answerable.practices.remedy.queries.told import is_told_finding
from answerable.practices.remedy.rules.reviewing import bar_to_review
from answerable.practices.remedy.rules.roles import ASSIGNERS, HEARERS, STAFF
from answerable.practices.remedy.rules.states import UNDECIDED, ChallengeState

_ASSIGNED, _FOUND = ChallengeState.ASSIGNED.value, ChallengeState.FOUND.value
_UNDECIDED = tuple(sorted(state.value for state in UNDECIDED))


class ReviewerTookTheDecision(AnswerableError):
    """Somebody who is not independent of the decision would consider the challenge to it."""

    code = "remedy.reviewer_took_the_decision"
    message = "This person cannot consider the challenge {challenge}: {reason}."
    hint = "Choose a caseworker or reviewer who had no part in it and has not seen it."
    citation = "REQUIREMENTS P6a"


class LookedTooSoon(AnswerableError):
    """What was decided would be shown before the reviewer has a finding of their own."""

    code = "remedy.looked_too_soon"
    message = "What was decided is shown after your own finding on {challenge} is recorded."
    hint = "Look at the person's points and the file, record what you find, then compare."
    citation = "REQUIREMENTS P6a"


class NotTheReviewer(AnswerableError):
    """A challenge is decided by whom it was given to."""

    code = "remedy.not_the_reviewer"
    message = "The challenge {challenge} was not given to you."
    hint = "Whoever it was given to decides it; it can be given to somebody else before that."


class FindingUntold(AnswerableError):
    """A challenge would be decided on a finding that its reviewer did not record."""

    code = "remedy.finding_untold"
    message = "The ledger tells of no finding of yours on {challenge}, so you cannot decide it."
    hint = "Have it given to somebody else, who looks afresh, records a finding and decides."
    citation = "REQUIREMENTS P6a"


class OutcomeUnknown(AnswerableError):
    """The use has no such outcome."""

    code = "remedy.outcome_unknown"
    message = "{use} has no such outcome."
    hint = "Its outcomes are {known}."


class FindingRefused(AnswerableError):
    """A finding would be kept without what makes it one."""

    code = "remedy.finding_refused"
    message = "The finding on {challenge} cannot be kept: {reason}."
    hint = "Say in your own words why you find so, and how many minutes it took."
    citation = "REQUIREMENTS P6a"


class PointUnanswered(AnswerableError):
    """A point that the person made would go without an answer."""

    code = "remedy.point_unanswered"
    message = "The challenge {challenge} has {points} points, and each needs an answer: {reason}."
    hint = "Accept or reject each point, with a reason the person can understand."


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is said to one point."""

    accepted: bool
    words: str = field(repr=False)


def assign_reviewer(
    *, challenge: str, reviewer: Actor, pseudonyms: Pseudonyms, by: Actor, at: datetime
) -> Challenge:
    """Give a challenge to somebody who can consider it afresh, also in place of another.

    What another reviewer has found stays in the ledger, and nothing rests on it any more.
    """
    found = challenge_for(by, challenge, *ASSIGNERS)
    reviewer.need(*HEARERS, agency=found.use.agency_id)
    with transaction.atomic():
        locked(found.use)
        _need_independent(found, reviewer, shown=_shown(found.notice), pseudonyms=pseudonyms)
        told = entries.ReviewerAssigned(
            use=found.use.ref, challenge=found.reference, reviewer=Person(reviewer.ref)
        )
        entry = append(told, by=by, at=at, agency=found.use.agency_id).index
        move(
            found,
            what="The challenge",
            of=_UNDECIDED,
            state=_ASSIGNED,
            reviewer=reviewer.ref,
            assigned_at=at,
            finding="",
            finding_words=b"",
            found_at=None,
            minutes=0,
            entry=entry,
        )
    return found


def record_blind_finding(
    *,
    challenge: str,
    finding: str,
    words: str,
    minutes: int,
    pseudonyms: Pseudonyms,
    by: Actor,
    at: datetime,
) -> Challenge:
    """Record what the reviewer finds, before what was decided and why is shown to them."""
    with transaction.atomic():
        found = _own(challenge, by=by)
        _need_independent(found, by, shown=_shown(found.notice), pseudonyms=pseudonyms)
        _need_outcome(found.use, finding)
        reason = _bar_to_find(words, minutes=minutes)
        if reason:
            raise FindingRefused(challenge=found.reference, reason=reason)
        told = entries.BlindFindingRecorded(
            use=found.use.ref, challenge=found.reference, finding=finding, minutes=minutes
        )
        move(
            found,
            what="The challenge",
            of=(_ASSIGNED,),
            state=_FOUND,
            finding=finding,
            finding_words=close(words, pseudonyms, what="finding", of=found.reference),
            found_at=at,
            minutes=minutes,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
        )
    return found


def show_decision(*, notice: str, by: Actor, at: datetime) -> Notice:
    """Let somebody of the agency see what was decided, and remember that they did.

    Whoever considers a challenge to it sees it after their own finding; whoever saw it
    before considers none.
    """
    found = notice_for(by, notice, *STAFF)
    place = {"use": found.use, "source": found.source, "record": found.record, "viewer": by.ref}
    with transaction.atomic():
        locked(found.use)
        blind = challenges_to(found).filter(reviewer=by.ref, state=_ASSIGNED).first()
        if blind is not None:
            raise LookedTooSoon(challenge=blind.reference)
        if not Shown.objects.filter(**place).exists():
            told = entries.DecisionShown(
                use=found.use.ref, notice=found.reference, viewer=Person(by.ref)
            )
            entry = append(told, by=by, at=at, agency=found.use.agency_id).index
            Shown.objects.create(**place, at=at, entry=entry)
    return found


def decide_challenge(
    *,
    challenge: str,
    outcome: str,
    answers: Sequence[Answer],
    minutes: int,
    pseudonyms: Pseudonyms,
    by: Actor,
    at: datetime,
) -> Challenge:
    """Answer every point, and let the decision stand or put another outcome in its place.

    One that stands is no longer held by the challenge. One that falls stays held for good,
    and others hit by the same fault are looked for.
    """
    with transaction.atomic():
        found = _own(challenge, by=by)
        points = _points_to_answer(
            found, outcome, answers, minutes=minutes, pseudonyms=pseudonyms, by=by
        )
        overturned = outcome != found.notice.outcome
        spent = found.minutes + minutes
        told = _told(found, outcome, answers, overturned=overturned, minutes=spent, at=at)
        entry = append(told, by=by, at=at, agency=found.use.agency_id).index
        move(
            found,
            what="The challenge",
            of=(_FOUND,),
            state=(ChallengeState.OVERTURNED if overturned else ChallengeState.UPHELD).value,
            outcome=outcome,
            overturned=overturned,
            decided_at=at,
            decided_entry=entry,
            minutes=spent,
            entry=entry,
        )
        for point, answer in zip(points, answers, strict=True):
            place = f"{found.reference}/{point.number}"
            point.accepted = answer.accepted
            point.answer = close(answer.words, pseudonyms, what="answer", of=place)
            point.save(update_fields=["accepted", "answer"])
        if not overturned:
            # A person has looked at it: what look-backs hold of it ends as well.
            release(found.hold, rests_on=(f"entry {entry}",), by=REMEDY, at=at)
            release_found(found.notice, rests_on=(f"entry {entry}",), by=REMEDY, at=at)
    return found


def _points_to_answer(
    found: Challenge,
    outcome: str,
    answers: Sequence[Answer],
    *,
    minutes: int,
    pseudonyms: Pseudonyms,
    by: Actor,
) -> list[Point]:
    """Give the points in their order, or refuse a decision that may not be taken like this."""
    # Once more: since they took it on, they may have come to own the use.
    _need_independent(found, by, shown=(), pseudonyms=pseudonyms)
    if found.state == _FOUND and not is_told_finding(found):
        raise FindingUntold(challenge=found.reference)
    _need_outcome(found.use, outcome)
    points = list(found.points.order_by("number"))
    reason = _bar_to_answer(points=len(points), answers=answers, minutes=minutes)
    if reason:
        raise PointUnanswered(challenge=found.reference, points=len(points), reason=reason)
    return points


def _own(challenge: str, *, by: Actor) -> Challenge:
    # Read under the lock, so that nobody takes it over in the meantime.
    locked(challenge_for(by, challenge, *HEARERS).use)
    found = challenge_for(by, challenge, *HEARERS)
    if found.reviewer != by.ref:
        raise NotTheReviewer(challenge=found.reference)
    return found


def _need_independent(
    challenge: Challenge, reviewer: Actor, *, shown: Collection[str], pseudonyms: Pseudonyms
) -> None:
    decider = challenge.notice.decider
    bar = bar_to_review(
        reviewer.ref,
        owners=owners_ever(challenge.use),
        deciders=[decider] if decider else [],
        tokens=tokens_of_staff(challenge.use.agency_id, reviewer.ref, pseudonyms),
        shown=shown,
    )
    if bar:
        raise ReviewerTookTheDecision(challenge=challenge.reference, reason=bar)


def _shown(notice: Notice) -> set[str]:
    seen = Shown.objects.filter(use=notice.use, source=notice.source, record=notice.record)
    return set(seen.values_list("viewer", flat=True))


def _need_outcome(use: Use, outcome: str) -> None:
    known = context_from(context_of(use)).outcomes
    if not outcome or (known and outcome not in known):
        raise OutcomeUnknown(use=use.ref, known=", ".join(known) or "codes")


def _bar_to_find(words: str, *, minutes: int) -> str:
    if not words.strip():
        return "it has no reason"
    if len(words) > LONGEST_POINT:
        return f"its reason is longer than {LONGEST_POINT} characters"
    if minutes < 1:
        return "it took less than a minute"
    return ""


def _bar_to_answer(*, points: int, answers: Sequence[Answer], minutes: int) -> str:
    if minutes < 0:
        return "the time taken is below nothing"
    if len(answers) != points:
        return f"{len(answers)} were given"
    if not all(answer.words.strip() for answer in answers):
        return "one has no reason"
    if any(len(answer.words) > LONGEST_POINT for answer in answers):
        return f"one is longer than {LONGEST_POINT} characters"
    return ""


def _told(
    challenge: Challenge,
    outcome: str,
    answers: Sequence[Answer],
    *,
    overturned: bool,
    minutes: int,
    at: datetime,
) -> Entry:
    accepted = sum(answer.accepted for answer in answers)
    on_time = at < challenge.consider_by
    if overturned:
        return entries.ChallengeOverturned(
            use=challenge.use.ref,
            challenge=challenge.reference,
            version=challenge.notice.version,
            outcome=outcome,
            points=len(answers),
            accepted=accepted,
            minutes=minutes,
            on_time=on_time,
        )
    return entries.ChallengeUpheld(
        use=challenge.use.ref,
        challenge=challenge.reference,
        version=challenge.notice.version,
        points=len(answers),
        accepted=accepted,
        minutes=minutes,
        on_time=on_time,
    )
