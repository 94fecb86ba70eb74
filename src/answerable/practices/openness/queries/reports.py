"""Reports of the public door: for staff of the agency, and for whoever holds the code."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from answerable.errors import AnswerableError
from answerable.intake.subjects import Pseudonyms
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.openness.models import Report
from answerable.practices.openness.rules import ReportState

HANDLERS = (Role.OWNER, Role.REVIEWER, Role.CASEWORKER)
"""Who acknowledges and answers reports; some more may read them."""

READERS = (*HANDLERS, Role.APPROVER, Role.AUDITOR)


class UnknownReport(AnswerableError):
    """No report is known by this."""

    code = "openness.unknown_report"
    message = "There is no report {report}."
    hint = "Check the code letter by letter; it was shown once, when the report was made."


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """What whoever made a report is told of it."""

    number: int
    agency: str
    state: str
    received_on: date
    due_on: date
    overdue: bool
    answer: str
    changed: bool | None


def code_hash(code: str) -> str:
    """Hash a code as it is stored; spaces, hyphens and small letters make no difference."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(f"openness report\0{plain}".encode()).hexdigest()


def reports_visible_to(viewer: Actor) -> QuerySet[Report]:
    """List the reports of the agencies in which the viewer reads reports, what is due first."""
    seen = [agency for agency in viewer.agencies if viewer.may(*READERS, agency=agency)]
    rows = Report.objects.filter(agency__ref__in=seen).select_related("agency", "use")
    return rows.order_by("answered_at", "due_at", "pk")


def report_for(viewer: Actor, agency: str, number: int) -> Report:
    """Give a report of the viewer's own agency."""
    found = reports_visible_to(viewer).filter(agency__ref=agency, number=number).first()
    if found is None:
        raise UnknownReport(report=f"{number} of {agency[:40]}")
    return found


def text_of_report(report: Report, *, pseudonyms: Pseudonyms) -> str:
    """Decrypt what was reported."""
    place = place_of_text(report.agency_id, report.number)
    return pseudonyms.open(bytes(report.text), lookup=place)


def follow(code: str, *, pseudonyms: Pseudonyms, at: datetime) -> Followed:
    """Tell whoever holds the code of a report how it stands."""
    found = Report.objects.filter(code=code_hash(code)).select_related("agency").first()
    if found is None:
        raise UnknownReport(report="with this code")
    answered = found.state == ReportState.ANSWERED
    place = place_of_answer(found.agency_id, found.number)
    return Followed(
        number=found.number,
        agency=found.agency.name,
        state=found.state,
        received_on=found.received_on,
        due_on=found.due_on,
        overdue=not answered and at >= found.due_at,
        answer=pseudonyms.open(bytes(found.answer), lookup=place) if answered else "",
        changed=found.changed,
    )


def place_of_text(agency: str, number: int) -> bytes:
    """Bind the encrypted text to its report."""
    return f"openness/report/{agency}/{number}".encode()


def place_of_answer(agency: str, number: int) -> bytes:
    """Bind the encrypted answer to its report."""
    return f"openness/answer/{agency}/{number}".encode()
