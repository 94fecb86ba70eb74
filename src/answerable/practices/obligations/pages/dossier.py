"""The owner's pages: one form a part, and each sending files another dossier."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url

from answerable.inventory.models import Use
from answerable.inventory.queries import use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import act, form_page
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions.dossier import file_part
from answerable.practices.obligations.actions.screening import propose_rebuttal
from answerable.practices.obligations.forms import (
    BasisForm,
    OptionsForm,
    PartForm,
    PurposeForm,
    RebuttalForm,
    RedLinesForm,
    RightForm,
    ScreeningForm,
)
from answerable.practices.obligations.rules.dossier import Content, RightDropped


@signed_in
def purpose(request: SignedIn, ref: str) -> HttpResponse:
    """Say what a use is for."""
    found, content = _mine(request, ref)
    initial = msgspec.to_builtins(content.purpose) or {}
    return _step(request, found, PurposeForm, "What it is for", initial)


@signed_in
def basis(request: SignedIn, ref: str) -> HttpResponse:
    """Say what law a use rests on."""
    found, content = _mine(request, ref)
    initial = msgspec.to_builtins(content.basis) or {}
    return _step(request, found, BasisForm, "The law it rests on", initial)


@signed_in
def options(request: SignedIn, ref: str) -> HttpResponse:
    """Compare less intrusive options."""
    found, content = _mine(request, ref)
    initial = {
        f"{name}_{number}": getattr(option, name)
        for number, option in enumerate(content.options, start=1)
        for name in ("option", "compared", "reason")
    }
    return _step(request, found, OptionsForm, "Less intrusive options", initial)


@signed_in
def right(request: SignedIn, ref: str, code: str = "") -> HttpResponse:
    """Put a right into the map, or say it anew."""
    found, content = _mine(request, ref)
    there = next((one for one in content.rights if one.right == code), None)
    initial = {"right": code} if there is None else msgspec.to_builtins(there)
    return _step(request, found, RightForm, "A right that is touched", initial)


@signed_in
def drop_right(request: SignedIn, ref: str, code: str) -> HttpResponse:
    """Take a right out of the map."""

    def do() -> object:
        return file_part(use=ref, part=RightDropped(right=code), by=request.actor, at=request.at)

    if request.method != "POST":
        return redirect("obligations:right", ref, code)
    return act(request, do=do, then=resolve_url("obligations:use", ref))


@signed_in
def screening(request: SignedIn, ref: str) -> HttpResponse:
    """Screen a use by right, as its owner."""
    found, content = _mine(request, ref)
    initial: dict[str, object] = {}
    if content.screening is not None:
        own = content.screening
        initial = {
            "domain": own.domain,
            "watches": "yes" if own.watches else "no",
            "safety": "yes" if own.safety else "no",
            "rights": list(own.rights),
            "untouched": "\n".join(f"{code}: {why}" for code, why in own.untouched.items()),
        }
    return _step(request, found, ScreeningForm, "Screening", initial)


@signed_in
def lines(request: SignedIn, ref: str) -> HttpResponse:
    """Answer the red lines."""
    found, content = _mine(request, ref)
    initial: dict[str, object] = {}
    for answer in content.red_lines:
        initial[f"crossed_{answer.line}"] = "yes" if answer.crossed else "no"
        initial[f"reason_{answer.line}"] = answer.reason
    return _step(request, found, RedLinesForm, "Red lines", initial)


@signed_in
def rebuttal(request: SignedIn, ref: str) -> HttpResponse:
    """Say why a presumed use is not high-risk."""
    found, _ = _mine(request, ref)

    def do(typed: dict[str, Any]) -> object:
        return propose_rebuttal(use=ref, reasons=typed["reasons"], by=request.actor, at=request.at)

    return form_page(
        request,
        RebuttalForm,
        "obligations/step.html",
        do=do,
        then=resolve_url("obligations:use", ref),
        context={"use": found, "heading": "Say that it is not high-risk", "button": "Propose it"},
    )


def _mine(request: SignedIn, ref: str) -> tuple[Use, Content]:
    found = use_for(request.actor, ref, Role.OWNER)
    return found, queries.content_of(queries.latest_dossier(found))


def _step(
    request: SignedIn,
    found: Use,
    form: type[PartForm],
    heading: str,
    initial: Mapping[str, object],
) -> HttpResponse:
    def do(typed: dict[str, Any]) -> object:
        part = form.part(typed)
        return file_part(use=found.ref, part=part, by=request.actor, at=request.at)

    return form_page(
        request,
        form,
        "obligations/step.html",
        do=do,
        then=resolve_url("obligations:use", found.ref),
        context={
            "use": found,
            "heading": heading,
            "button": "File it",
            "note": "What a reviewer signed off before counts no more once this is filed.",
        },
        initial=initial,
    )
