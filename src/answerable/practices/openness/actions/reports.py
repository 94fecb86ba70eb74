"""Reports at the public door: received without a name, acknowledged, answered."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max

from answerable.errors import AnswerableError
from answerable.intake.subjects import Pseudonyms
from answerable.inventory.models import Use
from answerable.inventory.queries import owners_ever
from answerable.law.clocks import calendar_for, due
from answerable.law.profiles import profile
from answerable.ledger.append import append, locked_head
from answerable.people.actors import Actor
from answerable.people.models import Agency
from answerable.people.queries import UnknownAgency
from answerable.practices.openness.entries import (
    ReportAcknowledged,
    ReportAnswered,
    ReportReceived,
)
from answerable.practices.openness.models import RegisterLine, Report
from answerable.practices.openness.queries.reports import (
    HANDLERS,
    code_hash,
    place_of_answer,
    place_of_text,
    report_for,
)
from answerable.practices.openness.rules import About, ReportState, Severity, may_answer

LONGEST_REPORT = 5_000
DOOR = Actor.operator("answerable/report-door")
# Letters and digits that nobody mistakes for each other on paper or on the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = 20


class ReportRefused(AnswerableError):
    """A report or an answer cannot be taken like this."""

    code = "openness.report_refused"
    message = "It was not taken: {reason}."
    hint = "Write up to {most} characters, and leave out names that nobody needs."


class ReportMovedOn(AnswerableError):
    """Somebody else was quicker."""

    code = "openness.report_moved_on"
    message = "Report {number} is {state}, so this cannot be done to it."
    hint = "Load the page again to see what was done."


class OwnReportRefused(AnswerableError):
    """An answer came from somebody who may not give it."""

    code = "openness.own_report_refused"
    message = "A report of harm, a weakness or misuse is not answered by an owner of {use}."
    hint = "Ask a reviewer of the agency, or a caseworker, who never owned it."
    citation = "REQUIREMENTS P3l"


class NotOnTheRegister(AnswerableError):
    """A report names a use that the register of this agency does not have."""

    code = "openness.not_on_the_register"
    message = "The register has no use {use} of this public body."
    hint = "Leave that field empty and say in your own words what it is about."


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What whoever reported is shown once: the code by which the answer is read."""

    report: Report
    code: str


def receive_report(
    *,
    agency: str,
    about: str,
    text: str,
    use: str = "",
    pseudonyms: Pseudonyms,
    at: datetime,
) -> Taken:
    """Take a report from anybody. Only its words are kept, encrypted, and the day it came."""
    if about not in set(About):
        raise ReportRefused(reason="it does not say what it is about", most=LONGEST_REPORT)
    if not text.strip() or len(text) > LONGEST_REPORT:
        raise ReportRefused(reason="it is blank or too long", most=LONGEST_REPORT)
    with transaction.atomic():
        known = Agency.objects.filter(ref=agency).first()
        if known is None:
            raise UnknownAgency(agency=agency[:80], known="on the register")
        of = _published_use(agency, use)
        # Numbers have no gaps: whoever holds the head of the ledger takes the next one.
        locked_head()
        last = Report.objects.filter(agency=known).aggregate(last=Max("number"))["last"] or 0
        number = last + 1
        code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE))
        clock = due(
            profile(known.profile).value("weakness_acknowledgement", on=at.date()),
            start=at,
            calendar=calendar_for(known.profile),
        )
        told = ReportReceived(
            number=number,
            about=about,
            use="" if of is None else of.ref,
            due_on=clock.on.isoformat(),
            calendar=clock.calendar,
        )
        report = Report.objects.create(
            agency=known,
            use=of,
            number=number,
            about=about,
            code=code_hash(code),
            text=pseudonyms.close(text.strip(), lookup=place_of_text(agency, number)),
            state=ReportState.RECEIVED.value,
            received_on=at.astimezone(UTC).date(),
            due_at=clock.at,
            due_on=clock.on,
            calendar=clock.calendar,
            entry=append(told, by=DOOR, at=at, agency=agency).index,
        )
    return Taken(report=report, code="-".join(code[n : n + 5] for n in range(0, _CODE, 5)))


def acknowledge_report(
    *, agency: str, number: int, severity: str, by: Actor, at: datetime
) -> Report:
    """Say that a report was read, and how grave it is; a critical one has a clock of its own."""
    if severity not in set(Severity):
        raise ReportRefused(reason="it was not graded", most=LONGEST_REPORT)
    with transaction.atomic():
        found = report_for(by, agency, number)
        by.need(*HANDLERS, agency=agency)
        holds = profile(found.agency.profile)
        rule = "weakness_critical_fix" if severity == Severity.CRITICAL else "full_redress"
        clock = due(
            holds.value(rule, on=at.date()),
            start=datetime.combine(found.received_on, datetime.min.time(), tzinfo=UTC),
            calendar=calendar_for(found.agency.profile),
        )
        moved = Report.objects.filter(pk=found.pk, state=ReportState.RECEIVED.value).update(
            state=ReportState.ACKNOWLEDGED.value,
            severity=severity,
            acknowledged_at=at,
            due_at=clock.at,
            due_on=clock.on,
            calendar=clock.calendar,
        )
        if not moved:
            raise ReportMovedOn(number=number, state=found.state)
        told = ReportAcknowledged(number=number, severity=severity, due_on=clock.on.isoformat())
        append(told, by=by, at=at, agency=agency)
        found.refresh_from_db()
    return found


def answer_report(
    *,
    agency: str,
    number: int,
    answer: str,
    changed: bool,
    pseudonyms: Pseudonyms,
    by: Actor,
    at: datetime,
) -> Report:
    """Answer a report; whoever made it reads the answer with the code."""
    if not answer.strip() or len(answer) > LONGEST_REPORT:
        raise ReportRefused(reason="the answer is blank or too long", most=LONGEST_REPORT)
    with transaction.atomic():
        found = report_for(by, agency, number)
        by.need(*HANDLERS, agency=agency)
        _need_another(found, by)
        closed = pseudonyms.close(answer.strip(), lookup=place_of_answer(agency, number))
        moved = Report.objects.filter(pk=found.pk, state=ReportState.ACKNOWLEDGED.value).update(
            state=ReportState.ANSWERED.value, answer=closed, changed=changed, answered_at=at
        )
        if not moved:
            raise ReportMovedOn(number=number, state=found.state)
        append(ReportAnswered(number=number, changed=changed), by=by, at=at, agency=agency)
        found.refresh_from_db()
    return found


def _need_another(found: Report, by: Actor) -> None:
    owners = owners_ever(found.use) if found.use is not None else ()
    if found.use is not None and not may_answer(by.ref, about=found.about, owners=owners):
        raise OwnReportRefused(use=found.use.ref)


def _published_use(agency: str, use: str) -> Use | None:
    if not use:
        return None
    # Only what stands on the register is known to the public.
    line = RegisterLine.objects.filter(use__ref=use, agency=agency).select_related("use").first()
    if line is None:
        raise NotOnTheRegister(use=use[:120])
    return line.use
