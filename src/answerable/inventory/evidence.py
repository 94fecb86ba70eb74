"""Signed measurements, attached to a use and found again by their digest."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from answerable.errors import AnswerableError
from answerable.inventory.entries import EvidenceAttached
from answerable.inventory.models import Evidence
from answerable.inventory.queries import use_for_part
from answerable.ledger.append import append
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.record import envelopes
from answerable.record.digests import sha256_of_bytes
from answerable.record.statements import statement_in

MOST_BYTES = 4 * 1024 * 1024


class EvidenceTooLarge(AnswerableError):
    """Evidence holds counts and figures, and no data."""

    code = "inventory.evidence_too_large"
    message = "The evidence has {found} bytes; {most} are the most that is taken."
    hint = "Attach the signed measurement, not the data it was made from."


class UnknownEvidence(AnswerableError):
    """No evidence has this digest."""

    code = "inventory.unknown_evidence"
    message = "There is no evidence {digest}."
    hint = "The digest is the SHA-256 of the whole file, 64 hexadecimal digits."


def attach_evidence(*, use: str, envelope: bytes, by: Actor, at: datetime) -> Evidence:
    """Keep a signed measurement for a use, exactly as it is; once, however often it comes.

    Raises
    ------
    EnvelopeChanged, EnvelopeMalformed, StatementMalformed
        It is no envelope of ours, or no longer what was signed.
    """
    found = use_for_part(by, use, Role.OWNER, Role.REVIEWER)
    if len(envelope) > MOST_BYTES:
        raise EvidenceTooLarge(found=len(envelope), most=MOST_BYTES)
    read = envelopes.read_own(envelope)
    claims = statement_in(read).predicate_type
    digest = sha256_of_bytes(envelope)
    with transaction.atomic():
        before = Evidence.objects.filter(use=found, digest=digest).first()
        if before is not None:
            return before
        signers = tuple(sorted({signature.key_id for signature in read.signatures}))
        told = EvidenceAttached(use=use, evidence=digest, claims=claims, signed_by=signers)
        return Evidence.objects.create(
            use=found,
            digest=digest,
            envelope=envelope,
            at=at,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )


def evidence_visible_to(viewer: Actor) -> QuerySet[Evidence]:
    """List the evidence of the uses of the viewer's agencies, newest first."""
    return Evidence.objects.filter(use__agency__ref__in=viewer.agencies).order_by("-at", "-pk")


def evidence_named(digest: str) -> Evidence:
    """Give evidence to whoever knows its digest, which stands on public pages."""
    found = Evidence.objects.filter(digest=digest).select_related("use").order_by("pk").first()
    if found is None:
        raise UnknownEvidence(digest=digest[:64])
    return found
