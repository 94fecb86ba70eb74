"""Assessments for a viewer, and what they come to; reads only."""

from answerable.practices.assessment.queries.assessments import (
    RiskSeen,
    UnknownAssessment,
    acceptors_of,
    assessment_for,
    assessments_of,
    assessments_visible_to,
    authors_of,
    evidence_shown,
    figures_about,
    latest_assessment,
    refusals_in_force,
    reviewers_of,
    risks_seen_by,
    steps_of,
)
from answerable.practices.assessment.queries.content import content_of
from answerable.practices.assessment.queries.documents import (
    evidence_in,
    gap_in,
    measurement_in,
    rates_in,
)
from answerable.practices.assessment.queries.findings import (
    findings,
    findings_of,
    late_mitigations,
)
from answerable.practices.assessment.queries.waiting import waiting

__all__ = [
    "RiskSeen",
    "UnknownAssessment",
    "acceptors_of",
    "assessment_for",
    "assessments_of",
    "assessments_visible_to",
    "authors_of",
    "content_of",
    "evidence_in",
    "evidence_shown",
    "figures_about",
    "findings",
    "findings_of",
    "gap_in",
    "late_mitigations",
    "latest_assessment",
    "measurement_in",
    "rates_in",
    "refusals_in_force",
    "reviewers_of",
    "risks_seen_by",
    "steps_of",
    "waiting",
]
