"""Who may change an assessment, and when."""

from collections.abc import Collection
from datetime import datetime

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.inventory.queries import use_for
from answerable.ledger.append import append
from answerable.ledger.entries import Entry
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.assessment import rules
from answerable.practices.assessment.models import Assessment, Risk
from answerable.practices.assessment.queries import (
    UnknownAssessment,
    acceptors_of,
    authors_of,
)
from answerable.practices.assessment.rules import PENDING, State

LONGEST = 500


class AssessmentClosed(AnswerableError):
    """An assessment is changed by its owner before review, and by nobody after it."""

    code = "assessment.assessment_closed"
    message = "Assessment {number} of {use} is {state}, so this cannot be added to it."
    hint = "What was handed to review is handed back first; what was decided stays: open a new one."


class TextMissing(AnswerableError):
    """Something was left unsaid, or said at too great length."""

    code = "assessment.text_missing"
    message = "{what} is blank or longer than {longest} characters."
    hint = "Say it in a few sentences."


class UnknownRisk(AnswerableError):
    """The assessment has no such risk, or the risk no such mitigation."""

    code = "assessment.unknown_risk"
    message = "Assessment {number} of {use} has no {what}."
    hint = "Look at its list of risks."


class OwnReview(AnswerableError):
    """Somebody would review what they own, or what they accepted."""

    code = "assessment.own_review"
    message = (
        "Whoever owns {use}, has owned it, wrote in this assessment or accepted one of its risks "
        "does not review it."
    )
    hint = "Ask a reviewer who did none of this."
    citation = "REQUIREMENTS P2.0c"


def editable(
    by: Actor, use: str, number: int, *roles: Role, states: Collection[State]
) -> Assessment:
    """Give an assessment in one of these states, held until the transaction ends."""
    held = locked(use_for(by, use, *roles))
    found = Assessment.objects.filter(use=held, number=number).first()
    if found is None:
        raise UnknownAssessment(use=use, number=number)
    if found.state not in states:
        raise AssessmentClosed(use=use, number=number, state=found.state)
    return found


def amendable(by: Actor, use: str, number: int) -> Assessment:
    """Give it to its owner until it is handed to review, and to a reviewer until it is decided."""
    found = editable(by, use, number, Role.OWNER, Role.REVIEWER, states=PENDING)
    handed_over = found.state == State.SUBMITTED
    if handed_over and not by.may(Role.REVIEWER, agency=found.use.agency_id):
        raise AssessmentClosed(use=use, number=number, state=found.state)
    return found


def reviewable(by: Actor, use: str, number: int, *, states: Collection[State]) -> Assessment:
    """Give it to a reviewer whose work it is not, and who accepted no risk of it."""
    found = editable(by, use, number, Role.REVIEWER, states=states)
    if not rules.may_review(by.ref, authors=authors_of(found), accepted=acceptors_of(found)):
        raise OwnReview(use=use)
    return found


def risk_of(assessment: Assessment, number: int) -> Risk:
    """Give a risk of an assessment by its number."""
    found = assessment.risks.filter(number=number).first()
    if found is None:
        raise UnknownRisk(use=assessment.use.ref, number=assessment.number, what=f"risk {number}")
    return found


def need_text(**texts: str) -> None:
    """Refuse a text that is blank or too long, naming it."""
    for name, text in texts.items():
        if not text.strip() or len(text) > LONGEST:
            raise TextMissing(what=name.replace("_", " ").capitalize(), longest=LONGEST)


def tell(entry: Entry, assessment: Assessment, *, by: Actor, at: datetime) -> int:
    """Append an entry of the assessment's agency, and give its index."""
    return append(entry, by=by, at=at, agency=assessment.use.agency_id).index
