"""Filing what a use rests on. What was signed off falls back when it is said anew."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.row_findings import RowFinding, record_findings
from answerable.gate.terms import Finding
from answerable.inventory.models import Use
from answerable.inventory.queries import context_of, running_version, use_for
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.entries import DossierFiled
from answerable.practices.obligations.models import Dossier
from answerable.practices.obligations.rules import dossier, faults
from answerable.practices.obligations.rules.dossier import Part
from answerable.practices.obligations.rules.rows import ROWS


class PartRefused(AnswerableError):
    """A part of a dossier leaves something unsaid."""

    code = "obligations.part_refused"
    message = "The {part} of {use} is not filed: {reason}."
    hint = "Say it in full; what does not apply is said so in words."


class NothingNew(AnswerableError):
    """The dossier says this already."""

    code = "obligations.nothing_new"
    message = "The dossier of {use} says this already."
    hint = "Nothing was filed, and no sign-off falls."


def file_part(*, use: str, part: Part, by: Actor, at: datetime) -> Dossier:
    """Say one part of a dossier, or say it anew: the dossier gets another number.

    Whatever a reviewer signed off before is *cannot say* from then on, for every version,
    until somebody goes through it again. In another context the screening and the red
    lines are answered anew.
    """
    fault = faults.fault_of(part)
    if fault is not None:
        raise PartRefused(part=dossier.name_of(part), use=use, reason=fault)
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER))
        before = queries.latest_dossier(found)
        context = context_of(found).digest
        content = queries.content_of(before)
        if before is not None and before.context != context:
            content = replace(content, screening=None, red_lines=())
        content = dossier.with_part(content, part)
        digest = dossier.digest_of(content)
        if before is not None and (before.digest, before.context) == (digest, context):
            raise NothingNew(use=use)
        number = 1 if before is None else before.number + 1
        told = DossierFiled(use=use, number=number, part=dossier.name_of(part), dossier=digest)
        filed = Dossier.objects.create(
            use=found,
            number=number,
            context=context,
            content=dossier.stored(content),
            digest=digest,
            case=dossier.case_digest(content, context=context),
            basis=dossier.basis_digest(content),
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        fall_back(found, rests_on=filed.entry, by=by, at=at)
    return filed


def fall_back(use: Use, *, rests_on: int, by: Actor, at: datetime) -> None:
    """Record that the rows a reviewer signed off cannot be said any more, or are not met."""
    worse = _not_met(use, at=at)
    fallen = {
        row: RowFinding(
            row=row,
            finding=Finding.CANNOT_SAY,
            rests_on=(f"entry {rests_on}",),
            needs=("The sign-off of a reviewer for what was said since the last one.",),
        )
        for row in ROWS
    } | worse
    signed = queries.signed_versions(use)
    for version in _judged(use):
        # Of what nobody signed off only what is wrong is new.
        found = fallen if version in signed else worse
        record_findings(found.values(), use=use.ref, version=version, room=__name__, by=by, at=at)


def record_not_met(use: Use, *, row: str, by: Actor, at: datetime) -> None:
    """Record at once that a row is not met, for whatever runs or was signed off."""
    worse = _not_met(use, at=at)
    if row in worse:
        for version in _judged(use):
            record_findings([worse[row]], use=use.ref, version=version, room=__name__, by=by, at=at)


def _judged(use: Use) -> list[str]:
    """Give the versions that a verdict is about: those signed off, and what runs or is planned."""
    return sorted({*queries.signed_versions(use), running_version(use) or ""})


def _not_met(use: Use, *, at: datetime) -> dict[str, RowFinding]:
    return {
        found.row: found
        for found in queries.findings(use, version="", at=at)
        if found.finding is Finding.NOT_MET
    }
