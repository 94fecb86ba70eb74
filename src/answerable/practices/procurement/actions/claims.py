"""Recording what a vendor promised, taking it back, and reviewing what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from answerable.errors import AnswerableError
from answerable.gate.doors import locked
from answerable.gate.models import RowVerdict
from answerable.gate.row_findings import record_findings
from answerable.gate.terms import Finding
from answerable.gate.verdicts import need_version_of
from answerable.inventory.figures import text_of
from answerable.inventory.models import Use
from answerable.inventory.queries import context_of, owners_ever, use_for
from answerable.ledger.append import append
from answerable.measure.catalogue import MEASURE_NAMES
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.procurement import entries
from answerable.practices.procurement.models import Claim
from answerable.practices.procurement.queries import UnknownClaim, claims_that_count, findings
from answerable.practices.procurement.rules import MOST_DAYS, ROW, Promise
from answerable.record.digests import hex_digest

LONGEST = 300


class NothingBought(AnswerableError):
    """What an agency made itself has no vendor."""

    code = "procurement.nothing_bought"
    message = "Nothing of {use} was bought, so no vendor claims anything about it."
    hint = "Say in its context that it was bought, if it was."


class ClaimRefused(AnswerableError):
    """A claim could not be tested as it stands."""

    code = "procurement.claim_refused"
    message = "The claim about {use} is not recorded: {reason}."
    hint = "Give the measure, the population, a share from 0 to 1, its day, and its document."


class OwnClaims(AnswerableError):
    """An owner would review the claims about their own use."""

    code = "procurement.own_claims"
    message = "Whoever owns {use}, or has owned it, neither reviews its claims nor withdraws one."
    hint = "Ask a reviewer who never owned it."


@dataclass(frozen=True, kw_only=True, slots=True)
class Promised:
    """What a vendor promised, as it can be tested.

    ``group`` names attributes of the use with their values, or nothing for everybody;
    ``sha256`` is the hash of the document in which the promise stands.
    """

    metric: str
    population: str
    promise: Promise
    value: float
    as_of: date
    document: str
    sha256: str
    every_days: int
    group: Mapping[str, str] = field(default_factory=dict)


def record_claim(*, use: str, version: str, promised: Promised, by: Actor, at: datetime) -> Claim:
    """Record a vendor's claim about a version, and how often it is to be tested.

    Nobody has tested it yet: where row P7.4a was *met*, nobody can say so any more.
    """
    with transaction.atomic():
        found = locked(use_for(by, use, Role.OWNER, Role.REVIEWER))
        need_version_of(found, version)
        if not context_of(found).content["bought"]:
            raise NothingBought(use=use)
        reason = _fault(promised, use=found, on=at.date())
        if reason is not None:
            raise ClaimRefused(use=use, reason=reason)
        last = Claim.objects.filter(use=found).order_by("number").last()
        number = 1 if last is None else last.number + 1
        told = entries.ClaimRecorded(
            use=use,
            claim=number,
            version=version,
            metric=promised.metric,
            population=promised.population,
            group=text_of_group(promised.group),
            promise=promised.promise.value,
            value=text_of(promised.value),
            as_of=promised.as_of.isoformat(),
            document=promised.document,
            sha256=promised.sha256,
            every_days=promised.every_days,
        )
        claim = Claim.objects.create(
            use=found,
            number=number,
            version=version,
            metric=promised.metric,
            population=promised.population,
            group=dict(promised.group),
            promise=promised.promise.value,
            value=promised.value,
            as_of=promised.as_of,
            document=promised.document,
            sha256=promised.sha256,
            every_days=promised.every_days,
            at=at,
            by=by.ref,
            entry=append(told, by=by, at=at, agency=found.agency_id).index,
        )
        if _was_met(found, version):
            tell_fallen(found, version=version, by=by, at=at)
    return claim


def withdraw_claim(*, use: str, claim: int, reason: str, by: Actor, at: datetime) -> Claim:
    """Let a claim count no more, as a reviewer who never owned the use. It stays on record."""
    with transaction.atomic():
        found = _reviewed_by(by, use)
        _need_text(reason, use=found)
        wanted = Claim.objects.filter(use=found, number=claim, withdrawn_entry=None).first()
        if wanted is None:
            raise UnknownClaim(use=use, claim=claim)
        told = entries.ClaimWithdrawn(use=use, claim=claim, reason=reason)
        wanted.withdrawn_entry = append(told, by=by, at=at, agency=found.agency_id).index
        wanted.save(update_fields=["withdrawn_entry"])
        if _was_met(found, wanted.version):
            tell_fallen(found, version=wanted.version, by=by, at=at)
    return wanted


def review_claims(*, use: str, version: str, reason: str, by: Actor, at: datetime) -> int:
    """Record, as a reviewer, what the claims about a version come to; give the entry."""
    with transaction.atomic():
        found = _reviewed_by(by, use)
        _need_text(reason, use=found)
        need_version_of(found, version)
        come_to = findings(found, version=version, at=at)
        told = entries.ClaimsReviewed(
            use=use,
            version=version,
            claims=claims_that_count(found, version=version).count(),
            finding=come_to[0].finding.value,
            reason=reason,
        )
        index = append(told, by=by, at=at, agency=found.agency_id).index
        record_findings(come_to, use=use, version=version, room=__name__, by=by, at=at)
    return index


def tell_fallen(use: Use, *, version: str, by: Actor, at: datetime) -> None:
    """Record at once that row P7.4a is *not met*, or that nobody can say, where that is so."""
    come_to = findings(use, version=version, at=at)
    fallen = [one for one in come_to if one.finding is not Finding.MET]
    record_findings(fallen, use=use.ref, version=version, room=__name__, by=by, at=at)


def text_of_group(group: Mapping[str, str]) -> str:
    """Write a group for an entry and a page.

    >>> text_of_group({"sex": "F"}), text_of_group({})
    ('sex=F', '')
    """
    return ", ".join(f"{name}={value}" for name, value in sorted(group.items()))


def _was_met(use: Use, version: str) -> bool:
    rows = RowVerdict.objects.filter(use=use, version=version, row=ROW)
    last = rows.order_by("at", "pk").last()
    return last is not None and last.finding == Finding.MET


def _reviewed_by(by: Actor, use: str) -> Use:
    found = locked(use_for(by, use, Role.REVIEWER))
    if by.ref in owners_ever(found):
        raise OwnClaims(use=use)
    return found


def _need_text(text: str, *, use: Use) -> None:
    if not text.strip() or len(text) > LONGEST:
        reason = f"its reason is blank or longer than {LONGEST} characters"
        raise ClaimRefused(use=use.ref, reason=reason)


def _fault(promised: Promised, *, use: Use, on: date) -> str | None:
    hex_digest(promised.sha256)
    texts = (promised.population, promised.document)
    holds = {
        f"{promised.metric[:40]} is not measured": promised.metric in MEASURE_NAMES,
        "its value is no share from 0 to 1": 0 <= promised.value <= 1,
        "any value would keep it": (promised.promise, promised.value)
        not in {(Promise.AT_LEAST, 0.0), (Promise.AT_MOST, 1.0)},
        "it is to be tested at least once a year": 1 <= promised.every_days <= MOST_DAYS,
        "it is of a day that has not come": promised.as_of <= on,
        "the use is not watched by the attributes of its group": set(promised.group)
        <= set(use.attributes),
        f"a text of it is blank or longer than {LONGEST} characters": all(
            text.strip() and len(text) <= LONGEST for text in texts
        ),
    }
    return next((fault for fault, held in holds.items() if not held), None)
