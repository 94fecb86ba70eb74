"""Assessments and their risks, for a viewer."""

from dataclasses import dataclass

from django.db.models import QuerySet

from answerable.errors import AnswerableError
from answerable.inventory.models import Figure, Use
from answerable.inventory.queries import context_of, owners_ever, use_for
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.assessment import rules
from answerable.practices.assessment.models import (
    Assessment,
    Measuring,
    Mitigation,
    Residue,
    ReviewScore,
    Risk,
)
from answerable.practices.assessment.rules import PENDING, Scores, State


class UnknownAssessment(AnswerableError):
    """The use has no assessment of this number."""

    code = "assessment.unknown_assessment"
    message = "{use} has no assessment {number}."
    hint = "Look at the use's assessments, or open one."


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskSeen:
    """A risk as one viewer sees it. Without ``owner`` its owner's score is still sealed."""

    risk: Risk
    owner: Scores | None
    reviewer: Scores | None
    remains: Scores | None


def assessments_visible_to(viewer: Actor) -> QuerySet[Assessment]:
    """List the assessments of the uses of the viewer's agencies, newest first."""
    seen = Assessment.objects.filter(use__agency__ref__in=viewer.agencies).select_related("use")
    return seen.order_by("-opened_at", "-pk")


def assessment_for(actor: Actor, use: str, number: int, *roles: Role) -> Assessment:
    """Give an assessment to somebody who has one of these roles in its agency."""
    held = use_for(actor, use, *roles)
    found = Assessment.objects.filter(use=held, number=number).first()
    if found is None:
        raise UnknownAssessment(use=use, number=number)
    return found


def risks_seen_by(viewer: Actor, assessment: Assessment) -> list[RiskSeen]:
    """List the risks; to whoever did not write them, without a score that is still sealed."""
    owner = viewer.ref in authors_of(assessment)
    found = assessment.risks.select_related("review", "residue").order_by("number")
    return [seen_risk(risk, by_author=owner) for risk in found]


def authors_of(assessment: Assessment) -> frozenset[str]:
    """Give everyone whose work an assessment is: its owners, and whoever wrote in it for them."""
    mitigations = Mitigation.objects.filter(risk__assessment=assessment)
    wrote = (assessment.risks, assessment.data, mitigations)
    return frozenset(
        {
            *owners_ever(assessment.use),
            assessment.opened_by,
            *((assessment.submitted_by,) if assessment.submitted_by else ()),
            *(by for rows in wrote for by in rows.values_list("by", flat=True)),
        }
    )


def acceptors_of(assessment: Assessment) -> frozenset[str]:
    """Give everyone who accepted what remains of one of its risks."""
    found = Residue.objects.filter(risk__assessment=assessment)
    return frozenset(found.values_list("by", flat=True))


def reviewers_of(assessment: Assessment) -> frozenset[str]:
    """Give everyone who scored a risk of it."""
    found = ReviewScore.objects.filter(risk__assessment=assessment)
    return frozenset(found.values_list("by", flat=True))


def seen_risk(risk: Risk, *, by_author: bool) -> RiskSeen:
    """Give a risk as its author sees it, or as whoever may yet score it."""
    review, residue = getattr(risk, "review", None), getattr(risk, "residue", None)
    return RiskSeen(
        risk=risk,
        owner=risk.scores if by_author or review is not None else None,
        reviewer=None if review is None else review.scores,
        remains=None if residue is None else residue.scores,
    )


def assessments_of(use: Use) -> QuerySet[Assessment]:
    """List the assessments of a use, newest first; refusals stay among them."""
    return Assessment.objects.filter(use=use).order_by("-number")


def latest_assessment(use: Use, *, version: str) -> Assessment | None:
    """Give what speaks for a version in the present context: the last decision, or what is open.

    A new assessment does not take the place of a decision before it is decided itself.
    """
    found = Assessment.objects.filter(use=use, version=version, context=context_of(use).digest)
    decided = found.exclude(state__in=sorted(PENDING)).order_by("decided_at", "pk").last()
    return decided or found.order_by("number").last()


def refusals_in_force(assessment: Assessment) -> QuerySet[Assessment]:
    """List the refusals of the same version in the same context, since it was last signed."""
    same = Assessment.objects.filter(
        use=assessment.use, version=assessment.version, context=assessment.context
    )
    signed = same.filter(state=State.SIGNED.value).order_by("decided_at").last()
    refused = same.filter(state=State.REFUSED.value)
    return refused if signed is None else refused.filter(decided_at__gt=signed.decided_at)


def evidence_shown(*assessments: Assessment) -> frozenset[str]:
    """Name the data on which assessments rest, by their digests."""
    found = Measuring.objects.filter(assessment__in=[one.pk for one in assessments])
    return frozenset(found.values_list("data", flat=True))


def steps_of(viewer: Actor, assessment: Assessment) -> frozenset[str]:
    """Name the steps that the viewer's part and the state of an assessment leave open."""
    agency = assessment.use.agency_id
    state = State(assessment.state)
    steps: set[str] = set()
    if viewer.may(Role.OWNER, agency=agency) and state is State.OPEN:
        steps |= {"risk", "mitigate", "data", "measure", "submit", "prove"}
    authors = authors_of(assessment)
    if viewer.may(Role.REVIEWER, agency=agency) and state in PENDING:
        steps |= {"measure", "prove"}
        if rules.may_review(viewer.ref, authors=authors, accepted=acceptors_of(assessment)):
            steps |= {"refuse"}
            if state is State.SUBMITTED:
                steps |= {"score", "ground", "rerun", "return", "sign"}
    if (
        viewer.may(Role.APPROVER, agency=agency)
        and state in PENDING
        and rules.may_accept(viewer.ref, authors=authors, reviewers=reviewers_of(assessment))
    ):
        steps |= {"limit"} | ({"accept"} if state is State.SUBMITTED else set())
    return frozenset(steps)


def figures_about(assessment: Assessment) -> list[Figure]:
    """List the figures of the last measurement of an assessment, and of its decision."""
    latest = assessment.measurings.order_by("at", "pk").last()
    found = Figure.objects.filter(
        use=assessment.use, practice="assessment", version=assessment.version
    )
    measured = found.filter(evidence=latest.evidence) if latest is not None else found.none()
    decided_at = assessment.decided_at
    decided = found.none() if decided_at is None else found.filter(at=decided_at, evidence="")
    return [*measured.order_by("pk"), *decided.order_by("pk")]
