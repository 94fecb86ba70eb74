"""What vendors claim about a use, what was measured of it, and the steps in between."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.intake.machine import machine
from answerable.inventory.figures import figures_of
from answerable.inventory.models import Use
from answerable.inventory.queries import context_of, owners_ever, running_version, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.procurement import queries
from answerable.practices.procurement.actions import claims, testing
from answerable.practices.procurement.actions.claims import Promised
from answerable.practices.procurement.forms import ClaimForm, PeriodForm, ReasonForm
from answerable.practices.procurement.models import Claim
from answerable.practices.procurement.rules import Promise


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """List the claims about a use with what was measured, and what is found of what runs."""
    found = use_for(request.actor, ref, *Role)
    version = running_version(found)
    rows = paged(request, queries.claims_of(found).prefetch_related("tests"))
    shown = {
        "use": found,
        "bought": context_of(found).content["bought"],
        "claims": rows,
        "lines": [(claim, queries.standing_test(claim), queries.due_at(claim)) for claim in rows],
        "at": request.at,
        "version": version,
        "findings": queries.findings(found, version=version, at=request.at) if version else (),
        "may": _may(request, found),
    }
    return page(request, "procurement/use.html", shown)


@signed_in
def claim(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Show a claim with its tests, newest first, and its figure."""
    found = use_for(request.actor, ref, *Role)
    wanted = queries.claim_named(found, number)
    tests = wanted.tests.order_by("-at", "-pk")
    figures = figures_of(found).filter(evidence__in=[one.evidence for one in tests])
    shown = {
        "use": found,
        "claim": wanted,
        "due": queries.due_at(wanted),
        "at": request.at,
        "tests": tests,
        "figures": figures.order_by("-at", "-pk"),
        "may": _may(request, found),
    }
    return page(request, "procurement/claim.html", shown)


@signed_in
def record(request: SignedIn, ref: str) -> HttpResponse:
    """Record a claim."""
    found = use_for(request.actor, ref, Role.OWNER, Role.REVIEWER)
    recorded = found.system.versions.order_by("-recorded_at")

    def do(given: dict[str, Any]) -> Claim:
        names = ("metric", "population", "value", "as_of", "document", "sha256", "every_days")
        group = {given["attribute"]: given["group_value"]} if given["attribute"] else {}
        promised = Promised(
            **{name: given[name] for name in names},
            promise=Promise(given["promise"]),
            group=group,
        )
        return claims.record_claim(
            use=ref, version=given["version"], promised=promised, by=request.actor, at=request.at
        )

    form = partial(ClaimForm, tuple(recorded.values_list("digest", flat=True)))
    return _step(request, found, form, "Record what the vendor claims", "Record it", do)


@signed_in
def test(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Measure a claim on the agency's own decisions."""
    found = use_for(request.actor, ref, Role.OWNER, Role.REVIEWER)

    def do(given: dict[str, Any]) -> Claim:
        return testing.measure_claim(
            use=ref, claim=number, **given, machine=machine(), by=request.actor, at=request.at
        ).claim

    return _step(request, found, PeriodForm, f"Test claim {number}", "Measure it", do)


@signed_in
def withdraw(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Let a claim count no more."""
    found = use_for(request.actor, ref, Role.REVIEWER)

    def do(given: dict[str, Any]) -> Claim:
        return claims.withdraw_claim(
            use=ref, claim=number, **given, by=request.actor, at=request.at
        )

    return _step(request, found, ReasonForm, f"Withdraw claim {number}", "Withdraw it", do)


@signed_in
def review(request: SignedIn, ref: str) -> HttpResponse:
    """Record what the claims about the version that runs come to."""
    found = use_for(request.actor, ref, Role.REVIEWER)

    def do(given: dict[str, Any]) -> int:
        return claims.review_claims(
            use=ref,
            version=running_version(found) or "",
            **given,
            by=request.actor,
            at=request.at,
        )

    return _step(request, found, ReasonForm, "Review the claims", "Record the finding", do)


def _step(
    request: SignedIn,
    use: Use,
    form: Callable[..., Form],
    title: str,
    button: str,
    do: Callable[[dict[str, Any]], Claim | int],
) -> HttpResponse:
    def then(done: Claim | int) -> str:
        if isinstance(done, Claim):
            return resolve_url("procurement:claim", use.ref, done.number)
        return resolve_url("procurement:use", use.ref)

    context = {"use": use, "title": title, "button": button}
    template = "procurement/step.html"
    return form_page(request, form, template, do=do, then=then, context=context)


def _may(request: SignedIn, use: Use) -> dict[str, bool]:
    """Say which buttons are for this viewer."""
    reviews = request.actor.may(Role.REVIEWER, agency=use.agency_id)
    return {
        "record": request.actor.may(Role.OWNER, Role.REVIEWER, agency=use.agency_id),
        "review": reviews and request.actor.ref not in owners_ever(use),
    }
