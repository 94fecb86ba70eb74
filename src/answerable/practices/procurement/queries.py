"""What vendors claim, and what became of it, for a viewer; reads only."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from answerable.errors import AnswerableError
from answerable.gate.row_findings import RowFinding
from answerable.inventory.models import Use
from answerable.inventory.queries import use_for
from answerable.kit.waiting import Urgency, Waiting
from answerable.people.actors import Actor
from answerable.people.roles import Role
from answerable.practices.procurement import rules
from answerable.practices.procurement.models import Claim, ClaimTest
from answerable.practices.procurement.rules import ClaimFacts, ClaimVerdict


class UnknownClaim(AnswerableError):
    """The use has no claim of this number that counts."""

    code = "procurement.unknown_claim"
    message = "{use} has no claim {claim} that counts."
    hint = "Look at its list of claims."


def claims_visible_to(viewer: Actor) -> QuerySet[Claim]:
    """List the claims about the uses of the viewer's agencies, newest first."""
    seen = Claim.objects.filter(use__agency__ref__in=viewer.agencies).select_related("use")
    return seen.order_by("-at", "-pk")


def claim_for(actor: Actor, use: str, number: int, *roles: Role) -> Claim:
    """Give a claim that counts to somebody who has one of these roles in its agency."""
    held = use_for(actor, use, *roles)
    found = claims_of(held).filter(number=number, withdrawn_entry=None).first()
    if found is None:
        raise UnknownClaim(use=use, claim=number)
    return found


def claim_named(use: Use, number: int) -> Claim:
    """Give a claim about a use, whether it still counts or not."""
    found = claims_of(use).filter(number=number).first()
    if found is None:
        raise UnknownClaim(use=use.ref, claim=number)
    return found


def claims_of(use: Use) -> QuerySet[Claim]:
    """List the claims about a use, withdrawn ones too."""
    return Claim.objects.filter(use=use).select_related("use").order_by("number")


def claims_that_count(use: Use, *, version: str) -> QuerySet[Claim]:
    """List the claims about a version that were not withdrawn."""
    return claims_of(use).filter(version=version, withdrawn_entry=None)


def standing_test(claim: Claim) -> ClaimTest | None:
    """Give the test by which a claim stands; None where it was never tested."""
    return rules.standing(_tests_of(claim))


def due_at(claim: Claim) -> datetime:
    """Give the moment from which a test of the claim is overdue.

    A test that could not say anything leaves the claim as untested as it was.
    """
    said = [one.at for one in _tests_of(claim) if one.verdict != ClaimVerdict.CANNOT_SAY]
    return max(said, default=claim.at) + timedelta(days=claim.every_days)


def overdue_claims(*, at: datetime) -> list[Claim]:
    """List the claims whose test is overdue, for the part of Answerable that says so."""
    kept = Claim.objects.filter(withdrawn_entry=None).select_related("use").order_by("pk")
    return [claim for claim in kept.prefetch_related("tests") if due_at(claim) <= at]


def waiting(viewer: Actor, *, at: datetime) -> list[Waiting]:
    """List the claims that the viewer can test: those never tested, and those due again."""
    kept = claims_visible_to(viewer).filter(withdrawn_entry=None).prefetch_related("tests")
    lines = []
    for claim in kept:
        use, due = claim.use, due_at(claim)
        mine = viewer.may(Role.OWNER, Role.REVIEWER, agency=use.agency_id)
        late = due <= at
        if mine and (late or not claim.tests.all()):
            what = "is due to be tested again" if late else "was never tested"
            lines.append(
                Waiting(
                    what=f"Claim {claim.number} of the vendor about {use.name} {what}.",
                    url=reverse("procurement:claim", args=[use.ref, claim.number]),
                    agency=use.agency_id,
                    since=claim.at,
                    urgency=Urgency.OVERDUE if late else Urgency.WAITING,
                    due=due,
                )
            )
    return lines


def findings(use: Use, *, version: str, at: datetime) -> tuple[RowFinding, ...]:
    """Say what this room finds about its row, from what is recorded."""
    claims = claims_that_count(use, version=version).prefetch_related("tests")
    return (rules.finding(tuple(_facts(claim) for claim in claims), at=at),)


def _facts(claim: Claim) -> ClaimFacts:
    test = standing_test(claim)
    return ClaimFacts(
        number=claim.number,
        entry=claim.entry,
        due_at=due_at(claim),
        verdict=None if test is None else ClaimVerdict(test.verdict),
        tested_entry=None if test is None else test.entry,
        evidence="" if test is None else test.evidence,
    )


def _tests_of(claim: Claim) -> list[ClaimTest]:
    """Sort here what may have been fetched with many claims at once."""
    return sorted(claim.tests.all(), key=lambda one: (one.at, one.pk))
