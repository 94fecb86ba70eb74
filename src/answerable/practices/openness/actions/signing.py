"""A reviewer's word on what the public record shows; and what falls back without one."""

from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.in_force import Law, law_of_agency
from answerable.gate.models import RowVerdict
from answerable.gate.row_findings import RowFinding, record_findings
from answerable.gate.verdicts import need_version_of
from answerable.inventory.queries import owners_ever, use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.openness.entries import RecordSignedOff
from answerable.practices.openness.queries.findings import findings
from answerable.practices.openness.rules import may_withhold


class OwnSignOffRefused(AnswerableError):
    """An owner would review what their own use publishes."""

    code = "openness.own_sign_off_refused"
    message = "Whoever owns {use}, or has owned it, does not review its public record."
    hint = "Ask a reviewer who never owned it."


def sign_off(
    *, use: str, version: str, by: Actor, at: datetime, law: Law = law_of_agency
) -> list[RowVerdict]:
    """Record, as a reviewer, what the published record shows about each row of openness."""
    with transaction.atomic():
        found = locked(use_for(by, use, Role.REVIEWER))
        if not may_withhold(by.ref, owners=owners_ever(found)):
            raise OwnSignOffRefused(use=use)
        need_version_of(found, version)
        in_force = law(found.agency_id, on=at.date())
        shown = [
            one
            for one in findings(found, version=version, at=at)
            if in_force.row(one.row) is not None
        ]
        told = RecordSignedOff(
            use=use, version=version, found=tuple(f"{one.row} {one.finding}" for one in shown)
        )
        index = append(told, by=by, at=at, agency=found.agency_id).index
        return record_findings(
            [_signed(one, index) for one in shown],
            use=use,
            version=version,
            room=__name__,
            by=by,
            at=at,
            law=law,
        )


def _signed(one: RowFinding, index: int) -> RowFinding:
    return RowFinding(
        row=one.row,
        finding=one.finding,
        rests_on=(*one.rests_on, f"entry {index}"),
        needs=one.needs,
    )
