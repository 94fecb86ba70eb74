"""What an assessment comes to: the facts of its rows, and the findings from them."""

from datetime import date, datetime

from django.db.models import QuerySet

from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.inventory.models import Use
from answerable.inventory.queries import context_of
from answerable.practices.assessment import rules
from answerable.practices.assessment.models import Assessment, Mitigation, MitigationTest, Risk
from answerable.practices.assessment.queries.assessments import latest_assessment, seen_risk
from answerable.practices.assessment.queries.content import is_as_decided
from answerable.practices.assessment.queries.documents import evidence_in, objects_in, rates_in
from answerable.practices.assessment.rules import (
    Dimension,
    Dossier,
    Ground,
    How,
    LimitFacts,
    MeasuredFacts,
    MitigationFacts,
    Part,
    RiskFacts,
    State,
)


def findings(use: Use, *, version: str, at: datetime) -> tuple[RowFinding, ...]:
    """Say what this room finds about each of its rows, from what is recorded."""
    found = latest_assessment(use, version=version)
    return rules.nothing() if found is None else findings_of(found, on=at.date())


def findings_of(assessment: Assessment, *, on: date) -> tuple[RowFinding, ...]:
    """Say the same of one assessment, whether it is the last or not."""
    return rules.findings(dossier_of(assessment), on=on)


def late_mitigations(*, on: date) -> QuerySet[Mitigation]:
    """List the mitigations whose day has passed, and of which nothing shows that they work."""
    late = Mitigation.objects.filter(due_on__lt=on).exclude(tests__finding=Finding.MET.value)
    return late.select_related("risk__assessment__use").order_by("pk")


def dossier_of(assessment: Assessment) -> Dossier:
    """Collect the facts of an assessment."""
    return Dossier(
        state=State(assessment.state),
        opened_entry=assessment.entry,
        decided_entry=assessment.decided_entry,
        same_context=assessment.context == context_of(assessment.use).digest,
        untouched=is_as_decided(assessment),
        live_before=assessment.live_before,
        risks=tuple(_risk(risk) for risk in _risks(assessment)),
        data={Part(one.part): (one.entry, one.known) for one in assessment.data.order_by("pk")},
        grounds={
            Ground(one.ground): (one.entry, How(one.how), one.attribute)
            for one in assessment.grounds.order_by("pk")
        },
        limits=_limits(assessment),
        measured=_measured(assessment),
    )


def _risks(assessment: Assessment) -> QuerySet[Risk]:
    found = assessment.risks.select_related("review", "residue").order_by("number")
    return found.prefetch_related("mitigations__tests")


def _risk(risk: Risk) -> RiskFacts:
    seen = seen_risk(risk, by_author=True)
    return RiskFacts(
        number=risk.number,
        dimension=Dimension(risk.dimension),
        entry=risk.entry,
        scored_entry=None if seen.reviewer is None else risk.review.entry,
        mitigations=tuple(_mitigation(one) for one in risk.mitigations.all()),
        accepted_entry=None if seen.remains is None else risk.residue.entry,
    )


def _mitigation(mitigation: Mitigation) -> MitigationFacts:
    tests = sorted(mitigation.tests.all(), key=lambda one: (one.at, one.pk))
    last: MitigationTest | None = tests[-1] if tests else None
    return MitigationFacts(
        due_on=mitigation.due_on,
        works=None if last is None else Finding(last.finding),
        rests_on=(
            f"entry {mitigation.entry if last is None else last.entry}",
            *(() if last is None else (f"evidence {last.before}", f"evidence {last.after}")),
        ),
    )


def _limits(assessment: Assessment) -> tuple[LimitFacts, ...]:
    first = assessment.measurings.order_by("at").first()
    return tuple(
        LimitFacts(
            measure=one.measure,
            low=one.low,
            high=one.high,
            entry=one.entry,
            beforehand=first is None or one.at < first.at,
        )
        for one in assessment.limits.order_by("measure")
    )


def _measured(assessment: Assessment) -> MeasuredFacts | None:
    latest = assessment.measurings.order_by("at", "pk").last()
    if latest is None:
        return None
    document = evidence_in(latest.evidence).document
    verdicts = {str(one["measure"]): one for one in objects_in(document.get("verdicts"))}
    reruns = [one.matches for one in latest.reruns.order_by("at", "pk")]
    return MeasuredFacts(
        evidence=latest.evidence,
        attributes=tuple(latest.attributes),
        verdicts={name: str(one["verdict"]) for name, one in verdicts.items()},
        rates=rates_in(document.get("overall")),
        needs=tuple(
            sorted({str(one["needs"]) for one in verdicts.values() if "needs" in one})
            or ["A norm for what was measured."]
        ),
        rerun_matches=reruns[-1] if reruns else None,
    )
