"""Findings: opened once, counted up, closed when they are over."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from answerable.errors import AnswerableError
from answerable.gate import holds
from answerable.intake.entries import FindingClosed, FindingOpened
from answerable.intake.marks import Mark
from answerable.intake.models import Finding
from answerable.inventory.queries import UnknownUse, owners_ever, uses_named
from answerable.ledger.append import append
from answerable.ledger.entries import text_of_time
from answerable.people.actors import Actor
from answerable.people.roles import Role

OTHER_CONTENT = "other_content"
SEQUENCE_GAP = "sequence_gap"
OPEN, CLOSED = "open", "closed"


class UnknownFinding(AnswerableError):
    """No finding that the actor may know of has this number."""

    code = "intake.unknown_finding"
    message = "There is no finding of this number in an agency you belong to."
    hint = "List the findings of your agency."


class OwnFinding(AnswerableError):
    """A finding about a use cannot be closed by who answers for it."""

    code = "intake.own_finding"
    message = "You answer, or answered, for {use}, so you cannot close a finding about it."
    hint = "Ask an approving official or a reviewer who never owned it."


class FindingNotOpen(AnswerableError):
    """A finding was closed before."""

    code = "intake.finding_not_open"
    message = "This finding is closed already."
    hint = "Records of its kind that came later have a finding of their own."


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Some records of one kind of wrong, as many as were looked at together.

    ``reasons`` are codes, where there is more to say than the kind does.
    """

    agency: str
    use: str
    kind: str
    about: str
    count: int
    first_at: datetime
    last_at: datetime
    reasons: frozenset[str] = frozenset()


def count_finding(*, found: Found, by: Actor, at: datetime) -> Finding:
    """Add records to the open finding of their kind, or open one.

    A version that nobody approved suspends the approval of the use at once (P3f): a
    changed system is another system.
    """
    with transaction.atomic():
        known = Finding.objects.filter(
            agency=found.agency,
            use=found.use,
            kind=found.kind,
            about=found.about,
            state=OPEN,
        )
        more = known.update(
            count=F("count") + found.count, last_at=Greatest("last_at", found.last_at)
        )
        if more:
            return _with_reasons(known.get(), found.reasons)
        finding = Finding.objects.create(
            agency=found.agency,
            use=found.use,
            kind=found.kind,
            about=found.about,
            first_at=found.first_at,
            last_at=found.last_at,
            count=found.count,
            detail=" ".join(sorted(found.reasons)),
            state=OPEN,
        )
        entry = FindingOpened(
            use=found.use,
            finding=found.kind,
            about=found.about,
            first_at=text_of_time(found.first_at),
        )
        append(entry, by=by, at=at, agency=found.agency)
        if found.kind == Mark.WRONG_VERSION:
            _suspend(found.use, by=by, at=at)
    return finding


def state_gap(
    *, agency: str, source: str, missing: int, detail: str, since: datetime, by: Actor, at: datetime
) -> Finding | None:
    """Say which numbered records of a source are missing; none closes the finding."""
    with transaction.atomic():
        known = Finding.objects.filter(
            agency=agency, use="", kind=SEQUENCE_GAP, about=source, state=OPEN
        ).first()
        if known is None and not missing:
            return None
        if known is None:
            found = Found(
                agency=agency,
                use="",
                kind=SEQUENCE_GAP,
                about=source,
                count=missing,
                first_at=since,
                last_at=at,
            )
            known = count_finding(found=found, by=by, at=at)
        if not missing:
            return _close(known, reason="every missing record has arrived", by=by, at=at)
        if (known.count, known.detail) != (missing, detail):
            known.count, known.detail, known.last_at = missing, detail, at
            known.save(update_fields=["count", "detail", "last_at"])
    return known


def close_finding(*, finding: int, reason: str, by: Actor, at: datetime) -> Finding:
    """Close a finding that was dealt with; records of its kind that come later open a new one.

    Whoever approves or reviews may, and never somebody who answers, or answered, for the
    use: nobody says of their own system that all is well again.
    """
    with transaction.atomic():
        known = Finding.objects.select_for_update().filter(pk=finding, agency__in=by.agencies)
        found = known.first()
        if found is None:
            raise UnknownFinding
        by.need(Role.APPROVER, Role.REVIEWER, agency=found.agency)
        use = uses_named([found.use]).first()
        if use is not None and by.ref in owners_ever(use):
            raise OwnFinding(use=found.use)
        if found.state != OPEN:
            raise FindingNotOpen
        return _close(found, reason=reason, by=by, at=at)


def _close(finding: Finding, *, reason: str, by: Actor, at: datetime) -> Finding:
    finding.state, finding.closed_at = CLOSED, at
    finding.save(update_fields=["state", "closed_at"])
    entry = FindingClosed(use=finding.use, finding=finding.kind, about=finding.about, reason=reason)
    append(entry, by=by, at=at, agency=finding.agency)
    return finding


def _with_reasons(finding: Finding, reasons: frozenset[str]) -> Finding:
    before = frozenset(finding.detail.split()) if reasons else reasons
    if not reasons <= before:
        finding.detail = " ".join(sorted(before | reasons))
        finding.save(update_fields=["detail"])
    return finding


def _suspend(use: str, *, by: Actor, at: datetime) -> None:
    try:
        holds.send_to_people(use=use, ground=Mark.WRONG_VERSION, by=by, at=at)
    except UnknownUse:
        # A use that is not in the inventory has no approval to suspend.
        return
