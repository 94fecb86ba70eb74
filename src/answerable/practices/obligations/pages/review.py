"""The pages of those who check: blind screening, rebuttals, rights checks, rulings, sign-off."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.inventory.models import Use
from answerable.inventory.queries import running_version, use_for
from answerable.inventory.stages import Stage
from answerable.kit.doors import signed_in
from answerable.kit.forms import KitForm, form_page
from answerable.people.doors import SignedIn
from answerable.people.roles import Role
from answerable.practices.obligations import queries
from answerable.practices.obligations.actions.review import sign_off as sign
from answerable.practices.obligations.actions.rights import confirm_check, propose_check
from answerable.practices.obligations.actions.rulings import Grade, receive_ruling
from answerable.practices.obligations.actions.screening import answer_blind, decide_rebuttal
from answerable.practices.obligations.forms import (
    BlindForm,
    CheckForm,
    DecisionForm,
    RulingForm,
    SignOffForm,
    screening_of,
)


@signed_in
def blind(request: SignedIn, ref: str) -> HttpResponse:
    """Screen a use without having seen its owner's answers."""
    found = use_for(request.actor, ref, Role.REVIEWER)
    _, shown = queries.case_for(request.actor, ref)

    def do(typed: dict[str, Any]) -> object:
        answers = screening_of(typed)
        return answer_blind(use=ref, answers=answers, by=request.actor, at=request.at)

    return form_page(
        request,
        BlindForm,
        "obligations/step.html",
        do=do,
        then=_back(ref),
        context={
            "use": found,
            "heading": "Screen it, before you see the owner's answers",
            "button": "Give my answers",
            "content": shown,
        },
    )


@signed_in
def decide(request: SignedIn, ref: str) -> HttpResponse:
    """Agree to a rebuttal, or refuse it."""
    found = use_for(request.actor, ref, Role.REVIEWER)
    filed = queries.need_dossier(found)

    def do(typed: dict[str, Any]) -> object:
        agreed = typed["decision"] == "agreed"
        return decide_rebuttal(use=ref, agreed=agreed, by=request.actor, at=request.at)

    return form_page(
        request,
        DecisionForm,
        "obligations/step.html",
        do=do,
        then=_back(ref),
        context={
            "use": found,
            "heading": "Is it not high-risk?",
            "button": "Decide",
            "rebuttal": queries.rebuttal_of(found, case=filed.case),
        },
    )


@signed_in
def check(request: SignedIn, ref: str) -> HttpResponse:
    """Look at the rights for a stage."""
    found = use_for(request.actor, ref, Role.OWNER, Role.REVIEWER)

    def do(typed: dict[str, Any]) -> object:
        return propose_check(
            use=ref,
            stage=Stage(typed["stage"]),
            rights=tuple(typed["rights"]),
            changed=typed["changed"],
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        CheckForm,
        "obligations/step.html",
        do=do,
        then=_back(ref),
        context={
            "use": found,
            "heading": "Check the rights for a stage",
            "button": "Record the check",
            "note": "It counts once a reviewer or an approving official has confirmed it.",
        },
    )


@signed_in
def confirm(request: SignedIn, ref: str, number: int) -> HttpResponse:
    """Confirm a rights check that somebody else wrote."""
    found = use_for(request.actor, ref, Role.REVIEWER, Role.APPROVER)

    def do(_typed: dict[str, Any]) -> object:
        return confirm_check(use=ref, check=number, by=request.actor, at=request.at)

    waiting = [one for one in queries.rights_checks(found) if one.pk == number]
    return form_page(
        request,
        KitForm,
        "obligations/step.html",
        do=do,
        then=_back(ref),
        context={
            "use": found,
            "heading": "Confirm a rights check",
            "button": "Confirm it",
            "check": waiting[0] if waiting else None,
        },
    )


@signed_in
def ruling(request: SignedIn, ref: str) -> HttpResponse:
    """Tell what a court or an authority ruled."""
    found = use_for(request.actor, ref, Role.OWNER, Role.REVIEWER, Role.APPROVER)

    def do(typed: dict[str, Any]) -> object:
        grade = Grade(typed["follows"])
        return receive_ruling(
            use=ref,
            body=typed["body"],
            citation=typed["citation"],
            unlawful=grade is not Grade.NONE,
            grade=grade,
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        RulingForm,
        "obligations/step.html",
        do=do,
        then=_back(ref),
        context={"use": found, "heading": "A ruling was received", "button": "Record it"},
    )


@signed_in
def sign_off(request: SignedIn, ref: str) -> HttpResponse:
    """Go through a dossier for a version; what the records show becomes the verdicts."""
    found = use_for(request.actor, ref, Role.REVIEWER)
    if queries.must_be_blind(found, request.actor):
        raise queries.NotBlindYet(use=ref)
    filed = queries.need_dossier(found)
    versions = _versions(found)
    sent: list[SignOffForm] = []

    def make(**how: Any) -> SignOffForm:  # noqa: ANN401 - what Django gives a form
        sent.append(SignOffForm(versions=versions, **how))
        return sent[-1]

    def do(typed: dict[str, Any]) -> object:
        return sign(
            use=ref,
            number=typed["number"],
            version=typed["version"],
            objections=sent[-1].objections(),
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        make,
        "obligations/step.html",
        do=do,
        then=_back(ref),
        initial={"number": filed.number, "version": running_version(found) or ""},
        context={
            "use": found,
            "heading": f"Sign off dossier {filed.number}",
            "button": "Record the verdicts",
            "findings": queries.findings(
                found, version=running_version(found) or "", at=request.at
            ),
        },
    )


def _versions(use: Use) -> list[str]:
    return list(use.system.versions.order_by("-pk").values_list("digest", flat=True))


def _back(ref: str) -> str:
    return resolve_url("obligations:use", ref)
