"""The decisions of a period, audited by group and attached as signed evidence; and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.row_findings import record_findings
from answerable.gate.terms import Finding
from answerable.intake.addresses import Address
from answerable.intake.log import materialise
from answerable.intake.machine import Machine
from answerable.inventory.evidence import attach_evidence
from answerable.inventory.figures import record_figure
from answerable.inventory.models import Use
from answerable.inventory.queries import context_from, context_of
from answerable.measure.tables import Columns, count_decisions, find_source
from answerable.people.actors import Actor
from answerable.practices.assessment import entries
from answerable.practices.assessment.actions.doors import amendable, reviewable, tell
from answerable.practices.assessment.actions.figures import figures_of_audit
from answerable.practices.assessment.models import Assessment, Measuring, Rerun
from answerable.practices.assessment.queries import evidence_in, findings_of
from answerable.practices.assessment.rules import State
from answerable.record import statements
from answerable.verdict.document import audit_document
from answerable.verdict.evidence import differences, evidence_statement
from answerable.verdict.run import AuditedData, Question, audit_files


class NothingToMeasure(AnswerableError):
    """The use does not say what would have to be measured."""

    code = "assessment.nothing_to_measure"
    message = "The decisions of {use} cannot be measured: {reason}."
    hint = "Set its attributes and its two outcomes in the inventory."


class PeriodEmpty(AnswerableError):
    """A period ends on the day it begins, or before."""

    code = "assessment.period_empty"
    message = "No day lies from {since_on} until {until_on}, which is not included."
    hint = "End the period at least one day after it begins."


class OtherVersions(AnswerableError):
    """A period holds decisions of several versions, and one is assessed."""

    code = "assessment.other_versions"
    message = "Of the decisions of {use} in that period {others} were made by other versions."
    hint = "Choose a period in which only the assessed version ran."
    citation = "REQUIREMENTS P2.0a"


class UnknownMeasuring(AnswerableError):
    """The assessment does not rest on this evidence."""

    code = "assessment.unknown_measuring"
    message = "Assessment {number} of {use} rests on no evidence {evidence}."
    hint = "Look at what was measured for it."


def measure_decisions(
    *,
    use: str,
    assessment: int,
    since_on: date,
    until_on: date,
    shadow: bool = False,
    machine: Machine,
    by: Actor,
    at: datetime,
) -> Measuring:
    """Audit what was decided from one day to another by every attribute the use is watched by.

    The log is read as it was known when the day began: where nothing had turned out yet,
    error rates cannot say. The evidence is attached whatever it shows, and a gap proven
    beyond the norm makes row P2.5b *not met* at once. ``until_on`` is not included;
    ``shadow`` measures the decisions that were computed without effect.
    """
    if since_on >= until_on:
        raise PeriodEmpty(since_on=since_on.isoformat(), until_on=until_on.isoformat())
    with transaction.atomic():
        found = amendable(by, use, assessment)
    # What arrives later today would change the data under the same address.
    address = Address(use=use, since=since_on, until=until_on, shadow=shadow, known=at.date())
    question = _question(found.use, on=at.date())
    audited = _audited(address, question, version=found.version, machine=machine, by=by)
    envelope = statements.sign(
        evidence_statement(audited, at=at), keys=[machine.evidence]
    ).to_bytes()
    with transaction.atomic():
        found = amendable(by, use, assessment)
        evidence = attach_evidence(use=use, envelope=envelope, by=by, at=at).digest
        told = entries.DecisionsMeasured(
            use=use,
            assessment=assessment,
            address=text_of_address(address),
            decisions=audited.rows,
            attributes=question.columns.by,
            verdict=audited.audit.verdict,
            data=audited.digest.sha256,
            evidence=evidence,
        )
        measuring = Measuring.objects.create(
            assessment=found,
            evidence=evidence,
            data=audited.digest.sha256,
            address=text_of_address(address),
            since_on=since_on,
            until_on=until_on,
            shadow=shadow,
            attributes=list(question.columns.by),
            decisions=audited.rows,
            verdict=audited.audit.verdict,
            at=at,
            by=by.ref,
            entry=tell(told, found, by=by, at=at),
        )
        for measured in figures_of_audit(audited, measuring):
            record_figure(use=use, version=found.version, measured=measured, by=by, at=at)
        broken = [
            one
            for one in findings_of(found, on=at.date())
            if one.row in {"P2.5a", "P2.5b"} and one.finding is Finding.NOT_MET
        ]
        record_findings(broken, use=use, version=found.version, room=__name__, by=by, at=at)
    return measuring


def rerun_evidence(
    *, use: str, assessment: int, evidence: str, machine: Machine, by: Actor, at: datetime
) -> Rerun:
    """Compute evidence again from the log, as the reviewer, and record whether it matches."""
    with transaction.atomic():
        found = reviewable(by, use, assessment, states={State.SUBMITTED})
        measuring = _measuring(found, evidence)
    signed = evidence_in(evidence)
    address = Address(
        use=use,
        since=measuring.since_on,
        until=measuring.until_on,
        shadow=measuring.shadow,
        known=measuring.at.date(),
    )
    audited = _audited(address, signed.question, version=found.version, machine=machine, by=by)
    differing = differences(dict(signed.document), audit_document(audited))
    with transaction.atomic():
        found = reviewable(by, use, assessment, states={State.SUBMITTED})
        told = entries.EvidenceRerun(
            use=use,
            assessment=assessment,
            evidence=evidence,
            matches=not differing,
            differing=len(differing),
        )
        return Rerun.objects.create(
            measuring=_measuring(found, evidence),
            matches=not differing,
            differing=len(differing),
            at=at,
            by=by.ref,
            entry=tell(told, found, by=by, at=at),
        )


def text_of_address(address: Address) -> str:
    """Write an address of the log as a command takes it."""
    asked = {
        "from": address.since,
        "to": address.until,
        "shadow": "only" if address.shadow else None,
        "known": address.known,
    }
    given = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
    return f"log:{address.use}?{given}"


def _measuring(assessment: Assessment, evidence: str) -> Measuring:
    found = assessment.measurings.filter(evidence=evidence).first()
    if found is None:
        raise UnknownMeasuring(
            use=assessment.use.ref, number=assessment.number, evidence=evidence[:64]
        )
    return found


def _question(use: Use, *, on: date) -> Question:
    """Ask by every attribute of the use: nobody chooses which groups are looked at."""
    context = context_from(context_of(use))
    others = [code for code in context.outcomes if code not in context.adverse]
    if len(context.adverse) != 1 or len(others) != 1:
        raise NothingToMeasure(use=use.ref, reason="it does not have two outcomes, one adverse")
    if not use.attributes:
        raise NothingToMeasure(use=use.ref, reason="it is watched by no attribute")
    return Question(
        columns=Columns(decision="outcome", label="label", by=tuple(use.attributes)),
        positive=context.adverse[0],
        favourable=others[0],
        norms=(),
        profile=use.agency.profile,
        on=on,
    )


def _audited(
    address: Address, question: Question, *, version: str, machine: Machine, by: Actor
) -> AuditedData:
    with _decisions(address, machine=machine, by=by) as path:
        tally = count_decisions(
            find_source(path),
            Columns(decision="outcome", label=None, by=("version",)),
            positive=question.positive,
            favourable=question.favourable,
            limits=machine.limits,
        )
        others = sum(
            int(counts.sum())
            for (key,), counts in zip(tally.keys, tally.counts, strict=True)
            if key != version
        )
        if others:
            raise OtherVersions(use=address.use, others=others)
        return audit_files(path, question, limits=machine.limits)


@contextmanager
def _decisions(address: Address, *, machine: Machine, by: Actor) -> Iterator[str]:
    with materialise(
        address, log=machine.log, keys=machine.log_keys, viewer=by, limits=machine.limits
    ) as made:
        try:
            yield str(made.path)
        except AnswerableError as error:
            if error.fields.get("file") != made.path.name:
                raise
            # Nobody knows the name of the temporary file, and it is gone by now.
            raise type(error)(**{**error.fields, "file": text_of_address(address)}) from error
