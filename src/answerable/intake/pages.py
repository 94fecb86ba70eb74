"""The page of findings: what was found wrong with arriving records, and closing it."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.intake import findings as actions
from answerable.intake.queries import findings_visible_to
from answerable.kit.doors import signed_in
from answerable.kit.forms import KitForm, form_page
from answerable.kit.pages import page, paged
from answerable.people.doors import SignedIn
from answerable.people.roles import Role

_CLOSERS = (Role.APPROVER, Role.REVIEWER)


class ClosingForm(KitForm):
    """Why a finding is over."""

    reason = forms.CharField(
        label="Why is it over?",
        max_length=300,
        help_text="What was wrong, and what was done about it. Name no person.",
    )


@signed_in
def findings(request: SignedIn) -> HttpResponse:
    """List the findings, open ones first."""
    seen = findings_visible_to(request.actor).order_by("-state", "-last_at", "-pk")
    closing = {one for one in request.actor.agencies if request.actor.may(*_CLOSERS, agency=one)}
    return page(
        request, "intake/findings.html", {"findings": paged(request, seen), "closing": closing}
    )


@signed_in
def close(request: SignedIn, number: int) -> HttpResponse:
    """Close a finding."""
    found = findings_visible_to(request.actor).filter(pk=number).first()
    if found is None:
        raise actions.UnknownFinding
    request.actor.need(*_CLOSERS, agency=found.agency)

    def do(given: dict[str, Any]) -> object:
        return actions.close_finding(
            finding=number, reason=given["reason"], by=request.actor, at=request.at
        )

    return form_page(
        request,
        ClosingForm,
        "intake/close.html",
        do=do,
        then=resolve_url("intake:findings"),
        context={"finding": found},
    )
