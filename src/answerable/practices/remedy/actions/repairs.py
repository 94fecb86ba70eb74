"""Undoing harm: promised, completed, and confirmed or disputed by the person; then closed."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.people.actors import Actor
from answerable.people.queries import is_operator
from answerable.people.roles import Role
from answerable.practices.remedy import entries
from answerable.practices.remedy.actions.holds import release_found
from answerable.practices.remedy.actions.parts import REMEDY, move
from answerable.practices.remedy.models import Challenge, Element, LookBack
from answerable.practices.remedy.queries.challenges import challenge_for, elements_of
from answerable.practices.remedy.queries.told import told_ends
from answerable.practices.remedy.rules.reviewing import bar_to_close
from answerable.practices.remedy.rules.roles import ASSIGNERS, HEARERS, REPAIRERS
from answerable.practices.remedy.rules.states import (
    TO_DO,
    ChallengeState,
    ElementState,
    Harm,
    LookBackState,
)

_LONGEST_PROOF = 200
_OVERTURNED, _UPHELD = ChallengeState.OVERTURNED.value, ChallengeState.UPHELD.value
_UNDONE = tuple(sorted(state.value for state in TO_DO))


class RemedyRefused(AnswerableError):
    """A remedy cannot be promised, completed or answered like this."""

    code = "remedy.remedy_refused"
    message = "In {challenge}, this cannot be noted of “{harm}”: {reason}."
    hint = "Name each harm once, and complete it on something that shows it was undone."
    citation = "REQUIREMENTS P6b"


class ChallengeNotClosed(AnswerableError):
    """A challenge would be closed while something is left to be done."""

    code = "remedy.challenge_not_closed"
    message = "The challenge {challenge} cannot be closed: {reason}."
    hint = "Only what is complete stops the clock; a promise does not."
    citation = "REQUIREMENTS P6b, P6j"


def promise_remedy(*, challenge: str, harm: Harm, by: Actor, at: datetime) -> Element:
    """Name a harm of a decision that fell, to be undone by the time the law gives."""
    found = challenge_for(by, challenge, *ASSIGNERS)
    if found.state != _OVERTURNED:
        raise _refused(found, harm, "the decision was not overturned, or the case is closed")
    if found.elements.filter(harm=harm.value).exists():
        raise _refused(found, harm, "it was promised already")
    with transaction.atomic():
        told = entries.RemedyPromised(
            use=found.use.ref,
            challenge=found.reference,
            element=harm.value,
            due_by=text_of_time(found.redress_by),
        )
        return Element.objects.create(
            challenge=found,
            harm=harm.value,
            state=ElementState.PROMISED.value,
            due_at=found.redress_by,
            promised_at=at,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
        )


def complete_remedy(*, challenge: str, harm: Harm, proof: str, by: Actor, at: datetime) -> Element:
    """Note that a harm was undone, on what shows it: a payment, a corrected record."""
    found = challenge_for(by, challenge, *REPAIRERS)
    element = _element(found, harm)
    if not proof.strip() or len(proof) > _LONGEST_PROOF:
        raise _refused(found, harm, "nothing was named that shows it")
    with transaction.atomic():
        told = entries.RemedyCompleted(
            use=found.use.ref, challenge=found.reference, element=harm.value, proof=proof
        )
        move(
            element,
            what="The remedy",
            of=_UNDONE,
            state=ElementState.COMPLETED.value,
            proof=proof,
            completed_at=at,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
        )
    return element


def answer_remedy(
    *, challenge: str, harm: Harm, confirmed: bool, by: Actor, at: datetime
) -> Element:
    """Note what the person says of a completed remedy; a disputed one is open again.

    Only whoever showed the secret of the letter confirms. A caseworker notes a dispute for
    somebody who called, and never that all is well.
    """
    found = challenge_for(by, challenge, Role.CASEWORKER)
    element = _element(found, harm)
    if confirmed and not is_operator(by):
        raise _refused(found, harm, "only the person confirms that it was undone")
    state = ElementState.CONFIRMED if confirmed else ElementState.DISPUTED
    with transaction.atomic():
        told = entries.RemedyAnswered(
            use=found.use.ref,
            challenge=found.reference,
            element=harm.value,
            answer=state.value,
        )
        move(
            element,
            what="The remedy",
            of=(ElementState.COMPLETED.value,),
            state=state.value,
            answered_at=at,
            entry=append(told, by=by, at=at, agency=found.use.agency_id).index,
        )
    return element


def close_challenge(*, challenge: str, by: Actor, at: datetime) -> Challenge:
    """Close a challenge of which nothing is left to be done. No machine closes one.

    What look-backs hold of its decision ends with it; where the decision fell, the
    challenge's own hold stays for good.
    """
    found = challenge_for(by, challenge, *HEARERS)
    if is_operator(by):
        raise ChallengeNotClosed(challenge=found.reference, reason="only a person closes one")
    if found.state not in {_OVERTURNED, _UPHELD}:
        reason = f"its state is “{found.words}”"
        raise ChallengeNotClosed(challenge=found.reference, reason=reason)
    done = LookBack.objects.filter(
        use=found.use, cause=found.decided_entry or -1, state=LookBackState.CLOSED.value
    )
    reason = bar_to_close(
        overturned=bool(found.overturned),
        elements=[ElementState(one.state) for one in elements_of(found)],
        looked_back=bool(told_ends(done.select_related("use"))),
    )
    if reason:
        raise ChallengeNotClosed(challenge=found.reference, reason=reason)
    with transaction.atomic():
        told = entries.ChallengeClosed(
            use=found.use.ref, challenge=found.reference, on_time=at < found.redress_by
        )
        entry = append(told, by=by, at=at, agency=found.use.agency_id).index
        move(
            found,
            what="The challenge",
            of=(_OVERTURNED, _UPHELD),
            state=ChallengeState.CLOSED.value,
            closed_at=at,
            entry=entry,
        )
        release_found(found.notice, rests_on=(f"entry {entry}",), by=REMEDY, at=at)
    return found


def _element(challenge: Challenge, harm: Harm) -> Element:
    found = challenge.elements.filter(harm=harm.value).first()
    if found is None:
        raise _refused(challenge, harm, "it was not promised")
    return found


def _refused(challenge: Challenge, harm: Harm, reason: str) -> RemedyRefused:
    return RemedyRefused(challenge=challenge.reference, harm=harm.value, reason=reason)
