"""What is done about risks, and whether it was shown to work."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.inventory.evidence import evidence_named
from answerable.inventory.figures import text_of
from answerable.ledger.entries import Person
from answerable.people.actors import Actor, NotPermitted
from answerable.people.roles import Role
from answerable.practices.assessment import entries, rules
from answerable.practices.assessment.actions.doors import (
    UnknownRisk,
    amendable,
    editable,
    need_text,
    risk_of,
    tell,
)
from answerable.practices.assessment.models import Assessment, Mitigation, MitigationTest
from answerable.practices.assessment.queries import evidence_in, gap_in, rates_in
from answerable.practices.assessment.rules import State
from answerable.record.measurement import Measurement
from answerable.verdict.evidence import Evidence


class ProvesNothing(AnswerableError):
    """Two pieces of evidence do not show what a mitigation did."""

    code = "assessment.proves_nothing"
    message = "These two measurements show nothing about the mitigation: {reason}."
    hint = "Attach a measurement from before and one from after, of the same measure and group."


def plan_mitigation(
    *,
    use: str,
    assessment: int,
    risk: int,
    action: str,
    responsible: Actor,
    due_on: date,
    by: Actor,
    at: datetime,
) -> Mitigation:
    """Say what is done about a risk, by whom in the agency, and by which day."""
    need_text(action=action)
    with transaction.atomic():
        found = editable(by, use, assessment, Role.OWNER, states={State.OPEN})
        wanted = risk_of(found, risk)
        agency = found.use.agency_id
        if agency not in responsible.agencies:
            raise NotPermitted(needed="of somebody of the agency", agency=agency)
        number = wanted.mitigations.count() + 1
        told = entries.MitigationPlanned(
            use=use,
            assessment=assessment,
            risk=risk,
            mitigation=number,
            action=action,
            responsible=Person(responsible.ref),
            due_on=due_on.isoformat(),
        )
        return Mitigation.objects.create(
            risk=wanted,
            number=number,
            action=action,
            responsible=responsible.ref,
            due_on=due_on,
            at=at,
            by=by.ref,
            entry=tell(told, found, by=by, at=at),
        )


def prove_mitigation(
    *,
    use: str,
    assessment: int,
    risk: int,
    mitigation: int,
    before: str,
    after: str,
    measure: str,
    group: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> MitigationTest:
    """Compare a number before a mitigation with the same number after it.

    ``before`` and ``after`` are digests of evidence attached to this use. With a ``group``
    the number is the ratio of its rate to its reference's, which is best at 1; without one
    it is everybody's rate.

    Raises
    ------
    ProvesNothing
        The two are not one question put twice, in this order, or have no better and worse.
    """
    best = rules.best_of(measure, of_group=bool(group))
    if best is None:
        raise ProvesNothing(reason="a rate that is best nowhere needs a group to compare")
    with transaction.atomic():
        found = amendable(by, use, assessment)
        planned = risk_of(found, risk).mitigations.filter(number=mitigation).first()
        if planned is None:
            raise UnknownRisk(use=use, number=assessment, what=f"mitigation {mitigation}")
        first, second = (
            _number_in(digest, found, measure=measure, group=group) for digest in (before, after)
        )
        asked, again = evidence_in(before), evidence_in(after)
        if before == after or asked.measured_at >= again.measured_at:
            raise ProvesNothing(reason="the second was not measured after the first")
        if _what_is_counted(asked) != _what_is_counted(again):
            raise ProvesNothing(reason="they count other decisions, or compare with other groups")
        finding = rules.improved(first, second, best=best)
        told = entries.MitigationTested(
            use=use,
            assessment=assessment,
            risk=risk,
            mitigation=mitigation,
            finding=finding.value,
            measure=measure,
            group=", ".join(f"{name}={value}" for name, value in sorted(group.items())),
            before=_told(first),
            after=_told(second),
            evidence=(before, after),
        )
        return MitigationTest.objects.create(
            mitigation=planned,
            before=before,
            after=after,
            measure=measure,
            group=dict(group),
            values=[_told(first), _told(second)],
            finding=finding.value,
            at=at,
            by=by.ref,
            entry=tell(told, found, by=by, at=at),
        )


def _what_is_counted(evidence: Evidence) -> tuple[object, ...]:
    question = evidence.question
    columns = question.columns
    counted = (columns.decision, columns.label, question.positive, question.favourable)
    return (*counted, dict(question.reference))


def _number_in(
    digest: str, assessment: Assessment, *, measure: str, group: Mapping[str, str]
) -> Measurement:
    if evidence_named(digest).use != assessment.use:
        raise ProvesNothing(reason="one of them is about another use")
    document = evidence_in(digest).document
    found = gap_in(document, measure=measure, group=group) if group else None
    if not group:
        found = rates_in(document.get("overall")).get(measure)
    if found is None:
        raise ProvesNothing(reason="one of them cannot say this number")
    return found


def _told(found: Measurement) -> str:
    value, low, high = (text_of(one) for one in (found.value, found.low, found.high))
    return f"{value} [{low}, {high}]"
