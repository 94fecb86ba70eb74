"""Opening an assessment, handing it to review, and handing it back."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.verdicts import need_version_of
from answerable.inventory.queries import context_of, use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.assessment import entries
from answerable.practices.assessment.actions.doors import editable, need_text, reviewable, tell
from answerable.practices.assessment.models import Assessment
from answerable.practices.assessment.rules import PENDING, State


class OpenedAlready(AnswerableError):
    """A version is assessed once at a time in a context."""

    code = "assessment.opened_already"
    message = "Assessment {number} of {use} is about this version in this context already."
    hint = "Work on it until it is decided."


class NothingToReview(AnswerableError):
    """An assessment without a risk has nothing in it to be reviewed."""

    code = "assessment.nothing_to_review"
    message = "Assessment {number} of {use} describes no risk."
    hint = "Describe what may go wrong, for whom, in each of the four dimensions."


def open_assessment(*, use: str, version: str, by: Actor, at: datetime) -> Assessment:
    """Begin to assess a version in the present context of a use."""
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER))
        need_version_of(found, version)
        context = context_of(found).digest
        of_use = Assessment.objects.filter(use=found)
        pending = of_use.filter(version=version, context=context, state__in=sorted(PENDING)).first()
        if pending is not None:
            raise OpenedAlready(use=use, number=pending.number)
        last = of_use.order_by("number").values_list("number", flat=True).last() or 0
        told = entries.AssessmentOpened(
            use=use, assessment=last + 1, version=version, context=context
        )
        return Assessment.objects.create(
            use=found,
            number=last + 1,
            version=version,
            context=context,
            state=State.OPEN.value,
            opened_at=at,
            opened_by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def submit(*, use: str, assessment: int, by: Actor, at: datetime) -> Assessment:
    """Hand an assessment to review. Until it is handed back its owner adds nothing."""
    with transaction.atomic():
        found = editable(by, use, assessment, Role.OWNER, states={State.OPEN})
        if not found.risks.exists():
            raise NothingToReview(use=use, number=assessment)
        found.state, found.submitted_by = State.SUBMITTED.value, by.ref
        found.save(update_fields=["state", "submitted_by"])
        told = entries.AssessmentSubmitted(use=use, assessment=assessment)
        tell(told, found, by=by, at=at)
    return found


def hand_back(*, use: str, assessment: int, reason: str, by: Actor, at: datetime) -> Assessment:
    """Hand an assessment back to its owner, saying what it lacks."""
    need_text(reason=reason)
    with transaction.atomic():
        found = reviewable(by, use, assessment, states={State.SUBMITTED})
        found.state = State.OPEN.value
        found.save(update_fields=["state"])
        told = entries.AssessmentReturned(use=use, assessment=assessment, reason=reason)
        tell(told, found, by=by, at=at)
    return found
