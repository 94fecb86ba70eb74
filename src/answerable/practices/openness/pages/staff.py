"""The agency's own pages: what is public of a use, and what to do about it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from answerable.inventory.models import Use
from answerable.inventory.queries import owners_ever, running_version, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import form_page
from answerable.kit.pages import page
from answerable.people.doors import SignedIn
from answerable.people.roles import GIVEN, Role
from answerable.practices.openness.actions import publishing, signing, stating
from answerable.practices.openness.forms import (
    NoOptOutForm,
    OfferForm,
    PolicyForm,
    SignOffForm,
    WithholdForm,
)
from answerable.practices.openness.models import RegisterLine
from answerable.practices.openness.queries.content import opt_out_now, withheld_now
from answerable.practices.openness.queries.findings import findings
from answerable.practices.openness.rules import may_withhold


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """Show what is public of a use, what the rows say of it, and what can be done."""
    found = use_for(request.actor, ref, *GIVEN)
    version = running_version(found) or ""
    line = RegisterLine.objects.filter(use=found).select_related("record").first()
    apart = may_withhold(request.actor.ref, owners=owners_ever(found))
    return page(
        request,
        "openness/use.html",
        {
            "use": found,
            "line": line,
            "version": version,
            "findings": findings(found, version=version, at=request.at),
            "opt_out": opt_out_now(found, at=request.at),
            "withheld": withheld_now(found, at=request.at),
            "may_publish": request.actor.may(Role.OWNER, Role.APPROVER, agency=found.agency_id),
            "may_offer": request.actor.may(Role.OWNER, agency=found.agency_id),
            "may_withhold": request.actor.may(Role.APPROVER, agency=found.agency_id) and apart,
            "may_sign": version
            and request.actor.may(Role.REVIEWER, agency=found.agency_id)
            and apart,
        },
    )


@require_POST
@signed_in
def publish(request: SignedIn, ref: str) -> HttpResponse:
    """Publish the record as it is now."""
    publishing.publish(use=ref, by=request.actor, at=request.at)
    return redirect("openness:use", ref)


@signed_in
def withhold(request: SignedIn, ref: str) -> HttpResponse:
    """Keep a field from the public."""

    def do(fields: dict[str, Any]) -> object:
        return stating.withhold(
            use=ref,
            field=fields["field"],
            reason=fields["reason"],
            until=_end_of(fields["until"]),
            by=request.actor,
            at=request.at,
        )

    return _step(
        request, ref, WithholdForm, ("Withhold something", "Withhold it"), do, Role.APPROVER
    )


@signed_in
def offer(request: SignedIn, ref: str) -> HttpResponse:
    """Say how people opt out."""

    def do(fields: dict[str, Any]) -> object:
        return stating.offer_opt_out(
            use=ref, route=fields["route"], by=request.actor, at=request.at
        )

    return _step(request, ref, OfferForm, ("Say how people opt out", "Say so"), do, Role.OWNER)


@signed_in
def no_opt_out(request: SignedIn, ref: str) -> HttpResponse:
    """Agree that nobody can opt out."""

    def do(fields: dict[str, Any]) -> object:
        return stating.refuse_opt_out(
            use=ref,
            reason=fields["reason"],
            until=_end_of(fields["until"]),
            by=request.actor,
            at=request.at,
        )

    return _step(
        request, ref, NoOptOutForm, ("Say why nobody can opt out", "Say so"), do, Role.APPROVER
    )


@signed_in
def sign_off(request: SignedIn, ref: str) -> HttpResponse:
    """Record, as a reviewer, what the public record shows."""
    found = use_for(request.actor, ref, Role.REVIEWER)
    version = running_version(found) or ""

    def do(fields: dict[str, Any]) -> object:
        return signing.sign_off(use=ref, version=fields["version"], by=request.actor, at=request.at)

    shown = {"findings": findings(found, version=version, at=request.at), "version": version}
    return form_page(
        request,
        SignOffForm,
        "openness/step.html",
        do=do,
        then=reverse("openness:use", args=[ref]),
        context={
            "use": found,
            "title": "Sign off what is public",
            "button": "Sign it off",
            **shown,
        },
        initial={"version": version},
    )


@signed_in
def write_policy(request: SignedIn, agency: str) -> HttpResponse:
    """Publish the agency's policy."""
    request.actor.need(Role.APPROVER, agency=agency)

    def do(fields: dict[str, Any]) -> object:
        return stating.publish_policy(
            agency=agency,
            language=fields["language"],
            text=fields["text"],
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        PolicyForm,
        "openness/step.html",
        do=do,
        then=reverse("openness:policy"),
        context={"title": "Publish the policy of your agency", "button": "Publish it"},
    )


def _step(
    request: SignedIn,
    ref: str,
    form: type[forms.Form],
    words: tuple[str, str],
    do: Callable[[dict[str, Any]], object],
    role: Role,
) -> HttpResponse:
    found: Use = use_for(request.actor, ref, role)
    return form_page(
        request,
        form,
        "openness/step.html",
        do=do,
        then=reverse("openness:use", args=[ref]),
        context={"use": found, "title": words[0], "button": words[1]},
    )


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
