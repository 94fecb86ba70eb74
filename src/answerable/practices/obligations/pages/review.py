"""The pages of those who check: blind screening, rebuttals, rights checks, rulings, sign-off."""

from functools import partial
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
from answerable.practices.obligations.actions.rights import (
    UnknownCheck,
    confirm_check,
    propose_check,
)
from answerable.practices.obligations.actions.rulings import Grade, receive_ruling
from answerable.practices.obligations.actions.screening import (
    RebuttalDecided,
    answer_blind,
    decide_rebuttal,
)
from answerable.practices.obligations.forms import (
    BlindForm,
    CheckForm,
    DecisionForm,
    RulingForm,
    SignOffForm,
)
from answerable.practices.obligations.pages.words import rights_named


@signed_in
def blind(request: SignedIn, ref: str) -> HttpResponse:
    """Screen a use without having seen its owner's answers."""
    found = use_for(request.actor, ref, Role.REVIEWER)
    _, shown = queries.case_for(request.actor, ref)

    def do(typed: dict[str, Any]) -> object:
        answers = BlindForm.part(typed)
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
    if queries.must_be_blind(found, request.actor):
        raise queries.NotBlindYet(use=ref)
    waiting = queries.waiting_rebuttal(found, case=queries.need_dossier(found).case)
    if waiting is None:
        raise RebuttalDecided(use=ref)

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
            "rebuttal": waiting,
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
    waiting = queries.waiting_check(found, number)
    if waiting is None:
        raise UnknownCheck(use=ref)

    def do(_typed: dict[str, Any]) -> object:
        return confirm_check(use=ref, check=number, by=request.actor, at=request.at)

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
            "check": waiting,
            "rights": rights_named(waiting.rights),
        },
    )


@signed_in
def ruling(request: SignedIn, ref: str) -> HttpResponse:
    """Tell what a court or an authority ruled."""
    found = use_for(request.actor, ref, Role.OWNER, Role.REVIEWER, Role.APPROVER)

    def do(typed: dict[str, Any]) -> object:
        return receive_ruling(
            use=ref,
            body=typed["body"],
            citation=typed["citation"],
            grade=Grade(typed["follows"]),
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
    version = running_version(found) or ""

    def do(typed: dict[str, Any]) -> object:
        return sign(
            use=ref,
            number=typed["number"],
            version=typed["version"],
            objections=SignOffForm.objections(typed),
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        partial(SignOffForm, versions=_versions(found)),
        "obligations/step.html",
        do=do,
        then=_back(ref),
        initial={"number": filed.number, "version": version},
        context={
            "use": found,
            "heading": f"Sign off dossier {filed.number}",
            "button": "Record the verdicts",
            "findings": queries.findings(found, version=version, at=request.at),
        },
    )


def _versions(use: Use) -> list[str]:
    return list(use.system.versions.order_by("-pk").values_list("digest", flat=True))


def _back(ref: str) -> str:
    return resolve_url("obligations:use", ref)
