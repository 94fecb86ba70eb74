"""The pages of this room: who works with a use, their exercises, and the sign-off."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import resolve_url

from answerable.intake.machine import machine
from answerable.inventory.figures import figures_of
from answerable.inventory.models import Use
from answerable.inventory.queries import owners_ever, running_version, use_for
from answerable.kit.doors import signed_in
from answerable.kit.forms import form_page
from answerable.kit.pages import page
from answerable.law.rules import DatedValue
from answerable.people.doors import SignedIn
from answerable.people.queries import account, actor_of, names_of
from answerable.people.roles import Role
from answerable.practices.competence import queries, rules
from answerable.practices.competence.actions.exercises import answer_exercise, begin_exercise
from answerable.practices.competence.actions.review import sign_off as sign
from answerable.practices.competence.actions.staff import end_staff, name_staff
from answerable.practices.competence.forms import AnswersForm, EndForm, StaffForm, VersionForm
from answerable.practices.competence.models import Exercise

_ANYBODY = (Role.CASEWORKER, *queries.READERS)


@signed_in
def use(request: SignedIn, ref: str) -> HttpResponse:
    """Show who is competent for a version; to staff, themselves alone."""
    found = use_for(request.actor, ref, *_ANYBODY)
    versions = _versions(found)
    version = _version(request, found, versions)
    members = queries.members_visible_to(request.actor, ref, version=version)
    refresh = queries.limit(found, "training_refresh", at=request.at)
    names = names_of([one.staff for one in members])
    sees_all = request.actor.may(*queries.READERS, agency=found.agency_id)
    is_staff = request.actor.ref in {one.account for one in queries.staff_of(found)}
    reviews = request.actor.may(Role.REVIEWER, agency=found.agency_id)
    figures = figures_of(found).filter(practice="competence", version=version)
    open_findings = queries.open_findings(found, version=version)
    return page(
        request,
        "competence/use.html",
        {
            "use": found,
            "version": version,
            "versions": versions,
            "members": [
                (names.get(one.staff, "somebody who left"), one, _state(one, refresh, request))
                for one in members
            ],
            "sees_all": sees_all,
            "findings": queries.findings(found, version=version, at=request.at),
            "open": [rules.SAID[one] for one in sorted(open_findings)],
            "figure": figures.last() if sees_all else None,
            "known": queries.known_cases(found, version=version),
            "wanted": queries.limit(found, "competence_cases", at=request.at),
            "share": queries.limit(found, "competence_pass_share", at=request.at),
            "is_owner": request.actor.may(Role.OWNER, agency=found.agency_id),
            "is_staff": is_staff,
            "waits": queries.waits_for(request.actor, found, version=version),
            "may_sign": reviews and not is_staff and request.actor.ref not in owners_ever(found),
        },
    )


@signed_in
def name(request: SignedIn, ref: str) -> HttpResponse:
    """Name somebody whose work touches a use."""
    found = use_for(request.actor, ref, Role.OWNER)

    def do(typed: dict[str, Any]) -> object:
        return name_staff(
            use=ref,
            staff=actor_of(account(typed["email"])),
            pseudonym=typed["pseudonym"],
            pseudonyms=machine().pseudonyms if typed["pseudonym"] else None,
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        StaffForm,
        "competence/step.html",
        do=do,
        then=_back(ref),
        context={"use": found, "heading": "Name who works with it", "button": "Name them"},
    )


@signed_in
def end(request: SignedIn, ref: str) -> HttpResponse:
    """Say that somebody works with a use no more."""
    found = use_for(request.actor, ref, Role.OWNER)
    staff = [one.account for one in queries.staff_of(found)]
    names = names_of(staff)
    people = [(one, names.get(one, "somebody who left")) for one in staff]

    def make(**how: Any) -> EndForm:  # noqa: ANN401 - what Django gives a form
        return EndForm(people=people, **how)

    def do(typed: dict[str, Any]) -> object:
        return end_staff(use=ref, staff=typed["staff"], by=request.actor, at=request.at)

    return form_page(
        request,
        make,
        "competence/step.html",
        do=do,
        then=_back(ref),
        context={"use": found, "heading": "Somebody works with it no more", "button": "Say so"},
    )


@signed_in
def begin(request: SignedIn, ref: str) -> HttpResponse:
    """Have cases of a version drawn for oneself."""
    found = use_for(request.actor, ref, *_ANYBODY)

    def do(typed: dict[str, Any]) -> Exercise:
        version = typed["version"]
        return begin_exercise(use=ref, version=version, by=request.actor, at=request.at)

    return form_page(
        request,
        _version_form(found),
        "competence/step.html",
        do=do,
        then=lambda exercise: resolve_url("competence:exercise", ref, exercise.version),
        initial={"version": running_version(found) or ""},
        context={
            "use": found,
            "heading": "Begin an exercise",
            "button": "Draw cases for me",
            "note": (
                "Real cases of this version are drawn for you alone, as evenly as there are "
                "any over what the system said and what was found later. Whoever goes by its "
                "output alone cannot pass. What was found is not shown."
            ),
        },
    )


@signed_in
def exercise(request: SignedIn, ref: str, version: str) -> HttpResponse:
    """Answer every case; sending it scores the exercise."""
    found = use_for(request.actor, ref, *_ANYBODY)
    drawn, cases = queries.exercise_for(request.actor, ref, version=version)
    labels = queries.labels_of(drawn)
    sent: list[AnswersForm] = []

    def make(**how: Any) -> AnswersForm:  # noqa: ANN401 - what Django gives a form
        sent.append(AnswersForm(cases=cases, labels=labels, **how))
        return sent[-1]

    def do(_typed: dict[str, Any]) -> Exercise:
        return answer_exercise(
            use=ref,
            version=version,
            answers=sent[-1].answers(),
            by=request.actor,
            at=request.at,
        )

    return form_page(
        request,
        make,
        "competence/step.html",
        do=do,
        then=_back(ref),
        context={
            "use": found,
            "heading": f"{len(cases)} cases of version {version[:12]}",
            "button": "Send all answers",
            "note": "Once sent, the exercise is scored and cannot be changed.",
        },
    )


@signed_in
def sign_off(request: SignedIn, ref: str) -> HttpResponse:
    """Go through who is competent for a version."""
    found = use_for(request.actor, ref, Role.REVIEWER)
    version = running_version(found) or ""

    def do(typed: dict[str, Any]) -> object:
        return sign(use=ref, version=typed["version"], by=request.actor, at=request.at)

    return form_page(
        request,
        _version_form(found),
        "competence/step.html",
        do=do,
        then=_back(ref),
        initial={"version": version},
        context={
            "use": found,
            "heading": "Sign off who is competent",
            "button": "Record the verdicts",
            "findings": queries.findings(found, version=version, at=request.at),
        },
    )


def _state(one: rules.Member, refresh: DatedValue, request: SignedIn) -> str:
    if one.scored is None:
        return "not scored"
    if not one.scored.passed:
        return "failed"
    competent = rules.competent_at(one.scored, refresh=refresh, at=request.at)
    return "competent" if competent else "over: scored too long ago"


def _versions(use: Use) -> list[str]:
    return list(use.system.versions.order_by("-pk").values_list("digest", flat=True))


def _version(request: SignedIn, use: Use, versions: Sequence[str]) -> str:
    asked = request.GET.get("version", "")
    known = asked if asked in versions else running_version(use)
    return known or (versions[0] if versions else "")


def _version_form(use: Use) -> Callable[..., VersionForm]:
    versions = _versions(use)

    def make(**how: Any) -> VersionForm:  # noqa: ANN401 - what Django gives a form
        return VersionForm(versions=versions, **how)

    return make


def _back(ref: str) -> str:
    return resolve_url("competence:use", ref)
