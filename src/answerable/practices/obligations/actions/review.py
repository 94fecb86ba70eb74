"""A reviewer goes through a dossier for a version, and the verdicts of its rows are recorded."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.row_findings import RowFinding
from answerable.gate.terms import Finding
from answerable.gate.verdicts import need_version_of, record_verdict
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions.doors import screened
from answerable.practices.obligations.entries import DossierSignedOff
from answerable.practices.obligations.models import SignOff
from answerable.practices.obligations.rules.faults import is_told
from answerable.practices.obligations.rules.rows import ROWS


class ObjectionRefused(AnswerableError):
    """An objection is about nothing of this room, or says nothing."""

    code = "obligations.objection_refused"
    message = "The objection to row {row} of {use} is not taken."
    hint = "Object to one of {rows}, and say why."


class DossierMoved(AnswerableError):
    """Another dossier was filed than the one that was read."""

    code = "obligations.dossier_moved"
    message = "Another dossier of {use} was filed meanwhile: number {number}."
    hint = "Read it, and sign off what stands now."


def sign_off(
    *,
    use: str,
    number: int,
    version: str,
    objections: Mapping[str, str],
    by: Actor,
    at: datetime,
) -> SignOff:
    """Record what follows from a dossier for a version: met, not met, or cannot say, row by row.

    ``number`` is the dossier that was read; a later one has to be read first. A reviewer's
    objection makes a row *not met*, whatever the records say; nothing a reviewer says
    makes one met that they do not show.
    """
    for row, reason in objections.items():
        if row not in ROWS or not is_told(reason):
            raise ObjectionRefused(row=row[:8], use=use, rows=", ".join(ROWS))
    with transaction.atomic():
        found = screened(by, use)
        filed = queries.need_dossier(found)
        if filed.number != number:
            raise DossierMoved(use=use, number=filed.number)
        if version:
            need_version_of(found, version)
        said = [
            _with_objection(one, objections.get(one.row))
            for one in queries.findings(found, version=version, at=at)
        ]
        told = DossierSignedOff(
            use=use,
            number=number,
            dossier=filed.digest,
            version=version,
            met=_rows_of(said, Finding.MET),
            not_met=_rows_of(said, Finding.NOT_MET),
            cannot_say=_rows_of(said, Finding.CANNOT_SAY),
        )
        rebuttal = queries.known_of(found).rebuttal
        # A rating that rests on a rebuttal is over with it.
        until = rebuttal.until if rebuttal is not None and rebuttal.agreed else None
        entry = append(told, by=by, at=at, agency=found.agency_id).index
        signed = SignOff.objects.create(
            dossier=filed,
            version=version,
            findings={one.row: [one.finding.value, *one.needs] for one in said},
            at=at,
            by=by.ref,
            entry=entry,
        )
        basis = f"entry {entry}"
        for one in said:
            record_verdict(
                use=use,
                version=version,
                row=one.row,
                finding=one.finding,
                rests_on=(*one.rests_on, basis),
                needs=one.needs,
                until=until if one.row == "S3" else None,
                room=__name__,
                by=by,
                at=at,
            )
    return signed


def _with_objection(found: RowFinding, objection: str | None) -> RowFinding:
    if objection is None:
        return found
    return replace(found, finding=Finding.NOT_MET, needs=(*found.needs, objection))


def _rows_of(found: list[RowFinding], finding: Finding) -> tuple[str, ...]:
    return tuple(one.row for one in found if one.finding is finding)
