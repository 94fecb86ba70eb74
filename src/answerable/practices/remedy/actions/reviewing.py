"""A person considers a challenge: afresh first, then with what was decided, then point by point."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.holds import lift_hold
from answerable.intake.subjects import Pseudonyms
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of, owners_ever
from answerable.ledger.append import append
from answerable.ledger.entries import Entry, Person
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.remedy import entries
from answerable.practices.remedy.actions.challenges import LONGEST_POINT
from answerable.practices.remedy.actions.parts import REMEDY, move
from answerable.practices.remedy.models import Challenge, Notice, Shown
from answerable.practices.remedy.queries.challenges import challenge_for
from answerable.practices.remedy.queries.notices import notice_for
from answerable.practices.remedy.queries.people import close, tokens_of_staff
from answerable.practices.remedy.rules.reviewing import bar_to_review
from answerable.practices.remedy.rules.states import ChallengeState

REVIEWERS = (Role.CASEWORKER, Role.REVIEWER)
_RECEIVED, _ASSIGNED = ChallengeState.RECEIVED.value, ChallengeState.ASSIGNED.value
_FOUND = ChallengeState.FOUND.value


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
    """Give a challenge to somebody who can consider it afresh."""
    found = challenge_for(by, challenge, *REVIEWERS, Role.APPROVER)
    reviewer.need(*REVIEWERS, agency=found.use.agency_id)
    _need_independent(found, reviewer, shown=_shown(found.notice), pseudonyms=pseudonyms)
    with transaction.atomic():
        told = entries.ReviewerAssigned(
            use=found.use.ref, challenge=found.reference, reviewer=Person(reviewer.ref)
        )
        entry = append(told, by=by, at=at, agency=found.use.agency_id).index
        move(
            found,
            what="The challenge",
            of=(_RECEIVED, _ASSIGNED),
            state=_ASSIGNED,
            reviewer=reviewer.ref,
            assigned_at=at,
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
    found = _own(challenge, by=by)
    _need_outcome(found.use, finding)
    if not words.strip() or len(words) > LONGEST_POINT or minutes < 1:
        reason = "a finding has a reason, and took at least a minute"
        raise PointUnanswered(challenge=found.reference, points=found.points.count(), reason=reason)
    if by.ref in _shown(found.notice):
        raise ReviewerTookTheDecision(
            challenge=found.reference, reason="they have been shown what was decided by now"
        )
    _need_independent(found, by, shown=(), pseudonyms=pseudonyms)
    with transaction.atomic():
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
    found = notice_for(by, notice, *REVIEWERS, Role.OWNER, Role.APPROVER, Role.AUDITOR)
    blind = Challenge.objects.filter(
        notice__use=found.use,
        notice__source=found.source,
        notice__record=found.record,
        reviewer=by.ref,
        state=_ASSIGNED,
    ).first()
    if blind is not None:
        raise LookedTooSoon(challenge=blind.reference)
    place = {"use": found.use, "source": found.source, "record": found.record, "viewer": by.ref}
    with transaction.atomic():
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
    found = _own(challenge, by=by)
    # Once more: since they took it on, they may have come to own the use.
    _need_independent(found, by, shown=(), pseudonyms=pseudonyms)
    _need_outcome(found.use, outcome)
    points = list(found.points.order_by("number"))
    reason = _bar_to_answer(points=len(points), answers=answers)
    if reason:
        raise PointUnanswered(challenge=found.reference, points=len(points), reason=reason)
    overturned = outcome != found.notice.outcome
    state = ChallengeState.OVERTURNED if overturned else ChallengeState.UPHELD
    spent = found.minutes + max(minutes, 0)
    with transaction.atomic():
        told = _told(found, outcome, answers, overturned=overturned, minutes=spent, at=at)
        entry = append(told, by=by, at=at, agency=found.use.agency_id).index
        move(
            found,
            what="The challenge",
            of=(_FOUND,),
            state=state.value,
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
        if not overturned and not hasattr(found.hold, "lift"):
            lift_hold(hold=found.hold.pk, rests_on=(f"entry {entry}",), by=REMEDY, at=at)
    return found


def _own(challenge: str, *, by: Actor) -> Challenge:
    found = challenge_for(by, challenge, *REVIEWERS)
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


class OutcomeUnknown(AnswerableError):
    """The use has no such outcome."""

    code = "remedy.outcome_unknown"
    message = "{use} has no such outcome."
    hint = "Its outcomes are {known}."


def _bar_to_answer(*, points: int, answers: Sequence[Answer]) -> str:
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
